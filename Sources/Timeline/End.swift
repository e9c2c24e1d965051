import Calls
import Wire

/// A segment that was sent: where it stands in its stream, and which packet carried it first.
struct SentSegment {
  /// Positions in sequence space, the SYN at 0, the first byte of data at 1.
  var positions: Range<Int>
  var first: PacketMark
  /// The packet that carried it last.
  var latest: PacketMark
  var hasFIN: Bool
  /// How often it was retransmitted.
  var repetitions = 0
}

/// A packet remembered.
struct PacketMark {
  /// Its number, 0 where it is not remembered which.
  var number: Int
  var time: Instant
  /// Its time as the file says.
  var stamp: Instant
  /// Bytes of payload.
  var length: Int
  var flags: TCPFlags

  init(
    number: Int, time: Instant, stamp: Instant? = nil, length: Int, flags: TCPFlags = TCPFlags()
  ) {
    self.number = number
    self.time = time
    self.stamp = stamp ?? time
    self.length = length
    self.flags = flags
  }
}

/// One end of a connection as the packets show it.
///
/// A class, since both ends of a socket that is connected to itself are one and the same.
final class End {
  /// Nanoseconds for which acknowledgements, segments that are acknowledged, and datagrams are
  /// remembered: longer than a timeout as a rule takes to send something again.
  static let memory: Int64 = 1_000_000_000

  let endpoint: Endpoint
  var socket: SocketID?
  /// The process whose socket it is, where the socket itself cannot be tied to it.
  var follower: ProcessName?
  /// What its packets tell, as numbers.
  var flow: FlowSide
  /// Whether it is known which byte of the stream a position is, though the SYN was not seen.
  var isAnchored = false
  /// The byte with which its next new segment begins, where that will anchor the count.
  var awaited: Int?
  /// The packets of late that acknowledged something new, up to which position, and how far it had
  /// sent by then.
  var acknowledgements = Deque<(mark: PacketMark, position: Int, top: Int)>()
  /// Those of them that may let out what it sends next, and how much was on its way before the
  /// first of them came.
  var openers: [(mark: PacketMark, position: Int)] = []
  var allowed = 0
  var hasOpened = false
  /// Sent and not yet acknowledged, by position.
  var flight = Deque<SentSegment>()
  /// Segments that are acknowledged already, those of late.
  var settled = Deque<SentSegment>()
  /// Received data and FIN that nobody has read yet, by position in the peer's stream.
  var unread = Deque<SentSegment>()
  /// The newest urgent byte of the peer's stream, counted from 0.
  var urgent: Int?
  var fin: PacketMark?
  /// The packet that acknowledged its FIN first.
  var finAcknowledged: PacketMark?
  /// Its last SYN without ACK, and the client's first SYN-ACK in a simultaneous open.
  var lastSYN: PacketMark?
  var synAckOfClient: PacketMark?
  /// The last window in bytes.
  var window: Int?
  /// Up to which byte of its stream the peer's window lets it go, counted from 0.
  var edge: Int?
  /// Bytes of data in the largest packet that it has sent.
  var largest = 0
  /// The edge when it last sent data.
  var edgeAtData = 0
  /// The last packet this end sent, and the last it received.
  var lastSent: PacketMark?
  var lastReceived: PacketMark?
  /// Whether all that it sent since then left in one go.
  var sendsAtOnce = false
  /// The last packet that carried new data or FIN.
  var lastNews: PacketMark?
  /// Whether the last packet sent was a keep-alive probe.
  var sentProbe = false
  /// The last packet received that wants an answer and has none.
  var unanswered: PacketMark?
  /// Acknowledgements in a row that this end sent without news.
  var duplicates = 0
  /// Whether its last acknowledgement had blocks beyond a gap (RFC 2018).
  var reportsGap = false
  /// The first block of its last acknowledgement, and the packet that it was sent for, by that.
  var lastBlock: Range<Int>?
  var cameLast: PacketMark?
  /// Up to which position losses are being repaired after a fast retransmission, and after any.
  var recovery = 0
  var repair = 0
  /// Up to which position everything counts as lost since a timeout.
  var lost = 0
  /// The shortest time in nanoseconds from a segment to its acknowledgement.
  var roundTrip: Int64?
  /// The largest segment that the peer takes, as its SYN says.
  var largestSegment: Int?
  /// Whether its SYN permitted selective acknowledgements.
  var permitsSACK = false
  /// The call or exit that ended its stream, where the FIN has not left since; 0 for an exit.
  var shut: CallID?
  /// Whether that was a shutdown(), after which the socket may still be used.
  var isShutDown = false
  /// Nanoseconds between the last bytes that were let out and the data before them.
  var pause: Int64 = 0
  /// The calls that sent its SYN, and its FIN.
  var synCalls: [CallID] = []
  var finCalls: [CallID] = []
  /// The calls that wrote its bytes, where its socket has gone on to another connection.
  var formerSpans: Deque<WrittenSpan>?
  /// The datagrams it sent of late, for ICMP errors that quote one.
  var sentDatagrams = Deque<PacketMark>()

