import Calls
import CaptureFile
public import Timeline

/// Writes a recording: packets with their causes and everything that recorders saw, in one pcapng
/// file.
///
/// It takes the events in the order of a timeline, and the rows that the timeline makes of them.
/// Events are held back until the causes of the packets before them are known, a little more than
/// `Timeline.lookahead`. It adds whole blocks, which are to be written soon, so that a file that is cut off can be
/// read up to there.
public struct RecordingWriter: Sendable {
  /// A call in words, with its result where it has returned.
  public typealias Words = @Sendable (CallRecord) -> String

  private let start: RecordingStart
  private let words: Words
  private let entries: RecordingEntries
  private var pending = RecordingQueue()
  private var causes: [Int: Cause] = [:]
  private var calls = RecordingCallBook()
  private var sequence = 0
  private var lastPacket = 0
  private var writtenCalls = 0
  private var writtenPackets = 0
  private var hints: [Int32: Side] = [:]

  /// Makes a writer of a recording.
  public init(_ start: RecordingStart, words: @escaping Words) {
    self.start = start
    self.words = words
    entries = RecordingEntries(run: start.run)
  }

  /// The bytes that the file begins with, to be written at once.
  public func header() -> [UInt8] {
    let title = "\(RecordingStart.commentMark)\(RecordingFormat.current): "
    let command = JournalText.escaped(RecordingEntries.short(start.command))
    var own = RecordingFields()
    start.put(into: &own)
    let stamp = start.time / 1_000 * 1_000
    let head = RecordingEntries.Head(
      kind: .start, stamp: stamp, time: start.time, message: title + start.command)
    let section = PcapngBlocks.section(
      comment: title + command,
      system: JournalText.escaped(start.system),
      application: JournalText.escaped(start.application))
    let interface = PcapngBlocks.interface(
      link: start.link, snaplen: start.snaplen, name: JournalText.escaped(start.interface),
      description: start.interfaceDescription, filter: JournalText.escaped(start.filter),
      system: JournalText.escaped(start.system))
    var bytes = section + interface
    entries.add(head, own, to: &bytes)
    return bytes
  }

  /// Takes the next event.
  ///
  /// - Parameter frame: the bytes of a packet, as captured.
  public mutating func add(_ event: Event, frame: [UInt8] = []) {
    switch event {
    case .packet(let packet):
      pending.insert(RecordingQueue.Item(stamp: packet.time.nanoseconds, .packet(packet, frame)))
      lastPacket = max(lastPacket, packet.number)
    case .call(let event):
      let former = calls.process(event.process)
      calls.note(event)
      let process = event.isEnd ? former : calls.process(event.process)
      add(event.time, isReturn: event.isReturn, .call(event), process)
    case .printed(let line):
      let process = calls.process(line.process)
      add(line.time.nanoseconds, isReturn: false, .printed(line), process)
    }
  }

  private mutating func add(
    _ time: Int64, isReturn: Bool, _ content: RecordingQueue.Content, _ process: ProcessName
  ) {
    let floor = max(0, time) / 1_000 * 1_000
    var item = RecordingQueue.Item(
      stamp: isReturn && floor < time ? floor + 1_000 : floor, content)
    sequence += 1
    item.sequence = sequence
    item.packets = lastPacket
    item.process = process
    pending.insert(item)
  }

  /// Notes which lane a process is drawn in; called before the process's first event is added.
  public mutating func hint(_ process: Int32, _ side: Side) { hints[process] = side }

  /// Takes the rows that a timeline has made.
  public mutating func take(_ rows: [Row]) {
    for (index, row) in rows.enumerated() {
      switch row.content {
      case .packet(let packet): causes[packet.packet.number] = packet.cause
      case .opening(let facts):
        calls.note(facts)
        // Where calls were recorded, they show the owners.
        if !start.hasCalls {
          addOwners(of: facts, at: row.time, before: rows[(index + 1)...].first)
        }
      case .call(let call): calls.note(call, row.connection)
      default: break
      }
    }
  }

  /// Adds the owners of a connection's sockets, before the packet with which it first appears.
  private mutating func addOwners(of facts: Connection, at time: Instant, before next: Row?) {
    for owner in RecordedOwner.owners(of: facts, at: time) {
      let stamp = max(0, time.nanoseconds) / 1_000 * 1_000
      var item = RecordingQueue.Item(stamp: stamp, .owner(owner))
      sequence += 1
      item.sequence = sequence
      if case .packet(let packet) = next?.content { item.packets = packet.packet.number - 1 }
      item.process = owner.process
      pending.insert(item)
    }
  }

  /// Adds the blocks that can be written once all events before `now` have been added, and all rows that
  /// a timeline makes of them taken.
  ///
  /// - Parameter most: bytes after which no further block is added.
  /// - Returns: whether there are more.
  public mutating func advance(
    to now: Instant, into bytes: inout [UInt8], atMost most: Int = .max
  ) -> Bool {
    // An entry's stamp may be up to a microsecond before its row's time.
    write(
      before: (now + -(Timeline.lookahead + 1_000)).nanoseconds, into: &bytes, atMost: most)
  }

