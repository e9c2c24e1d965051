import Timeline
import Wire

/// A direction's events, as a plot needs them.
struct PlotSegment: Hashable {
  /// Nanoseconds since the zero.
  var time: Int64
  /// The packet's number.
  var number: Int
  /// The relative sequence numbers that it carries.
  var first: Int64
  var end: Int64
  /// Bytes of payload.
  var length: Int64
  /// Whether all of it was sent before.
  var isAgain: Bool
}

/// An acknowledgement by the receiver.
struct PlotAck: Hashable {
  var time: Int64
  var number: Int
  /// The next relative sequence number that the receiver expects.
  var next: Int64
  /// The window it advertises, in bytes.
  var window: Int64
}

/// What one direction of a connection sent and what the other end said of it.
struct PlotData {
  let sender: Side
  private(set) var segments: [PlotSegment] = []
  private(set) var acks: [PlotAck] = []

  init(sender: Side) { self.sender = sender }

  /// Takes a packet of the connection.
  mutating func take(_ row: PacketRow, at time: Int64) {
    guard let header = row.packet.packet.tcp else { return }
    if row.sender == sender {
      let length = Int64(row.packet.packet.payloadLength)
      guard let sequence = row.relativeSequence, length > 0 || header.flags.contains(.fin) else {
        return
      }
      let end = sequence + length + (header.flags.contains(.fin) ? 1 : 0)
      bytes = max(bytes, sequence + length - 1)
      segments.append(
        PlotSegment(
          time: time, number: row.packet.number, first: sequence, end: end, length: length,
          isAgain: row.cause.kind == .retransmission))
    } else if header.flags.contains(.ack), !header.flags.contains(.rst),
      let next = row.relativeAcknowledgement
    {
      acks.append(
        PlotAck(
          time: time, number: row.packet.number, next: next,
          window: Int64(row.window ?? Int(header.window))))
    }
  }

  /// Bytes of payload, those retransmitted not counted.
  private(set) var bytes: Int64 = 0

  /// The same of a part of the time.
  func bytes(in part: ClosedRange<Int64>?) -> Int64 {
    guard let part else { return bytes }
    return segments.reduce(0) { sum, segment in
      segment.isAgain || !part.contains(segment.time) ? sum : sum + segment.length
    }
  }

  /// When the last packet came, in nanoseconds since the zero.
  var last: Int64 { max(segments.last?.time ?? 0, acks.last?.time ?? 0) }
}
