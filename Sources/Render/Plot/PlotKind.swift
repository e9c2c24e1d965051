/// What a plot shows of one direction of a TCP connection.
public enum PlotKind: String, Hashable, Sendable, CaseIterable {
  /// Sequence numbers over time: segments, acknowledgements and the window's edge (Stevens).
  case sequence
  /// Bytes in flight beside the window that the receiver advertises.
  case window
  /// Round-trip times: samples, and their smoothed mean (RFC 6298).
  case rtt
  /// Bytes acknowledged each second: by interval, and on average since the start.
  case throughput
}
