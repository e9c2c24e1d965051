import CPtrace
import Calls
import Glibc

/// What programs had open before they were attached to.
extension Tracer {
  /// Reports the sockets that processes hold, listening ones first, and learns what their epoll
  /// instances watch. All their threads are stopped.
  func tellHeld(by newcomers: [TracedProcess]) {
    var found: [(process: TracedProcess, number: Int32, facts: SocketFacts)] = []
    for process in newcomers where processes[process.id] === process {
      for number in ProcessFiles.numbers(in: process.folder + "/fd") {
        if let facts = learn(number, of: process) { found.append((process, number, facts)) }
      }
    }
    let deadline = Clock.monotonic + Tracer.settlingTime
    // Listeners must be known before the connections that came in through them.
    for isListening in [true, false] {
      for one in found where (one.facts.state == 10) == isListening {
        let held = self.held(one.number, one.facts, one.process, until: deadline)
        emit(.held(held), process: one.process.id, thread: one.process.id)
        if let queue = held.queue, queue > 0 { attachment.queues[one.facts.id] = queue }
      }
    }
    for process in newcomers where hasRing(process) { tellRing(process, process.id) }
  }

  /// Whether a process set up io_uring before.
  private func hasRing(_ process: TracedProcess) -> Bool {
    ProcessFiles.numbers(in: process.folder + "/fd").contains {
      ProcessFiles.link("\(process.folder)/fd/\($0)") == "anon_inode:[io_uring]"
    }
  }

  /// Nanoseconds for which the programs stay stopped at most, so that what is in flight arrives.
  private static let settlingTime: Int64 = 50_000_000

  /// Records what a descriptor refers to.
  ///
  /// - Returns: what the kernel says, if it is an Internet socket.
  private func learn(_ number: Int32, of process: TracedProcess) -> SocketFacts? {
    let link = ProcessFiles.link("\(process.folder)/fd/\(number)") ?? ""
    if link == "anon_inode:[eventpoll]" {
      let text = ProcessFiles.read("\(process.folder)/fdinfo/\(number)", limit: 1 << 20)
      for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
        guard let (descriptor, interest) = EpollInterest.ofFile(line) else { continue }
        guard let facts = socket(descriptor, of: process) else { continue }
        process.table.epoll(number).watch(descriptor, facts.id, interest)
      }
    }
    guard link.hasPrefix("socket:["),
      case .socket(let facts) = book.ask(process, number, names: true, stream: true)
    else {
      process.set(number, .other, &book)
      return nil
    }
    process.set(number, .socket(facts.id, facts.kind), &book)
    return facts
  }

  /// The stream state of a held socket; where bytes are in flight, waits a little until they have
  /// arrived.
  private func held(
    _ number: Int32, _ facts: SocketFacts, _ process: TracedProcess, until deadline: Int64
  ) -> HeldSocket {
    var held = HeldSocket(number, facts)
    guard facts.kind == .tcp else { return held }
    while let answer = process.handle.askHeld(number, of: facts.id) {
      time = Clock.now
      held.take(answer)
      attachment.unquiet.remove(facts.id)
      if held.isQuiet || held.queue != nil { break }
      attachment.unquiet.insert(facts.id)
      guard Clock.monotonic < deadline else {
        // What an ACK releases meanwhile would be counted wrongly.
        usleep(200)
        let again = process.handle.askHeld(number, of: facts.id)
        if again?.sent != answer.sent { held.sent = nil }
        break
      }
      usleep(500)
    }
    return held
  }

  /// A call of an attached program is about to be reported: marks one that began before, and
  /// reports again a stream that had bytes in flight and now has none.
  func prepare(_ running: inout RunningCall, _ facts: SocketFacts?, _ process: TracedProcess) {
    running.arguments.beganBefore = attachment.isCatchingUp
    guard !attachment.unquiet.isEmpty, let facts, attachment.unquiet.contains(facts.id),
      running.call.role == .writes, !book.isClosing(facts.id),
      let number = running.arguments.descriptor,
      let answer = process.handle.askHeld(number, of: facts.id)
    else { return }
    var held = HeldSocket(number, facts)
    held.take(answer)
    guard held.isQuiet else { return }
    attachment.unquiet.remove(facts.id)
    time = Clock.now
    emit(.held(held), process: process.id, thread: process.id)
  }

  /// A connection was accepted: if it was waiting before the trace, its beginning was not seen.
  func accepted(
    _ made: SocketFacts, by running: RunningCall, _ outcome: CallOutcome, _ thread: TracedThread
  ) {
    guard let listener = running.socket, let left = attachment.queues[listener],
      running.call.accepts
    else { return }
    attachment.queues[listener] = left > 1 ? left - 1 : nil
    let number = Int32(clamping: outcome.result)
    let held = self.held(number, made, thread.process, until: 0)
    emit(.held(held), process: thread.process.id, thread: thread.id)
  }
}

extension HeldSocket {
  /// Takes what the kernel says about a stream.
  fileprivate mutating func take(_ answer: socket_held) {
    socket.state = answer.state
    if answer.state == 10 {
      queue = Int(answer.queue)
      socket.streamOffset = nil
      return
    }
    socket.streamOffset = answer.written
    sent = answer.sent
    unread = answer.unread < 0 ? nil : Int(answer.unread)
    isQuiet = answer.in_flight == 0 && answer.sent == answer.written
  }
}

extension ProcessHandle {
  /// Asks for the stream state of a known TCP socket; nil where the kernel does not say.
  ///
  /// C: `pidfd_getfd`, `getsockopt(TCP_INFO)`, `ioctl(SIOCINQ)`
  fileprivate func askHeld(_ number: Int32, of id: SocketID) -> socket_held? {
    guard descriptor >= 0 else { return nil }
    var held = socket_held()
    // The C part fills the one structure it is given.
    guard unsafe socket_ask_held(descriptor, number, &held) == 0, held.cookie == id.rawValue
    else { return nil }
    return held
  }
}

extension EpollInterest {
  /// Reads a line of an epoll instance's file in /proc/PID/fdinfo (proc_pid_fdinfo(5)):
  /// `tfd: 5 events: 19 data: 5 ...`, numbers of events and data in hexadecimal.
  static func ofFile(_ line: Substring) -> (descriptor: Int32, EpollInterest)? {
    let words = line.split(separator: " ")
    guard words.count >= 6, words[0] == "tfd:", let descriptor = Int32(words[1]),
      let events = UInt32(words[3], radix: 16), words[4] == "data:",
      let data = UInt64(words[5], radix: 16)
    else { return nil }
    return (descriptor, EpollInterest(watchedUnder: data, events: events))
  }
}