  /// Adds the remaining blocks, and those that end the file.
  public mutating func finish(_ end: RecordingEnd, into bytes: inout [UInt8]) {
    _ = write(before: .max, into: &bytes)
    var own = RecordingFields()
    end.put(calls: writtenCalls, packets: writtenPackets, into: &own)
    let stamp = max(max(0, end.time) / 1_000 * 1_000, pending.lastStamp)
    let head = RecordingEntries.Head(
      kind: .end, stamp: (stamp + 999) / 1_000 * 1_000, time: end.time,
      message: "end: \(writtenCalls) calls, \(writtenPackets) packets", sequence: sequence + 1,
      packets: lastPacket)
    entries.add(head, own, to: &bytes)
    bytes += PcapngBlocks.statistics(
      time: end.time, received: writtenPackets + (end.lostByKernel ?? 0),
      droppedByInterface: end.lostByInterface, droppedBySystem: end.lostByKernel)
  }

  // MARK: blocks

  private mutating func write(
    before stamp: Int64, into bytes: inout [UInt8], atMost most: Int = .max
  ) -> Bool {
    while let item = pending.first, item.stamp < stamp {
      if bytes.count >= most { return true }
      pending.removeFirst()
      switch item.content {
      case .packet(let packet, let frame): add(packet, frame, to: &bytes)
      case .printed(let line):
        var own = RecordingFields()
        own.put("SOCK_TEXT", escaped: line.text)
        add(.output, line.time.nanoseconds, line.text, item, own, to: &bytes)
      case .owner(let owner):
        add(
          .owner, owner.time.nanoseconds, owner.message, item, owner.fields, to: &bytes)
      case .call(let event): add(event, item, to: &bytes)
      }
    }
    return false
  }

  private mutating func add(
    _ packet: CapturedPacket, _ frame: [UInt8], to bytes: inout [UInt8]
  ) {
    let cause = causes.removeValue(forKey: packet.number)
    writtenPackets += 1
    let kept = start.snaplen > 0 ? frame.prefix(start.snaplen) : frame[...]
    let name = cause.flatMap { $0.calls.first }.flatMap { calls.name(of: $0) }
    PcapngBlocks.add(
      time: packet.time.nanoseconds, frameLength: packet.frameLength, bytes: kept,
      comment: RecordingComment.bytes(cause, call: name?.name), number: packet.number,
      process: name.map { ($0.name.process.id, $0.thread) }
        ?? cause?.process.map { ($0.id, $0.id) } ?? (0, 0),
      to: &bytes)
  }

  private func add(
    _ kind: RecordingKind, _ time: Int64, _ message: String, _ item: RecordingQueue.Item,
    _ own: RecordingFields, call: Int? = nil, isError: Bool = false, to bytes: inout [UInt8]
  ) {
    let head = RecordingEntries.Head(
      kind: kind, stamp: item.stamp, time: time, message: message, call: call,
      process: item.process, isError: isError, sequence: item.sequence, packets: item.packets)
    entries.add(head, own, to: &bytes)
  }

  private mutating func add(
    _ event: CallEvent, _ item: RecordingQueue.Item, to bytes: inout [UInt8]
  ) {
    var own = RecordingFields()
    own.put(RecordingField.thread, event.thread)
    switch event.what {
    case .entered(let id, let call, let arguments, let socket):
      writtenCalls += 1
      own.putEntry(id, call, arguments, socket)
      calls.putStream(of: id, into: &own)
      if let (end, what) = pending.takeReturn(of: id, from: event) {
        own.put("SOCK_DUR_NS", end - event.time)
        return add(.call, returning: what, event, item, &own, to: &bytes)
      }
      let message = calls.record(of: id).map(words) ?? call.rawValue
      add(.enter, event.time, message, item, own, call: id, to: &bytes)
    case .returned(let id, _, _, _, _):
      own.put(RecordingField.call, id)
      if let record = calls.record(of: id) {
        own.put(RecordingField.function, record.call.rawValue)
        own.put("SOCK_DUR_NS", event.time - record.entered.nanoseconds)
      }
      calls.putStream(of: id, into: &own)
      add(.exit, returning: event.what, event, item, &own, to: &bytes)
    case .started:
      own.put("SOCK_SIDE", hints.removeValue(forKey: event.process).map { "\($0)" })
      fallthrough
    default:
      own.put(event.what)
      let message = RecordingMessages.text(event, item.process)
      add(RecordingKind(event.what), event.time, message, item, own, to: &bytes)
    }
  }

  /// Adds an entry for a call's return, alone or together with the call's entry.
  private mutating func add(
    _ kind: RecordingKind, returning what: CallEvent.What, _ event: CallEvent,
    _ item: RecordingQueue.Item, _ own: inout RecordingFields, to bytes: inout [UInt8]
  ) {
    guard case .returned(let id, let outcome, let socket, let made, let ready) = what else {
      return
    }
    own.putReturn(outcome, socket, made, ready)
    var message = "return of call \(id)"
    if var record = calls.end(id) {
      record.outcome = outcome
      message = words(record)
    }
    add(
      kind, event.time, message, item, own, call: id, isError: outcome.error != nil, to: &bytes)
  }
}

extension CallEvent {
  /// Whether it is the return of a call.
  var isReturn: Bool { if case .returned = what { true } else { false } }

  /// Whether it is the end of a process.
  var isEnd: Bool { if case .exited = what { true } else { false } }
}
