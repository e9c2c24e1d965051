import Calls
import Wire

extension Timeline {
  /// Takes what a recorder of calls saw.
  mutating func ingest(_ event: CallEvent) {
    let time = Instant(event.time)
    switch event.what {
    case .started(let parent, let name):
      processes[event.process] = ProcessName(id: event.process, name: name)
      if let hint = hints[parent], hints[event.process] == nil { hints[event.process] = hint }
    case .executed(let name, _, let closed, let entered):
      processes[event.process] = ProcessName(id: event.process, name: name)
      let act = SocketAct(
        call: CallID(0), system: .execve, entered: Instant(entered), returned: time,
        exit: processName(event.process))
      for id in closed { drop(id, act) }
    case .named(let name): processes[event.process] = ProcessName(id: event.process, name: name)
    case .entered(let id, let call, let arguments, let socket):
      enter(CallID(id), call, arguments, socket, event)
    case .returned(let id, let outcome, let socket, let made, let ready):
      leave(CallID(id), outcome, socket, made, ready, event)
    case .exiting(let holds):
      let act = SocketAct(
        call: CallID(0), system: .close, entered: time, returned: nil,
        exit: processName(event.process))
      for id in holds { drop(id, act) }
    case .exited(let status, let signal):
      let name = processName(event.process)
      processes[event.process] = nil
      let isWorthARow = signal != nil || !sockets(of: event.process).isEmpty
      if isWorthARow {
        add(.exit(status: status, signal: signal, name, side(of: event.process)), at: time)
      }
    case .signalled(let signal):
      add(.signal(signal, processName(event.process), side(of: event.process)), at: time)
    case .blind(let words):
      for socket in sockets(of: event.process) { socket.isBlind = true }
      add(.blind(words, processName(event.process), side(of: event.process)), at: time)
    }
  }

  /// Takes a line that a program printed.
  mutating func ingest(_ line: PrintedLine) {
    let name = processName(line.process)
    add(.output(line.text, name, side(of: line.process)), at: line.time)
  }

  private mutating func add(_ content: Row.Content, at time: Instant) {
    drafts.append(Draft(time: time, content: .row(content)))
  }

  func processName(_ id: Int32) -> ProcessName { processes[id] ?? ProcessName(id: id, name: "?") }

  private func sockets(of process: Int32) -> [SocketRecord] {
    sockets.values.filter { $0.process.id == process }
  }

  /// The lane of a process: as told from the start, or that of its sockets.
  func side(of process: Int32) -> Side {
    if let hint = hints[process] { return hint }
    let sides = sockets(of: process).compactMap(\.side)
    return sides.contains(.server) ? .server : .client
  }

  private mutating func drop(_ id: SocketID, _ act: SocketAct) {
    guard let socket = sockets[id] else { return }
    SocketRecord.remember(act, in: &socket.drops)
    socket.last = act.entered
  }

  // MARK: entry

  private mutating func enter(
    _ id: CallID, _ call: SystemCall, _ arguments: CallArguments, _ facts: SocketFacts?,
    _ event: CallEvent
  ) {
    let time = Instant(event.time)
    var record = CallRecord(
      id: id, call: call, arguments: arguments, process: processName(event.process),
      thread: event.thread, entered: time)
    if let facts {
      record.socket = facts.id
      record.kind = facts.kind
      let socket = self.socket(facts, record.process, time)
      bind(socket, facts, at: time)
      note(call, record, on: socket, facts)
    }
    calls[id] = record
    drafts.append(Draft(time: time, content: .enter(id)))
  }

  /// The record of a socket, made at its first call.
  func socket(_ facts: SocketFacts, _ process: ProcessName, _ time: Instant) -> SocketRecord {
    if let socket = sockets[facts.id] {
      socket.last = time
      return socket
    }
    return SocketRecord(facts, process: process, at: time)
  }

  private mutating func note(
    _ call: SystemCall, _ record: CallRecord, on socket: SocketRecord, _ facts: SocketFacts
  ) {
    sockets[facts.id] = socket
    // The name may have changed by exec since.
    if socket.process.id == record.process.id { socket.process = record.process }
    let act = SocketAct(call: record.id, system: call, entered: record.entered)
    switch call.role {
    case .connects: SocketRecord.remember(act, in: &socket.connects)
    case .drops: SocketRecord.remember(act, in: &socket.drops)
    case .sets:
      SocketRecord.remember(act, in: &socket.options)
      if record.arguments.option == .linger {
        socket.lingersZero = record.arguments.value != 0 && record.arguments.lingerSeconds == 0
      }
    case .writes:
      if record.arguments.isFastOpen { SocketRecord.remember(act, in: &socket.connects) }
      write(record, on: socket, facts)
    case .reads: SocketRecord.remember(act, in: &socket.reads)
    case .other: break
    }
  }

