import Calls
import Wire

/// A datagram that calls handed to the kernel.
struct SentDatagram {
  /// The call, or several where the socket was corked.
  var calls: [CallID]
  var destination: Endpoint?
  var length: Int
  var entered: Instant
  var returned: Instant?
  /// The setsockopt() that uncorked it.
  var trigger: CallID?
  /// Bytes of the datagrams that it is cut into (UDP_SEGMENT), 0 where it is one.
  var segment = 0
  /// Bytes that have not left yet.
  var left: Int
  /// Its first bytes, as far as they were recorded.
  var opening: [UInt8] = []
  /// When the oldest call was entered that was sending when this one was.
  var openSince = Instant(0)

  /// Whether the call ran at `time` by the clock.
  func runs(at time: Instant) -> Bool {
    entered <= time && (returned.map { time <= $0 } ?? true)
  }

  /// Whether the datagram can have left at `time`, where the clocks disagree a little.
  func isRunning(at time: Instant) -> Bool {
    entered <= time + slack && (returned.map { time <= $0 + slack } ?? true)
  }

  /// Whether a packet of so many bytes can be the datagram: the whole of it, also where UDP_SEGMENT
  /// is set and the segments left as one packet, or the next of its segments.
  func fits(_ length: Int) -> Bool {
    length == self.length && left == length || segment > 0 && length == min(segment, left)
  }

  /// Whether the bytes that are known of the datagram are those that a packet begins with.
  func begins(with bytes: [UInt8]) -> Bool {
    let rest = opening.dropFirst(max(0, length - left))
    return zip(rest, bytes).allSatisfy { $0 == $1 }
  }

  /// Whether the datagram goes to `goal`, as far as the call told.
  func reaches(_ goal: Endpoint) -> Bool {
    guard let destination else { return true }
    return destination == goal
      || (destination.address.isUnspecified && destination.port == goal.port)
  }
}

/// Datagrams that calls handed to the kernel and that no packet was found to be, in order of their
/// calls.
///
/// What is forgotten goes by time: only datagrams whose calls had returned before the oldest row that
/// is still to be made.
struct SentDatagrams {
  private var datagrams = Deque<SentDatagram>()
  /// Calls that are sending, in order of their entry.
  private var open: [(call: CallID, entered: Instant)] = []
  /// How many there may be before it is looked for what can be forgotten.
  private var mark = 64

  var count: Int { datagrams.count }
  var indices: Range<Int> { datagrams.indices }

  subscript(index: Int) -> SentDatagram {
    get { datagrams[index] }
    set { datagrams[index] = newValue }
  }

  /// A call hands a datagram over.
  ///
  /// - Parameter frontier: before it no row is left to be made.
  mutating func append(_ datagram: SentDatagram, by call: CallID, keepingFrom frontier: Instant) {
    forget(before: frontier)
    if open.last?.call != call { open.append((call, datagram.entered)) }
    var datagram = datagram
    datagram.openSince = open.first?.entered ?? datagram.entered
    datagrams.append(datagram)
  }

  /// A call sends no more.
  mutating func end(_ call: CallID) { open.removeAll { $0.call == call } }

  mutating func remove(at index: Int) { datagrams.remove(at: index) }

  /// The places of the datagrams whose calls were entered at `time` or later.
  func places(since time: Instant) -> Range<Int> {
    datagrams.partition { $0.entered < time }..<datagrams.count
  }

  /// The places of the datagrams that can have left at `time`, in order; it looks at calls alone that
  /// ran about then.
  func running(at time: Instant) -> [Int] {
    var index = datagrams.partition { $0.entered <= time + slack }
    var since: Instant?
    var found: [Int] = []
    while index > 0 {
      index -= 1
      let sent = datagrams[index]
      if let since, sent.entered < since { break }
      if sent.isRunning(at: time) { found.append(index) }
      if since == nil, sent.entered <= time + -slack { since = sent.openSince }
    }
    return found.reversed()
  }

  /// So many bytes of a datagram have left.
  mutating func leave(_ length: Int, of index: Int) {
    datagrams[index].left -= length
    if datagrams[index].left <= 0 { datagrams.remove(at: index) }
  }

  /// Forgets datagrams whose calls returned before `frontier`: they left elsewhere, or were lost to the
  /// capture.
  private mutating func forget(before frontier: Instant) {
    func isOver(_ sent: SentDatagram) -> Bool { sent.returned.map { $0 < frontier } ?? false }
    while let first = datagrams.first, isOver(first) { datagrams.removeFirst() }
    guard datagrams.count > mark else { return }
    var kept = Deque<SentDatagram>()
    for index in datagrams.indices where !isOver(datagrams[index]) { kept.append(datagrams[index]) }
    datagrams = kept
    mark = max(64, 2 * kept.count)
  }
}
