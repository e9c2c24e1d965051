import Calls
import Timeline
import Wire

/// Makes objects of rows, in the order of the rows, each once all that belongs to it is known: a
/// call with the packets that it caused, a packet with the calls that read it.
///
/// Nobody waits for more than `Timeline.linger`, and no more than `limit` objects wait. What is done for
/// a row does not depend on how many wait: lists are changed in their places, and found by keys.
struct ExportQueue {
  /// Objects that may wait.
  private let limit: Int
  private var entries: [Entry] = []
  private var head = 0
  /// The place of the first entry of `entries`, counted from the start.
  private var base = 0
  /// Connections that have begun and not ended.
  private(set) var connections: [ConnectionID: Connection] = [:]
  /// The places of calls that wait.
  private var calls: [CallID: Int] = [:]
  /// Calls that have not returned.
  private var open: [CallID: OpenCall] = [:]
  /// Of these the calls of each process.
  private var running: [Int32: Set<CallID>] = [:]
  /// The places of packets that wait, by number.
  private var packets: [Int: Int] = [:]
  /// The places of segments that nobody has read, by the end that sent them.
  private var unread: [ExportEnd: UnreadSegments] = [:]
  private var latest = Instant(0)

  /// A call that has not returned, with the packets that it caused and what these carried.
  private struct OpenCall {
    var row: CallRow
    var connection: ConnectionID?
    var packets: [Int] = []
    var carried = 0
  }

  /// What waits for its turn.
  private struct Entry {
    var time: Instant
    var content: Content
    /// Bytes that the call's packets have not carried yet, or that no call has read yet.
    var left = 0
    /// The packets that the call caused, or the calls that read the packet.
    var others: [Int] = []

    enum Content {
      case object(ExportObject)
      case packet(PacketRow, ConnectionID?)
      case call(CallRow, ConnectionID?)
    }
  }

  init(limit: Int = 65_536) { self.limit = limit }

  /// Takes a row, and returns the objects whose turn has come.
  mutating func append(_ row: Row) -> [ExportObject] {
    latest = max(latest, row.time)
    switch row.content {
    case .opening(let facts): connections[facts.id] = facts
    case .packet(let packet): add(packet, row)
    case .call(let call): add(call, row)
    case .signal(let signal, let process, _, _):
      push(.object(ExportObject.signal(signal, process, row.time)), row.time)
    case .exit(_, _, let process, _, _): closeCalls(of: process.id, row.time)
    case .output, .blind: break
    }
    return due(latest)
  }

  /// Takes an object that is ready, behind those that wait.
  mutating func append(_ object: ExportObject) { push(.object(object), latest) }

  /// Forgets a connection that is over.
  mutating func forget(_ id: ConnectionID) {
    connections[id] = nil
    unread[ExportEnd(connection: id, side: .client)] = nil
    unread[ExportEnd(connection: id, side: .server)] = nil
  }

  /// The objects that are left; calls that never returned have no result.
  mutating func finish() -> [ExportObject] {
    for id in open.keys.sorted() { closeCall(id, latest) }
    return due(latest + Timeline.linger)
  }

  // MARK: packets

  private mutating func add(_ packet: PacketRow, _ row: Row) {
    let place = push(.packet(packet, row.connection), row.time)
    if let id = row.connection, let sender = packet.sender, isTraced(sender.opposite, of: id) {
      let length = packet.packet.packet.payloadLength
      if length > 0, packet.packet.packet.icmp == nil {
        entries[place - base].left = length
        packets[packet.packet.number] = place
        if let bytes = packet.streamBytes {
          unread[ExportEnd(connection: id, side: sender), default: UnreadSegments()]
            .add(bytes, at: place)
        }
      }
    }
    for state in ExportObject.states(of: packet, row) { push(.object(state), row.time) }
    guard packet.cause.kind == .call || packet.cause.kind == .released else { return }
    for call in packet.cause.calls { note(packet, of: call) }
  }

  /// Whether a traced process is known at an end of a connection.
  private func isTraced(_ side: Side, of id: ConnectionID) -> Bool {
    let facts = connections[id]
    return (side == .client ? facts?.clientProcess : facts?.serverProcess) != nil
  }

  /// Notes that a call caused a packet.
  private mutating func note(_ packet: PacketRow, of call: CallID) {
    let carried = max(1, packet.packet.packet.payloadLength)
    open[call]?.packets.append(packet.packet.number)
    open[call]?.carried += carried
    guard let place = calls[call] else { return }
    entries[place - base].others.append(packet.packet.number)
    entries[place - base].left -= carried
  }

  // MARK: calls

  private mutating func add(_ call: CallRow, _ row: Row) {
    let id = call.record.id
    guard call.part != .enter else {
      open[id] = OpenCall(row: call, connection: row.connection)
      running[call.record.process.id, default: []].insert(id)
      return
    }
    let known = takeOpen(id)
    let connection = row.connection ?? call.accepted
    let place = push(.call(call, connection), row.time)
    entries[place - base].others = known?.packets ?? []
    if call.sends == .packets || call.sends == .unknown, call.record.outcome?.error == nil {
      let written =
        call.record.writesStream ? call.record.outcome?.result : nil
      entries[place - base].left = max(1, Int(clamping: written ?? 1)) - (known?.carried ?? 0)
      calls[id] = place
    }
    if let state = ExportObject.endState(call, row) { push(.object(state), row.time) }
    if let state = ExportObject.listenerState(call, row) { push(.object(state), row.time) }
    read(call, row.connection)
  }

