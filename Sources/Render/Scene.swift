import Calls
import Timeline
import Wire

/// What runs while rows go by: connections that are open, and threads inside calls.
///
/// Holds nothing of what is over.
struct Scene {
  /// Connections that are open.
  var connections: [ConnectionID: ConnectionScene] = [:]
  /// Calls that have not returned.
  var calls: [CallID: OpenCall] = [:]
  /// Calls on listening sockets, by side and process.
  private var onListeners: [Side: [ProcessName: Int]] = [:]
  /// Calls that belong to no connection, by side and process.
  private var floating: [Side: [ProcessName: Int]] = [:]
  /// The names above the lanes.
  private(set) var lanes: LaneNames = {
    var names = LaneNames()
    names.isFixed = true
    return names
  }()
  /// The last row, counted from 1, before which the name of a lane changed.
  private var renamed: [Side: Int] = [:]
  /// The last row, counted from 1, that hid the bars of listeners or of floating calls.
  private var hiddenListeners = 0
  private var hiddenFloating = 0
  /// The last row on which a call began beside others, by side.
  private var crowded: [Side: Int] = [:]
  /// Who the ends of the last connections that are over were.
  private var former: [ConnectionID: Ends] = [:]
  private var formerOrder: [ConnectionID] = []
  /// The rows so far; what the last of them showed, and since which.
  private var rows = 0
  private(set) var shown: ConnectionID?
  private var shownSince = 0

  /// A call that has not returned.
  struct OpenCall {
    var row: CallRow
    var connection: ConnectionID?
    /// The row that showed its beginning.
    var since: Int
    /// Where its bar is counted.
    var place: Place
    /// The names above the lanes when it began.
    var lanes: LaneNames
    /// Whether its beginning was not drawn.
    var isHidden = false
  }

  /// Where a bar is counted.
  enum Place {
    case connection(ConnectionID), listener, floating
  }

  /// The connection that is drawn on a row: its own, or the only one that is open, or the only
  /// open one of its process.
  func view(for connection: ConnectionID?, process: Int32? = nil) -> ConnectionID? {
    if let connection { return connection }
    if connections.count == 1 { return connections.first?.key }
    guard connections.count <= Scene.fewConnections else { return nil }
    let drawn = connections.filter { $0.value.client.isDrawn || $0.value.server.isDrawn }
    if drawn.count == 1 { return drawn.first?.key }
    guard let process else { return nil }
    let own = drawn.filter {
      $0.value.client.processes.contains(process)
        || $0.value.server.processes.contains(process)
    }
    return own.count == 1 ? own.first?.key : nil
  }

  /// Among more open connections than these, rows that belong to none show none.
  private static let fewConnections = 8

  /// Notes that a row shows a connection.
  mutating func show(_ connection: ConnectionID?) {
    rows += 1
    if connection != shown {
      shown = connection
      shownSince = rows
    }
    guard let connection else { return }
    let scene = connections[connection]
    if let scene, !scene.showsListeners(.server) { hiddenListeners = rows }
    for (side, lane) in floating {
      let shown = scene?[side].processes ?? []
      if lane.keys.contains(where: { !shown.contains($0.id) }) { hiddenFloating = rows }
    }
  }

  /// Whether a call's bar was seen on every row since its beginning, and alone.
  func isUnbroken(_ call: OpenCall, in view: ConnectionID?) -> Bool {
    if call.isHidden || crowded[call.row.side] ?? 0 >= call.since { return false }
    if renamed[call.row.side] ?? 0 > call.since { return false }
    switch call.place {
    case .connection(let id): return id == view && shown == view && shownSince <= call.since
    case .listener: return hiddenListeners < call.since
    case .floating: return hiddenFloating < call.since || connections.count <= 1
    }
  }

  // MARK: bars

  /// How many threads are inside calls, as a row of a connection shows a lane.
  func bars(_ side: Side, in view: ConnectionID?) -> Int {
    let lane = floating[side] ?? [:]
    let listeners = onListeners[side].map { covered($0, side) } ?? 0
    guard let view, let connection = connections[view] else {
      return listeners + covered(lane, side)
    }
    let end = connection[side]
    var count = lanes.isFixed ? end.bars : covered(end.callers, side)
    if connection.showsListeners(side) { count += listeners }
    let isAlone = connections.count == 1 && end.processes.isEmpty
    if !lane.isEmpty {
      count += covered(lane.filter { isAlone || end.processes.contains($0.key.id) }, side)
    }
    return count
  }

  /// How many of these calls are made by those whom the lane is named after.
  private func covered(_ calls: [ProcessName: Int], _ side: Side) -> Int {
    calls.reduce(0) { $0 + (lanes.covers($1.key, side) ? $1.value : 0) }
  }

  // MARK: lanes

  /// Lets rows of others stand in the lanes only below their names.
  mutating func begin(_ names: LaneNames) {
    lanes = names
    lanes.isFixed = false
  }

  /// Changes the names above the lanes, from the next row on.
  mutating func rename(_ names: LaneNames) {
    for side in [Side.client, .server] where names[side] != lanes[side] {
      renamed[side] = rows + 1
    }
    lanes = names
  }

  /// Who the ends of a connection are; nil where it is not known any more.
  func ends(of id: ConnectionID) -> Ends? { connections[id]?.ends ?? former[id] }

  /// Forgets a connection that is over, but not at once who its ends were.
  mutating func forget(_ id: ConnectionID) {
    guard let gone = connections.removeValue(forKey: id) else { return }
    former[id] = gone.ends
    formerOrder.append(id)
    guard formerOrder.count > Scene.mostFormer else { return }
    for old in formerOrder.prefix(Scene.mostFormer / 2) { former[old] = nil }
    formerOrder.removeFirst(Scene.mostFormer / 2)
  }

