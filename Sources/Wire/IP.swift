/// The header of an Internet Protocol version 4 packet (RFC 791, section 3.1).
public struct IPv4: Hashable, Sendable {
  /// The sender.
  public var source: IPAddress
  /// The receiver.
  public var destination: IPAddress
  /// Hops left.
  public var timeToLive: UInt8 = 64
  /// The protocol's number: 1 ICMP, 6 TCP, 17 UDP.
  public var proto: UInt8 = 6
  /// Bytes of header and data, as the sender wrote it; 0 where the network card fills it in.
  public var totalLength: UInt16 = 0
  /// Bytes of the header with its options.
  public var headerLength = 20
  /// The identification of a fragmented packet.
  public var identification: UInt16 = 0
  /// Don't fragment.
  public var dontFragment = false
  /// More fragments follow.
  public var moreFragments = false
  /// Bytes of data before this fragment.
  public var fragmentOffset = 0
  /// DSCP and ECN.
  public var trafficClass: UInt8 = 0
  private var optionBytes = Rare<[UInt8]>()
  /// The verdict on the header's checksum.
  public var checksum = ChecksumVerdict.unknown

  /// Makes a header between two addresses.
  public init(source: IPAddress, destination: IPAddress) {
    self.source = source
    self.destination = destination
  }

  /// The raw options.
  public var options: [UInt8] {
    get { optionBytes.elements }
    set { optionBytes.elements = newValue }
  }
}

/// The header of an Internet Protocol version 6 packet with its extensions (RFC 8200).
public struct IPv6: Hashable, Sendable {
  /// The sender.
  public var source: IPAddress
  /// The receiver.
  public var destination: IPAddress
  /// Hops left.
  public var hopLimit: UInt8 = 64
  /// The protocol's number after all extension headers: 6 TCP, 17 UDP, 58 ICMPv6.
  public var proto: UInt8 = 6
  /// Bytes after the fixed header, extensions included; 0 in a jumbogram.
  public var payloadLength: UInt16 = 0
  /// DSCP and ECN.
  public var trafficClass: UInt8 = 0
  /// The flow label, 20 bits.
  public var flowLabel: UInt32 = 0
  private var extensionNumbers = Rare<[UInt8]>()
  /// Bytes of data before this fragment; nil where the packet is no fragment.
  public var fragmentOffset: Int?
  /// More fragments follow.
  public var moreFragments = false
  /// The identification of a fragmented packet.
  public var fragmentIdentification: UInt32 = 0

  /// Makes a header between two addresses.
  public init(source: IPAddress, destination: IPAddress) {
    self.source = source
    self.destination = destination
  }

  /// The numbers of the extension headers, in order.
  public var extensions: [UInt8] {
    get { extensionNumbers.elements }
    set { extensionNumbers.elements = newValue }
  }
}
