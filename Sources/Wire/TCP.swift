/// The header of a Transmission Control Protocol segment (RFC 9293, section 3.1).
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-------------------------------+-------------------------------+
///     |          source port          |       destination port        |
///     +-------------------------------+-------------------------------+
///     |                        sequence number                        |
///     +---------------------------------------------------------------+
///     |                    acknowledgement number                     |
///     +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
///     | offset| rsv |A|C|E|U|A|P|R|S|F|            window             |
///     +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
///     |           checksum            |        urgent pointer         |
///     +-------------------------------+-------------------------------+
///     |                           options                             |
public struct TCP: Hashable, Sendable {
  /// The port of the sender.
  public var source: UInt16
  /// The port of the receiver.
  public var destination: UInt16
  /// The number of the first byte of data, or of the SYN.
  public var sequence: SequenceNumber
  /// The next number the sender expects; meaningful when `flags` holds `.ack`.
  public var acknowledgement: SequenceNumber
  /// Bytes of the header with its options.
  public var headerLength: Int
  /// The control bits.
  public var flags: TCPFlags
  /// The window as it stands in the header, not scaled.
  public var window: UInt16
  /// The checksum as it stands in the header.
  public var checksum: UInt16
  /// Offset of the last urgent byte; meaningful when `flags` holds `.urg`.
  public var urgentPointer: UInt16
  /// The options, in the parsed form.
  public var options: TCPOptions

  /// Makes a header; the defaults are those of a plain segment without options.
  public init(
    source: UInt16, destination: UInt16, sequence: SequenceNumber,
    acknowledgement: SequenceNumber = SequenceNumber(0), headerLength: Int = 20, flags: TCPFlags,
    window: UInt16 = 65535, checksum: UInt16 = 0, urgentPointer: UInt16 = 0,
    options: TCPOptions = TCPOptions()
  ) {
    self.source = source
    self.destination = destination
    self.sequence = sequence
    self.acknowledgement = acknowledgement
    self.headerLength = headerLength
    self.flags = flags
    self.window = window
    self.checksum = checksum
    self.urgentPointer = urgentPointer
    self.options = options
  }
}

/// The control bits of a TCP segment (RFC 9293, section 3.1; AE: RFC 9768).
public struct TCPFlags: OptionSet, Hashable, Sendable {
  /// The nine bits, FIN lowest.
  public var rawValue: UInt16
  /// Makes a set of the header's bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// No more data from the sender.
  public static let fin = TCPFlags(rawValue: 0x001)
  /// Synchronise sequence numbers.
  public static let syn = TCPFlags(rawValue: 0x002)
  /// Reset the connection.
  public static let rst = TCPFlags(rawValue: 0x004)
  /// Push the data to the application.
  public static let psh = TCPFlags(rawValue: 0x008)
  /// The acknowledgement number is meaningful.
  public static let ack = TCPFlags(rawValue: 0x010)
  /// The urgent pointer is meaningful.
  public static let urg = TCPFlags(rawValue: 0x020)
  /// ECN echo (RFC 3168).
  public static let ece = TCPFlags(rawValue: 0x040)
  /// Congestion window reduced (RFC 3168).
  public static let cwr = TCPFlags(rawValue: 0x080)
  /// Accurate ECN (RFC 9768), once the nonce sum.
  public static let ae = TCPFlags(rawValue: 0x100)
}

/// The options of a TCP segment, each at most once but for the unknown ones.
public struct TCPOptions: Hashable, Sendable {
  /// Maximum segment size in bytes (kind 2).
  public var maximumSegmentSize: UInt16?
  /// Window scale: the power of two (kind 3, RFC 7323).
  public var windowScale: UInt8?
  /// Whether the sender may be sent selective acknowledgements (kind 4, RFC 2018).
  public var sackPermitted = false
  /// Timestamp value and echo reply (kind 8, RFC 7323).
  public var timestamp: TCPTimestamp?
  private var uncommon = Rare<Uncommon>()

  /// Makes an empty set.
  public init() {}

  /// What few segments have.
  private struct Uncommon: Hashable, Sendable {
    var sackBlocks: [SACKBlock] = []
    var fastOpenCookie: [UInt8]?
    var others: [UnknownTCPOption] = []
  }

  private mutating func change(_ body: (inout Uncommon) -> Void) {
    var value = uncommon.value ?? Uncommon()
    body(&value)
    uncommon = Rare(value == Uncommon() ? nil : value)
  }
}

extension TCPOptions {
  /// Whether there are blocks of selective acknowledgements.
  public var hasBlocks: Bool { uncommon.exists && !sackBlocks.isEmpty }

  /// Selective acknowledgements: received blocks (kind 5, RFC 2018).
  public var sackBlocks: [SACKBlock] {
    get { uncommon.value?.sackBlocks ?? [] }
    set { change { $0.sackBlocks = newValue } }
  }

  /// The Fast Open cookie, empty when one is asked for (kind 34, RFC 7413).
  public var fastOpenCookie: [UInt8]? {
    get { uncommon.value?.fastOpenCookie }
    set { change { $0.fastOpenCookie = newValue } }
  }

  /// Options of other kinds, with their data, in the order of the header.
  public var others: [UnknownTCPOption] {
    get { uncommon.value?.others ?? [] }
    set { change { $0.others = newValue } }
  }
}

/// A block of bytes received out of order: from `left` to before `right`.
public struct SACKBlock: Hashable, Sendable {
  /// First number of the block.
  public var left: SequenceNumber
  /// The number after the last of the block.
  public var right: SequenceNumber
  /// Makes a block.
  public init(left: SequenceNumber, right: SequenceNumber) {
    self.left = left
    self.right = right
  }
}

/// The timestamp option (RFC 7323, section 3).
public struct TCPTimestamp: Hashable, Sendable {
  /// The sender's clock.
  public var value: UInt32
  /// The peer's clock, echoed.
  public var echo: UInt32
  /// Makes a timestamp option.
  public init(value: UInt32, echo: UInt32) {
    self.value = value
    self.echo = echo
  }
}

/// A TCP option this room does not know.
public struct UnknownTCPOption: Hashable, Sendable {
  /// The option's kind.
  public var kind: UInt8
  /// Its data, without kind and length.
  public var data: [UInt8]
  /// Makes an option.
  public init(kind: UInt8, data: [UInt8]) {
    self.kind = kind
    self.data = data
  }
}
