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
          time: time, number: row.packet.number, first: sequence, end: end,
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

  /// Bytes of payload, those sent again not counted.
  private(set) var bytes: Int64 = 0
}