  private func write(_ record: CallRecord, on socket: SocketRecord, _ facts: SocketFacts) {
    let arguments = record.arguments
    guard socket.kind == .tcp else {
      let lengths =
        arguments.messageLengths.isEmpty ? [arguments.count ?? 0] : arguments.messageLengths
      for (index, length) in lengths.enumerated() {
        let address =
          index < arguments.addresses.count ? arguments.addresses[index] : arguments.address
        socket.datagrams.append(
          SentDatagram(
            call: record.id, destination: address?.endpoint ?? facts.peer, length: length,
            entered: record.entered))
      }
      if socket.datagrams.count > 4096 { socket.datagrams.removeFirst(2048) }
      return
    }
    let running = socket.spans.indices.filter { socket.spans[$0].returned == nil }
    for index in running { socket.spans[index].overlaps = true }
    let start: Int
    if let last = running.last {
      start = socket.spans[last].bytes.lowerBound
    } else {
      start = agreed(socket, with: facts)
      socket.written = start
    }
    socket.spans.append(
      WrittenSpan(
        call: record.id, bytes: start..<(start + max(0, arguments.count ?? 0)),
        entered: record.entered, overlaps: !running.isEmpty))
  }

  /// Where the stream stands: as counted, or by the kernel's own offset where the two disagree.
  private func agreed(_ socket: SocketRecord, with facts: SocketFacts) -> Int {
    guard let offset = facts.streamOffset, let state = facts.state, [1, 8].contains(state) else {
      return socket.written
    }
    return Int(clamping: offset)
  }

  // MARK: return

  private mutating func leave(
    _ id: CallID, _ outcome: CallOutcome, _ facts: SocketFacts?, _ made: SocketFacts?,
    _ ready: [SocketID], _ event: CallEvent
  ) {
    let time = Instant(event.time)
    guard var record = calls[id] else { return }
    record.outcome = outcome
    record.returned = time
    if let facts {
      let socket = self.socket(facts, record.process, time)
      sockets[facts.id] = socket
      record.socket = record.socket ?? facts.id
      record.kind = record.kind ?? facts.kind
      bind(socket, facts, at: time)
    }
    var readFrom: Int?
    if let id = record.socket, let socket = sockets[id] {
      readFrom = finish(record, on: socket, time)
    }
    if let made { make(made, by: &record, at: time) }
    calls[id] = record
    drafts.append(
      Draft(
        time: time, content: .exit(id, made: made?.id, ready: ready, readFrom: readFrom)))
  }

  private mutating func make(_ facts: SocketFacts, by record: inout CallRecord, at time: Instant) {
    let socket = self.socket(facts, record.process, time)
    sockets[facts.id] = socket
    if record.call == .socket {
      record.socket = facts.id
      record.kind = facts.kind
      socket.countsFromStart = true
    }
    if record.call == .accept || record.call == .accept4 {
      socket.side = .server
      socket.countsFromStart = true
    }
    bind(socket, facts, at: time)
  }

  /// Closes what the call had open on its socket.
  ///
  /// - Returns: for a read of a stream, the position (from 0) of the last byte it returned.
  private mutating func finish(
    _ record: CallRecord, on socket: SocketRecord, _ time: Instant
  ) -> Int? {
    let result = Int(record.outcome?.result ?? 0)
    func close(_ acts: inout [SocketAct]) {
      if let index = acts.lastIndex(where: { $0.call == record.id }) {
        acts[index].returned = time
      }
    }
    close(&socket.connects)
    close(&socket.options)
    close(&socket.drops)
    close(&socket.reads)
    switch record.call.role {
    case .writes: wrote(max(0, result), record.id, on: socket, time)
    case .reads:
      guard socket.kind == .tcp, result > 0, !record.arguments.peeks else { return nil }
      socket.read += result
      return socket.read - 1
    case .drops where result < 0:
      socket.drops.removeAll { $0.call == record.id }
    case .other where record.call == .listen && result == 0:
      socket.isListener = true
      socket.side = .server
      register(socket)
    case .other where record.call == .bind && result == 0:
      socket.wasBound = true
      if socket.kind == .udp { register(socket) }
      if socket.kind == .udp, record.arguments.address?.endpoint?.port ?? 0 != 0 {
        socket.side = socket.side ?? .server
      }
    default: break
    }
    return nil
  }

  private func wrote(_ count: Int, _ id: CallID, on socket: SocketRecord, _ time: Instant) {
    for index in socket.datagrams.indices where socket.datagrams[index].call == id {
      socket.datagrams[index].returned = time
    }
    guard let index = socket.spans.lastIndex(where: { $0.call == id }) else { return }
    socket.spans[index].returned = time
    let start = socket.spans[index].overlaps ? socket.written : socket.spans[index].bytes.lowerBound
    socket.spans[index].bytes = start..<(start + count)
    socket.written = start + count
    if socket.spans[index].overlaps { widen(socket) }
  }

  /// Calls that ran at once share the bytes that they wrote together: their order is not known.
  private func widen(_ socket: SocketRecord) {
    guard !socket.spans.contains(where: { $0.returned == nil }) else { return }
    guard
      let first = socket.spans.lastIndex(where: { !$0.overlaps }).map({ $0 + 1 }) ?? Optional(0),
      first < socket.spans.count
    else { return }
    let low = socket.spans[first...].map(\.bytes.lowerBound).min() ?? 0
    let high = socket.spans[first...].map(\.bytes.upperBound).max() ?? 0
    for index in first..<socket.spans.count { socket.spans[index].bytes = low..<high }
    // What comes next is a group of its own.
    let marker = WrittenSpan(
      call: CallID(0), bytes: high..<high, entered: socket.last, returned: socket.last)
    socket.spans.append(marker)
  }

}