  private static let mostFormer = 512

  // MARK: calls

  mutating func begin(_ row: CallRow, _ connection: ConnectionID?, isHidden: Bool = false) {
    if bars(row.side, in: shown) > 0 { crowded[row.side] = rows }
    var place = row.onListener ? Place.listener : .floating
    if let connection, connections[connection] != nil { place = .connection(connection) }
    let call = OpenCall(
      row: row, connection: connection, since: rows, place: place, lanes: lanes,
      isHidden: isHidden)
    calls[row.record.id] = call
    count(call, 1)
  }

  /// Moves a call that belonged to no connection to the one whose packet it sent.
  mutating func adopt(_ id: CallID, _ connection: ConnectionID, _ side: Side) {
    guard var call = calls[id], case .floating = call.place, call.row.side == side,
      connections[connection] != nil
    else { return }
    count(call, -1)
    call.place = .connection(connection)
    call.connection = connection
    if connections.count == 1 { call.since = max(call.since, shownSince) }
    calls[id] = call
    count(call, 1)
  }

  /// Takes a call out of those that run.
  mutating func end(_ id: CallID) -> OpenCall? {
    guard let call = calls.removeValue(forKey: id) else { return nil }
    count(call, -1)
    return call
  }

  /// Takes out the calls of a process that is gone.
  mutating func end(process: Int32) -> [OpenCall] {
    let gone = calls.values.filter { $0.row.record.process.id == process }
    for call in gone { _ = end(call.row.record.id) }
    return gone.sorted { $0.row.record.id < $1.row.record.id }
  }

  private mutating func count(_ call: OpenCall, _ step: Int) {
    let side = call.row.side
    let process = call.row.record.process
    switch call.place {
    case .connection(let id): connections[id]?[side].count(process, step)
    case .listener:
      let left = (onListeners[side]?[process] ?? 0) + step
      onListeners[side, default: [:]][process] = left > 0 ? left : nil
    case .floating:
      let left = (floating[side]?[process] ?? 0) + step
      floating[side, default: [:]][process] = left > 0 ? left : nil
    }
  }

  /// The lane in which a row shows a call's bar; nil where it shows none.
  func lane(of id: CallID, in view: ConnectionID?) -> Side? {
    if let view, connections[view] != nil { return isVisible(id, in: view) }
    guard let call = calls[id], lanes.covers(call.row.record.process, call.row.side) else {
      return nil
    }
    if case .connection = call.place { return nil }
    return call.row.side
  }

  /// Whether a call's bar is among those that a row of `view` shows.
  func isVisible(_ id: CallID, in view: ConnectionID?) -> Side? {
    guard let call = calls[id], let view, let connection = connections[view] else { return nil }
    let side = call.row.side
    guard lanes.covers(call.row.record.process, side) else { return nil }
    switch call.place {
    case .connection(let id): return id == view ? side : nil
    case .listener: return connection.showsListeners(side) ? side : nil
    case .floating: break
    }
    let processes = connection[side].processes
    let isAlone = connections.count == 1 && processes.isEmpty
    return isAlone || processes.contains(call.row.record.process.id) ? side : nil
  }
}

/// A connection that is open.
struct ConnectionScene {
  let kind: TransportKind
  var client = EndScene()
  var server = EndScene()
  /// Whether accept() has returned it, or a call has worked on its server's end.
  var isAccepted = false
  var hasPackets = false
  var last: Instant
  private let clientEnd: Endpoint
  private let serverEnd: Endpoint

  init(_ facts: Connection, at time: Instant) {
    kind = facts.kind
    clientEnd = facts.client
    serverEnd = facts.server
    last = time
    client.take(facts.clientProcess)
    server.take(facts.serverProcess)
    if facts.beganBefore {
      client.isThere = true
      server.isThere = true
    }
  }

  /// Who its ends are.
  var ends: Ends {
    Ends(
      client: client.process, server: server.process, clientEnd: clientEnd, serverEnd: serverEnd)
  }

  subscript(side: Side) -> EndScene {
    get { side == .client ? client : server }
    set { if side == .client { client = newValue } else { server = newValue } }
  }

  /// Whether its rows show the bars of calls on listening sockets: one that waits in accept() goes
  /// on beside connections that nobody works on.
  func showsListeners(_ side: Side) -> Bool { !isAccepted || self[side].bars == 0 }

  /// Whether nothing of it is left to draw.
  var isOver: Bool {
    guard client.bars == 0, server.bars == 0, client.wasThere || server.wasThere else {
      return false
    }
    return client.isOver && server.isOver
  }
}

/// An end of a connection that is open.
struct EndScene {
  /// Whether the end's socket exists.
  var isThere = false {
    didSet { if isThere { wasThere = true } }
  }
  /// Whether it ever did.
  private(set) var wasThere = false
  var state: TCPState?
  var socket: SocketID?
  var processes: Set<Int32> = []
  /// The process that worked on it last.
  private(set) var process: ProcessName?
  /// Threads inside calls on it.
  var bars = 0
  /// The same, by process.
  private(set) var callers: [ProcessName: Int] = [:]

  /// Notes that a process holds it.
  mutating func take(_ process: ProcessName?) {
    guard let process else { return }
    processes.insert(process.id)
    self.process = process
  }

  /// Counts a call that begins or ends.
  mutating func count(_ process: ProcessName, _ step: Int) {
    bars += step
    let left = (callers[process] ?? 0) + step
    callers[process] = left > 0 ? left : nil
  }

  /// Whether the line is drawn.
  var isDrawn: Bool { isThere && (state != .closed || bars > 0) }
  /// Whether nothing more is expected of it.
  var isOver: Bool { state == .closed || state == .timeWait || !isThere }
}
