import Wire

/// A connection by its packets alone: states, bytes, what was retransmitted, how it ended.
///
/// It is numbers only, so that hundreds of thousands fit into a `FlowTable`; a `Conversation` keeps
/// one too, and remembers beside it which packets they were. So a table and a ladder cannot differ.
struct FlowRecord: Sendable {
  var client: FlowSide
  var server: FlowSide
  var course: FlowCourse

  init(_ kind: FlowHeader.Kind, client: FlowEndpoint, server: FlowEndpoint, at time: Int64) {
    self.client = FlowSide(client)
    self.server = FlowSide(server)
    course = FlowCourse(kind: kind, first: time, last: time)
    if client == server { course.bits.insert(.isOwn) }
  }

  /// Whether nothing more can come but stragglers.
  var isOver: Bool { course.isOver(client, server) }

  /// Whether it is the connection between these two ends.
  func isBetween(_ one: FlowEndpoint, _ other: FlowEndpoint) -> Bool {
    (client.endpoint == one && server.endpoint == other)
      || (client.endpoint == other && server.endpoint == one)
  }

  /// Counts a packet of one side, and takes what its header says.
  @discardableResult
  mutating func add(
    _ header: FlowHeader, fromClient: Bool, time: Int64, frameLength: Int,
    waits: FlowCourse.Deferral = .none
  ) -> SegmentEffect {
    if course.bits.contains(.isOwn) {
      return course.addOwn(header, &client, time: time, frameLength: frameLength)
    }
    if fromClient {
      return course.add(
        header, &client, &server, isClient: true, time: time, frameLength: frameLength, waits)
    }
    return course.add(
      header, &server, &client, isClient: false, time: time, frameLength: frameLength, waits)
  }

  /// How the connection ended.
  var close: ConnectionSummary.Close { course.close(client, server) }
}

/// What both ends of a connection share.
struct FlowCourse: Sendable {
  var kind: FlowHeader.Kind
  /// The place of the connection that had these ports before, plus one; 0 for none.
  var previous: UInt32 = 0
  /// The place of the connection whose SYN this one has answered as its own, plus one; 0 for none.
  var challenger: UInt32 = 0
  /// Nanoseconds since the epoch: the earliest and the latest stamp of its packets.
  var first: Int64
  var last: Int64
  /// The stamp of its newest packet.
  var latest: Int64 = 0
  /// When the first SYN was sent; once the handshake is done, how long it took, -1 if not known.
  var handshake: Int64 = 0
  var bits = Bits()
  /// What it is inside, by its place among `FlowTable.tunnels`; 0 for nothing.
  var inside: UInt32 = 0

  init(kind: FlowHeader.Kind, first: Int64, last: Int64) {
    self.kind = kind
    self.first = first
    self.last = last
    latest = last
  }

  struct Bits: OptionSet {
    var rawValue: UInt16
    /// The first SYN was seen, so `handshake` has a meaning.
    static let sawSYN = Bits(rawValue: 1)
    /// The server's first SYN-ACK was seen.
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
    static let hasACKInFIN = Bits(rawValue: 8192)
    /// A packet of it passed the filter.
    static let isKept = Bits(rawValue: 2048)
    /// Its two ends are one: a socket that is connected to itself.
    static let isOwn = Bits(rawValue: 4096)
  }

  /// What a server that waits for the first data (TCP_DEFER_ACCEPT) makes of a segment.
  enum Deferral {
    /// It does not wait.
    case none
    /// It passes over this one.
    case passesOver
    /// It takes this one, by which the handshake is done.
    case takes
  }

  /// Counts a packet of one end, and takes what its header says.
  mutating func add(
    _ header: FlowHeader, _ end: inout FlowSide, _ peer: inout FlowSide, isClient: Bool,
    time: Int64, frameLength: Int, _ waits: Deferral
  ) -> SegmentEffect {
    var effect = SegmentEffect()
    let isTCP = header.kind == .tcp
    if isTCP { effect = take(header, &end, &peer, isClient: isClient, at: time, waits) }
    end.count(frameLength, payload: isTCP ? 0 : header.payloadLength)
    note(time, isFirst: end.packets &+ peer.packets == 1)
    return effect
  }

  /// The same of a socket that is connected to itself.
  mutating func addOwn(
    _ header: FlowHeader, _ end: inout FlowSide, time: Int64, frameLength: Int
  ) -> SegmentEffect {
    var effect = SegmentEffect()
    let isTCP = header.kind == .tcp
    if isTCP { effect = takeOwn(header, &end, at: time) }
    end.count(frameLength, payload: isTCP ? 0 : header.payloadLength)
    note(time, isFirst: end.packets == 1)
    return effect
  }

