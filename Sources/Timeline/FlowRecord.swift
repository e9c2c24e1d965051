import Wire

/// What a table of connections keeps of a connection: numbers only, so that hundreds of thousands
/// fit. It follows the same rules as `Conversation`, which keeps segments too.
struct FlowRecord: Sendable {
  var client: FlowSide
  var server: FlowSide
  var course: FlowCourse

  init(_ kind: FlowHeader.Kind, client: FlowEndpoint, server: FlowEndpoint, at time: Int64) {
    self.client = FlowSide(client)
    self.server = FlowSide(server)
    course = FlowCourse(kind: kind, first: time, last: time)
  }

  /// Whether nothing more can come but stragglers.
  var isOver: Bool {
    course.bits.contains(.isReset) || (course.kind == .tcp && client.isDone && server.isDone)
  }

  /// Whether it is the connection between these two ends.
  func isBetween(_ one: FlowEndpoint, _ other: FlowEndpoint) -> Bool {
    (client.endpoint == one && server.endpoint == other)
      || (client.endpoint == other && server.endpoint == one)
  }
}

/// What both ends of a connection share.
struct FlowCourse: Sendable {
  var kind: FlowHeader.Kind
  /// The place of the connection that had these ports before, plus one; 0 for none.
  var previous: UInt32 = 0
  /// Nanoseconds since the epoch of the first and of the last packet.
  var first: Int64
  var last: Int64
  /// When the first SYN was sent; once the handshake is done, how long it took, -1 if not known.
  var handshake: Int64 = 0
  var bits = Bits()
  /// What it is inside, by its place among `FlowTable.tunnels`; 0 for nothing.
  var inside: UInt32 = 0

  struct Bits: OptionSet {
    var rawValue: UInt16
    /// The first SYN was seen, so `handshake` has a meaning.
    static let sawSYN = Bits(rawValue: 1)
    /// The server's first SYN,ACK was seen.
    static let sawAnswer = Bits(rawValue: 2)
    /// The same of a client whose SYN crossed with the server's.
    static let sawClientAnswer = Bits(rawValue: 4)
    /// The last ACK of the handshake was seen.
    static let hasHandshake = Bits(rawValue: 8)
    /// It was open before the capture began.
    static let beganBefore = Bits(rawValue: 16)
    static let isReset = Bits(rawValue: 32)
    static let isResetByServer = Bits(rawValue: 64)
    static let hasFIN = Bits(rawValue: 128)
    static let isFirstFINOfServer = Bits(rawValue: 256)
    static let finsCrossed = Bits(rawValue: 512)
    /// The first FIN was acknowledged before the second came, alone or with data.
    static let hasACKBeforeFIN = Bits(rawValue: 1024)
    /// It was acknowledged by the second.
    static let hasACKInFIN = Bits(rawValue: 4096)
    /// A packet of it passed the filter.
    static let isKept = Bits(rawValue: 2048)
  }
}

/// An end of a connection in a table of connections.
struct FlowSide: Sendable {
  var endpoint: FlowEndpoint
  var state: TCPState?
  var windowScale: UInt8 = 0
  var bits = Bits()
  var resets: UInt16 = 0
  /// The raw initial sequence number; a guess where the SYN was not seen.
  var initial: UInt32 = 0
  /// The raw number after the highest that was sent.
  var top: UInt32 = 0
  /// The highest raw number that the peer has acknowledged.
  var acknowledged: UInt32 = 0
  /// A hole below `top` that no packet has filled yet, the newest one.
  var gapStart: UInt32 = 0
  var gapEnd: UInt32 = 0
  /// The smallest window it has offered, in bytes; the greatest number where it offered none.
  var smallestWindow = UInt32.max
  var packets: UInt32 = 0
  var retransmissions: UInt32 = 0
  /// Bytes of frames.
  var frameBytes = 0
  /// Bytes of payload, what was sent again not counted twice.
  var payloadBytes = 0

  struct Bits: OptionSet {
    var rawValue: UInt8
    static let hasInitial = Bits(rawValue: 1)
    static let sawSYN = Bits(rawValue: 2)
    static let scales = Bits(rawValue: 4)
    static let hasFIN = Bits(rawValue: 8)
    /// The peer has acknowledged something.
    static let isAcknowledged = Bits(rawValue: 16)
    /// The peer's FIN has come, and nothing that it sent since shows that it knows.
    static let hasUnmetFIN = Bits(rawValue: 32)
  }

  init(_ endpoint: FlowEndpoint) { self.endpoint = endpoint }

  var isDone: Bool { state == .closed || state == .timeWait }

  /// Whether all that it sent is acknowledged.
  var isSettled: Bool { acknowledged == top }

  /// Begins the stream at a SYN, whatever was guessed before.
  mutating func begin(at number: UInt32, windowScale scale: UInt8?) {
    initial = number
    top = number
    acknowledged = number
    gapStart = 0
    gapEnd = 0
    bits.insert([.hasInitial, .sawSYN])
    bits.remove(.isAcknowledged)
    windowScale = scale ?? 0
    if scale != nil { bits.insert(.scales) } else { bits.remove(.scales) }
  }

  /// Begins in mid-stream: `number` is the first that is seen.
  mutating func join(at number: UInt32) {
    initial = number &- 1
    top = number
    acknowledged = number
    bits.insert([.hasInitial, .isAcknowledged])
  }

  /// Takes numbers that were sent, and returns how many of them are new.
  mutating func extend(from start: UInt32, count: UInt32) -> UInt32 {
    let end = start &+ count
    let ahead = Int32(bitPattern: start &- top)
    let reach = Int32(bitPattern: end &- top)
    if ahead > 0 {
      gapStart = top
      gapEnd = start
    }
    if reach > 0 {
      top = end
      return ahead >= 0 ? count : UInt32(reach)
    }
    guard fillsGap(from: start, to: end) else { return 0 }
    if start == gapStart { gapStart = end } else { gapEnd = start }
    return count
  }

  /// Whether numbers below the highest were never sent before.
  func fillsGap(from start: UInt32, to end: UInt32) -> Bool {
    gapStart != gapEnd && Int32(bitPattern: start &- gapStart) >= 0
      && Int32(bitPattern: gapEnd &- end) >= 0
  }
}
