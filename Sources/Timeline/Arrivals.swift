import Calls
import Wire

/// The connections that came to a listening socket, the oldest first.
struct Arrivals {
  private struct Arrival {
    let conversation: Conversation
    var mark: PacketMark
    /// Whether it came to this socket, and not to another one of the same port (SO_REUSEPORT).
    var isSure: Bool
    /// When an accept() had returned it.
    var taken: Instant?
  }

  private var queue = Deque<Arrival>()
  /// How many at the front are accepted.
  private var settled = 0
  /// The threads that have found the socket ready, each with what it waits by, and how many wait by that.
  private var watchers: [Int32: Watch] = [:]
  private var threads: [Watch: Int] = [:]
  /// How many instances several threads wait by.
  private var shared = 0

  /// What a thread waits by: a descriptor of an epoll instance, of a process.
  struct Watch: Hashable {
    var process: Int32
    var instance: Int32
  }

  /// A connection is made.
  mutating func add(_ conversation: Conversation, _ mark: PacketMark, isSure: Bool) {
    while let first = queue.first, isOld(first, at: mark.time) { removeFirst() }
    queue.append(Arrival(conversation: conversation, mark: mark, isSure: isSure))
    // As many as the longest backlog (listen(2), SOMAXCONN).
    if queue.count > settled + 4096 { removeFirst() }
  }

  private mutating func removeFirst() {
    queue.removeFirst()
    settled = max(0, settled - 1)
  }

  /// Nanoseconds for which a connection is remembered that was accepted.
  private static let memory = 2 * Timeline.lookahead

  private func isOld(_ arrival: Arrival, at time: Instant) -> Bool {
    arrival.taken.map { time - $0 > Arrivals.memory } ?? arrival.conversation.isForgotten
  }

  /// A connection is accepted.
  ///
  /// - Returns: whether it was known to come to this socket.
  mutating func take(_ conversation: Conversation, at time: Instant) -> Bool {
    guard let index = index(of: conversation) else { return false }
    let wasSure = queue[index].isSure
    queue[index].isSure = true
    queue[index].taken = time
    while settled < queue.count, queue[settled].taken != nil { settled += 1 }
    return wasSure
  }

  /// A connection is accepted at another socket.
  mutating func forget(_ conversation: Conversation) {
    if let index = index(of: conversation) { queue.remove(at: index) }
  }

  /// The place of a connection that is not accepted: near the front as a rule.
  private func index(of conversation: Conversation) -> Int? {
    (settled..<queue.count).first { queue[$0].conversation === conversation }
  }

  /// A thread finds the socket ready.
  mutating func find(_ thread: Int32, by watch: Watch) {
    guard let old = watchers.updateValue(watch, forKey: thread) else { return count(watch, 1) }
    guard old != watch else { return }
    count(old, -1)
    count(watch, 1)
  }

  private mutating func count(_ watch: Watch, _ step: Int) {
    let before = threads[watch] ?? 0
    threads[watch] = before + step > 0 ? before + step : nil
    if max(before, before + step) == 2 { shared += step }
  }

  /// What becomes of the threads that wait for one socket when a connection comes.
  enum Waking {
    /// All are woken and look again, as poll(2) does.
    case all
    /// One of each epoll instance.
    case ofEachInstance
    /// One alone (EPOLLEXCLUSIVE), or that is not known.
    case one
  }

  /// The packet that made the socket ready for a wait, or with which it was ready already; nil where
  /// it cannot be told.
  ///
  /// Of one thread that waits, the first connection wakes it. Of several, it wakes all, and those who
  /// find that others have accepted everything sleep again; with EPOLLEXCLUSIVE it wakes one of them,
  /// and the next connection another one, and so does an instance by which several wait. Where that
  /// makes a difference, only the time may tell: a thread returns at once as a rule.
  func waker(
    _ entered: Instant, _ returned: Instant, slept: Bool, _ waking: Waking
  ) -> PacketMark? {
    // What was accepted before the wait has nothing to do with it.
    var place = queue.count
    while place > 0, queue[place - 1].taken.map({ $0 >= entered }) ?? true { place -= 1 }
    let recent = (place..<queue.count).map { queue[$0] }.filter { $0.mark.time <= returned }
    var known = recent.filter(\.isSure)
    if known.isEmpty {
      // Which of several sockets they came to was not seen yet.
      if recent.count > 1 { return nil }
      known = recent
    }
    // The first connection since the queue was empty.
    var start = 0
    var emptied: Instant? = Instant(0)
    for (index, arrival) in known.enumerated() {
      if let since = emptied, since < arrival.mark.time { start = index }
      emptied = emptied.flatMap { since in arrival.taken.map { max(since, $0) } }
    }
    let waiting = known[start...].map(\.mark)
    let came = known.map(\.mark).filter { $0.time >= entered }
    guard slept, let first = came.first else { return waiting.first }
    if watchers.count < 2 { return first }
    // An instance of its own is woken by the first, whoever accepts it; that its thread found nothing
    // and slept again was never seen.
    if waking == .ofEachInstance, shared == 0 { return first }
    return one(of: waiting.filter { $0.time >= entered }, first, returned, waking != .all)
  }

  /// Of several connections that wait, the one that woke one of several threads.
  private func one(
    of waiting: [PacketMark], _ first: PacketMark, _ returned: Instant, _ mayWakeOne: Bool
  ) -> PacketMark? {
    guard let start = waiting.first, let last = waiting.last else { return first }
    let isAlone = waiting.count == 1 || !mayWakeOne
    if start.number == first.number, isAlone { return start }
    let soon: Int64 = 250_000
    if isAlone { return returned - start.time < soon ? start : nil }
    let gap = last.time - waiting[waiting.count - 2].time
    return returned - last.time < soon && gap > 4 * soon ? last : nil
  }
}
