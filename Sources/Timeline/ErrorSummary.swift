public import Wire

/// ICMP errors of one kind about one conversation: a row of their own.
public struct ErrorSummary: Hashable, Sendable {
  /// What makes two errors the same.
  public let key: Key
  /// The connection that the quoted packets belong to, where the capture holds it.
  public let connection: ConnectionID?
  /// Connections that were seen before the first of these errors.
  public let rank: Int
  /// When the first of them was seen.
  public private(set) var first: Instant
  /// When the last of them was seen.
  public private(set) var last: Instant
  /// How many there were.
  public private(set) var packets = 0
  /// Bytes of their frames.
  public private(set) var frameBytes = 0
  /// Whether one of them passed the filter.
  public private(set) var isKept = false

  /// What makes two errors the same: who told whom what, about which two ends.
  public struct Key: Hashable, Sendable {
    /// Who reported it.
    public let reporter: IPAddress
    /// Whom it was reported to.
    public let receiver: IPAddress
    /// Whether the message is ICMPv6's.
    public let isVersion6: Bool
    /// The message's type.
    public let type: UInt8
    /// The message's code.
    public let code: UInt8
    /// The protocol's number of the quoted packet: 6 TCP, 17 UDP.
    public let proto: UInt8
    /// Who had sent the quoted packet.
    public let source: Endpoint
    /// Whom it was sent to.
    public let destination: Endpoint

    init(reporter: IPAddress, receiver: IPAddress, message: ICMP, quoted: QuotedPacket) {
      self.reporter = reporter
      self.receiver = receiver
      isVersion6 = message.isVersion6
      type = message.type
      code = message.code
      proto = quoted.proto
      source = quoted.source.unmapped
      destination = quoted.destination.unmapped
    }
  }

  init(_ key: Key, connection: ConnectionID?, rank: Int, time: Int64) {
    self.key = key
    self.connection = connection
    self.rank = rank
    first = Instant(time)
    last = first
  }

  mutating func add(time: Int64, frameLength: Int, isKept: Bool) {
    packets += 1
    frameBytes += frameLength
    last = max(last, Instant(time))
    if isKept { self.isKept = true }
  }
}