  /// Notes which packets a call read.
  private mutating func read(_ call: CallRow, _ connection: ConnectionID?) {
    if call.record.outcome?.error != nil { returnsError(call) }
    guard call.record.role == .reads, let connection else { return }
    if call.record.kind == .udp {
      let number: Int? =
        switch call.wake {
        case .packet(let number, _): number
        case .didNotWait(let number, _): number
        default: nil
        }
      if let place = number.flatMap({ packets[$0] }) {
        note(reader: call.record.id, at: place, .max)
      }
      return
    }
    guard let bytes = call.bytes else { return }
    let end = ExportEnd(connection: connection, side: call.side.opposite)
    guard let segments = unread[end]?.carriers(of: bytes) else { return }
    for segment in segments where segment.bytes.overlaps(bytes) && waits(segment.place) {
      note(reader: call.record.id, at: segment.place, segment.bytes.clamped(to: bytes).count)
    }
    dropRead(end)
  }

  /// Whether what stands at a place still waits to be read.
  private func waits(_ place: Int) -> Bool {
    place >= base + head && entries[place - base].left > 0
  }

  /// Forgets the first segments of an end that were read, or that nobody waits for any more.
  private mutating func dropRead(_ end: ExportEnd) {
    // Taken out meanwhile, so that it is not copied.
    guard var segments = unread.removeValue(forKey: end) else { return }
    segments.drop { !waits($0.place) }
    if !segments.isEmpty { unread[end] = segments }
  }

  /// Notes which call returned the error that an ICMP message brought.
  private mutating func returnsError(_ call: CallRow) {
    let number: Int? =
      switch call.wake {
      case .packet(let number, _): number
      case .didNotWait(let number, _): number
      default: nil
      }
    guard let place = number.flatMap({ packets[$0] }), place >= base + head,
      case .packet(let row, _) = entries[place - base].content, row.packet.packet.icmp != nil
    else { return }
    note(reader: call.record.id, at: place, 0)
  }

  private mutating func note(reader call: CallID, at place: Int, _ count: Int) {
    guard place >= base + head, case .packet = entries[place - base].content else { return }
    entries[place - base].others.append(call.rawValue)
    entries[place - base].left = max(0, entries[place - base].left &- count)
  }

  /// A process is gone: its calls will not return.
  private mutating func closeCalls(of process: Int32, _ time: Instant) {
    for id in (running[process] ?? []).sorted() { closeCall(id, time) }
  }

  private mutating func closeCall(_ id: CallID, _ time: Instant) {
    guard let call = takeOpen(id) else { return }
    let place = push(.call(call.row, call.connection), time)
    entries[place - base].others = call.packets
  }

  /// Takes out a call that has not returned.
  private mutating func takeOpen(_ id: CallID) -> OpenCall? {
    guard let call = open.removeValue(forKey: id) else { return nil }
    let process = call.row.record.process.id
    running[process]?.remove(id)
    if running[process]?.isEmpty ?? false { running[process] = nil }
    return call
  }

  // MARK: the queue

  @discardableResult
  private mutating func push(_ content: Entry.Content, _ time: Instant) -> Int {
    entries.append(Entry(time: time, content: content))
    return base + entries.count - 1
  }

  /// Takes out the objects that wait for nothing more, up to the first that does.
  private mutating func due(_ now: Instant) -> [ExportObject] {
    var objects: [ExportObject] = []
    while head < entries.count {
      let entry = entries[head]
      guard entry.left <= 0 || now - entry.time >= Timeline.linger || entries.count - head > limit
      else { break }
      head += 1
      switch entry.content {
      case .object(let object): objects.append(object)
      case .packet(let row, let id):
        packets[row.packet.number] = nil
        if entry.left > 0, let id, let sender = row.sender {
          dropRead(ExportEnd(connection: id, side: sender))
        }
        objects.append(ExportObject.packet(row, id, entry.time, readBy: entry.others))
      case .call(let row, let id):
        calls[row.record.id] = nil
        let facts = id.flatMap { connections[$0] }
        objects.append(ExportObject.call(row, id, facts, packets: entry.others))
      }
    }
    if head > 1024, head * 2 > entries.count {
      entries.removeFirst(head)
      base += head
      head = 0
    }
    return objects
  }
}

/// An end of a connection.
private struct ExportEnd: Hashable {
  var connection: ConnectionID
  var side: Side
}

extension PacketRow {
  /// The bytes of its sender's stream that a segment carries, counted from 0.
  fileprivate var streamBytes: Range<Int>? {
    guard let header = packet.packet.tcp, let relative = relativeSequence else { return nil }
    let start = Int(relative) - (header.flags.contains(.syn) ? 0 : 1)
    return start..<(start + packet.packet.payloadLength)
  }
}

extension CallRecord {
  /// Whether the call's result is the bytes that it put into a stream.
  fileprivate var writesStream: Bool {
    role == .writes && call.gives == .bytes && kind == .tcp
  }
}