  private mutating func note(_ time: Int64, isFirst: Bool) {
    if isFirst { (first, last) = (time, time) }
    first = min(first, time)
    last = max(last, time)
    latest = time
  }

  /// Whether nothing more can come but stragglers.
  func isOver(_ client: FlowSide, _ server: FlowSide) -> Bool {
    bits.contains(.isReset)
      || (kind == .tcp && client.isDone && (server.isDone || bits.contains(.isOwn)))
  }

  /// How the connection ended.
  func close(_ client: FlowSide, _ server: FlowSide) -> ConnectionSummary.Close {
    if bits.contains(.isReset) {
      let side = bits.contains(.isResetByServer) ? Side.server : .client
      let isRefused = side == .server && bits.contains(.sawSYN) && !bits.contains(.sawAnswer)
      return isRefused ? .refused : .reset(by: side)
    }
    guard bits.contains(.hasFIN) else { return .open }
    let first = bits.contains(.isFirstFINOfServer) ? Side.server : .client
    if bits.contains(.isOwn) { return .own }
    guard client.bits.contains(.hasFIN), server.bits.contains(.hasFIN) else {
      return .half(first: first)
    }
    if bits.contains(.finsCrossed) { return .simultaneous }
    let segments = bits.contains(.hasACKBeforeFIN) ? 4 : bits.contains(.hasACKInFIN) ? 3 : 2
    return .fins(first: first, segments: segments)
  }
}

/// An end of a connection by its packets alone.
///
/// Positions count from its SYN, which has 0; the first byte of data has 1. They do not wrap.
struct FlowSide: Sendable {
  var endpoint: FlowEndpoint
  var state: TCPState?
  var windowScale: UInt8 = 0
  var bits = Bits()
  var resets: UInt16 = 0
  /// The raw initial sequence number; a guess where the SYN was not seen.
  var initial: UInt32 = 0
  /// What it has sent.
  var seen = SeenNumbers()
  /// The highest position that the peer has acknowledged.
  var acknowledged = 0
  /// The position after its FIN.
  var finEnd = 0
  /// The smallest window it has offered, in bytes; the greatest number where it offered none.
  var smallestWindow = UInt32.max
  var packets: UInt32 = 0
  var retransmissions: UInt32 = 0
  /// Bytes of frames.
  var frameBytes = 0
  /// Bytes of payload, what was retransmitted not counted twice.
  var payloadBytes = 0

  struct Bits: OptionSet {
    var rawValue: UInt8
    static let hasInitial = Bits(rawValue: 1)
    static let sawSYN = Bits(rawValue: 2)
    /// Its SYN carried a window scale.
    static let scales = Bits(rawValue: 4)
    static let hasFIN = Bits(rawValue: 8)
    /// Its SYN acknowledged one.
    static let answered = Bits(rawValue: 16)
    /// The peer's FIN has come, and nothing that it sent since shows that it knows.
    static let hasUnmetFIN = Bits(rawValue: 32)
    /// A packet of the peer has told what it acknowledges.
    static let isTold = Bits(rawValue: 64)
  }

  init(_ endpoint: FlowEndpoint) { self.endpoint = endpoint }

  var isDone: Bool { state == .closed || state == .timeWait }

  /// The position after the highest that was sent.
  var top: Int { seen.top }

  /// Whether all that it sent is acknowledged.
  var isSettled: Bool { acknowledged >= seen.top }

  /// Whether its FIN is acknowledged.
  var isFINAcknowledged: Bool { bits.contains(.hasFIN) && acknowledged >= finEnd }

  /// The position of a raw number: the one that is nearest to the highest sent.
  @inline(__always)
  func position(of number: UInt32) -> Int {
    let next = initial &+ UInt32(truncatingIfNeeded: seen.top)
    return seen.top + Int(Int32(bitPattern: number &- next))
  }

  /// Begins the stream at a SYN, whatever was guessed before.
  mutating func begin(at number: UInt32) {
    initial = number
    seen = SeenNumbers()
    acknowledged = 0
    bits.insert([.hasInitial, .sawSYN])
    bits.remove(.isTold)
  }

  /// Begins in mid-stream: `number` is the first that is seen, or the peer's acknowledgement.
  mutating func join(at number: UInt32, isTold: Bool) {
    initial = number &- 1
    seen = SeenNumbers(at: 1)
    acknowledged = 1
    bits.insert(.hasInitial)
    if isTold { bits.insert(.isTold) }
  }

  @inline(__always)
  mutating func count(_ frameLength: Int, payload: Int) {
    packets &+= 1
    frameBytes &+= frameLength
    payloadBytes &+= payload
  }
}
