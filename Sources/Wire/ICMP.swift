/// A message of the Internet Control Message Protocol (RFC 792) or ICMPv6 (RFC 4443).
public struct ICMP: Hashable, Sendable {
  /// Whether the message is ICMPv6's: types and codes have other meanings there.
  public var isVersion6: Bool
  /// The type.
  public var type: UInt8
  /// The code.
  public var code: UInt8
  /// The checksum as it stands in the header.
  public var checksum: UInt16
  /// The second word of the header: identifier and sequence number of an echo, MTU of an error.
  public var rest: UInt32
  /// The packet an error is about, as far as the message quotes it.
  public var quoted: QuotedPacket?

  /// Makes a message.
  public init(
    isVersion6: Bool, type: UInt8, code: UInt8, checksum: UInt16 = 0, rest: UInt32 = 0,
    quoted: QuotedPacket? = nil
  ) {
    self.isVersion6 = isVersion6
    self.type = type
    self.code = code
    self.checksum = checksum
    self.rest = rest
    self.quoted = quoted
  }

  /// Whether the message reports an error about a packet.
  public var isError: Bool { isVersion6 ? type < 128 : [3, 4, 5, 11, 12].contains(type) }
  /// Whether the message says that nobody listens on a UDP port.
  public var isPortUnreachable: Bool {
    isVersion6 ? type == 1 && code == 4 : type == 3 && code == 3
  }
}

/// The beginning of a packet, as an ICMP error quotes it.
public struct QuotedPacket: Hashable, Sendable {
  /// The end that sent the quoted packet.
  public var source: Endpoint
  /// The end it was sent to.
  public var destination: Endpoint
  /// The protocol's number: 6 TCP, 17 UDP.
  public var proto: UInt8
  /// The sequence number of a quoted TCP segment.
  public var sequence: SequenceNumber?
  /// The length field of a quoted UDP header, bytes.
  public var datagramLength: UInt16?
  /// Makes a quotation.
  public init(
    source: Endpoint, destination: Endpoint, proto: UInt8, sequence: SequenceNumber? = nil,
    datagramLength: UInt16? = nil
  ) {
    self.source = source
    self.destination = destination
    self.proto = proto
    self.sequence = sequence
    self.datagramLength = datagramLength
  }
}