  init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
    flow = FlowSide(FlowEndpoint(endpoint))
  }

  /// The raw initial sequence number; a guess where the SYN was not seen.
  var initial: SequenceNumber? {
    flow.bits.contains(.hasInitial) ? SequenceNumber(flow.initial) : nil
  }
  var sawSYN: Bool { flow.bits.contains(.sawSYN) }
  /// The highest position sent, exclusive; the SYN has 0, so 1 after the SYN.
  var top: Int { flow.top }
  /// The highest position of this end that the peer has acknowledged.
  var acknowledged: Int { flow.acknowledged }
  /// Its state; calls may tell of it too.
  var state: TCPState? {
    get { flow.state }
    set { flow.state = newValue }
  }
  /// Bytes of payload that it sent, what was retransmitted not counted twice.
  var bytes: Int { flow.payloadBytes }

  /// Whether it opened the connection itself.
  var sawBareSYN: Bool { lastSYN != nil }

  /// The position of a raw sequence number: unwrapped, near the highest position sent.
  func position(of number: SequenceNumber) -> Int {
    flow.bits.contains(.hasInitial) ? flow.position(of: number.rawValue) : 0
  }

  /// Whether a segment of this time leaves in one go with the last packet received.
  ///
  /// The kernel handles an acknowledgement and sends what it lets out within one softirq, up to two
  /// segments of 64 KiB back to back; what comes later was let out by something else.
  func isAtOnce(_ time: Instant) -> Bool {
    guard let lastReceived else { return false }
    guard let lastSent, lastSent.number > lastReceived.number else {
      return time - lastReceived.time < 100_000
    }
    return sendsAtOnce && time - lastSent.time < 12_000
  }

  /// Forgets the segments of a stream that was guessed, and begins otherwise.
  func forgetSegments() {
    flight = Deque()
    settled = Deque()
  }

  /// The newest segment that ends at a position, or last before it.
  func ending(at position: Int) -> SentSegment? {
    for queue in [flight, settled] {
      let index = queue.partition { $0.positions.upperBound <= position }
      if index > 0 { return queue[index - 1] }
    }
    return nil
  }

  /// The packet that the first block of a selective acknowledgement was sent for: the block holds
  /// the segment that came last (RFC 2018, section 4), at the edge that moved.
  ///
  /// Of the report that something came twice (RFC 2883) the block is the segment itself.
  func newest(in block: Range<Int>, after last: Range<Int>?) -> PacketMark? {
    let isLow = last.map { $0.upperBound == block.upperBound && block.lowerBound < $0.lowerBound }
    let edge = isLow ?? false ? block.lowerBound : block.upperBound - 1
    for queue in [flight, settled] {
      if let index = End.index(of: edge..<(edge + 1), in: queue) { return queue[index].latest }
    }
    return nil
  }

  /// Of several acknowledgements that came one after the other, the one that let out data up to a
  /// position: the first after which no more is on its way than before; else the last.
  func open(upTo position: Int) -> PacketMark? {
    guard !openers.isEmpty else { return nil }
    let index = openers.firstIndex { position - $0.position <= allowed } ?? openers.count - 1
    openers.removeFirst(index)
    hasOpened = true
    return openers[0].mark
  }

  /// Another acknowledgement comes: what those let out that came before it sent data is over.
  ///
  /// - Parameter position: the highest that was acknowledged before.
  func close(acknowledged position: Int) {
    if hasOpened { openers.removeAll() }
    hasOpened = false
    if openers.isEmpty { allowed = top - position }
  }

  /// Takes a measured time between a segment and its acknowledgement.
  func measure(_ time: Int64) { roundTrip = min(roundTrip ?? time, time) }

  /// Forgets which packets carried what.
  func forgetPackets() {
    forgetSegments()
    unread = Deque()
    acknowledgements = Deque()
    sentDatagrams = Deque()
    formerSpans = nil
  }

  /// The index in `queue` of the first segment that has any of these positions.
  static func index(of positions: Range<Int>, in queue: Deque<SentSegment>) -> Int? {
    let index = queue.partition { $0.positions.upperBound <= positions.lowerBound }
    guard index < queue.count, queue[index].positions.overlaps(positions) else { return nil }
    return index
  }

  /// Adds a segment to `queue` where its positions belong.
  static func file(_ segment: SentSegment, in queue: inout Deque<SentSegment>, limit: Int) {
    let isLast = queue.last.map { $0.positions.upperBound <= segment.positions.lowerBound } ?? true
    if isLast {
      queue.append(segment)
    } else {
      let index = queue.partition { $0.positions.lowerBound < segment.positions.lowerBound }
      queue.insert(segment, at: index)
    }
    if queue.count > limit { queue.removeFirst(limit / 2) }
  }
}
