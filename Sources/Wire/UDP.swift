/// The header of a User Datagram Protocol packet (RFC 768).
///
///      0      7 8     15 16    23 24    31
///     +--------+--------+--------+--------+
///     |   source port   | destination port|
///     +--------+--------+--------+--------+
///     |     length      |    checksum     |
///     +--------+--------+--------+--------+
public struct UDP: Hashable, Sendable {
  /// The port of the sender.
  public var source: UInt16
  /// The port of the receiver.
  public var destination: UInt16
  /// Bytes of header and data, as the sender wrote it; 0 in a jumbogram (RFC 2675, section 4).
  public var length: UInt16
  /// Ones' complement sum, or 0 where the sender computed none.
  public var checksum: UInt16

  /// Makes a header.
  public init(source: UInt16, destination: UInt16, length: UInt16, checksum: UInt16 = 0) {
    self.source = source
    self.destination = destination
    self.length = length
    self.checksum = checksum
  }
}
