import Calls
import Timeline

extension Layout {
  /// The lines of a call, its beginning or its end.
  mutating func lines(of call: CallRow, _ whole: Row, _ place: Placement) -> [LadderLine] {
    var row = call
    // What it gives back belongs to the row of its return.
    if row.part == .enter { row.record.outcome = nil }
    // An unconnected datagram socket belongs to a flow only once it has sent.
    let id = whole.connection ?? scene.calls[row.record.id]?.connection
    let view = place.view
    if let id, !row.onListener { take(row, id, whole.time) }
    row.side = place.side ?? row.side
    scene.show(view)
    let bars = scene.bars(row.side, in: view)
    var line = frame(view)
    line.time = whole.time
    line.connection = id
    var introduction: LadderLine?
    var main: Part
    switch row.part {
    case .enter:
      (main, introduction) = beginning(row, line)
      line[row.side].bar = .begins(several: bars > 0)
      scene.begin(row, id)
    case .whole:
      (main, introduction) = beginning(row, line)
    case .exit:
      let call = scene.end(row.record.id)
      if let call {
        line[row.side].bar = .returns(several: bars > 1)
        main = result(row, isPlain: bars == 1 && scene.isUnbroken(call, in: view))
      } else {
        (main, introduction) = beginning(row, line)
      }
    }
    if row.part != .exit, isSilent(row, id) { line.mark = .silent }
    let parts = [main] + rest(row, main) + state(row) + source(row)
    if row.part != .enter { settle(row, id) }
    let fitted = fitting(row.side).fit(parts)
    // A call is read from left to right in both lanes.
    line[row.side].words = row.side == .client ? fitted.line.reversed() : fitted.line
    return (introduction.map { [$0] } ?? []) + stack(line, fitted.more, row.side, view)
  }

  /// Learns from a call that is not shown.
  mutating func pass(_ row: CallRow, _ whole: Row) {
    let id = whole.connection
    if let id, !row.onListener { take(row, id, whole.time) }
    if row.part == .enter { return }
    _ = scene.end(row.record.id)
    settle(row, id)
  }

  /// Whether a call sends no packet.
  private func isSilent(_ row: CallRow, _ id: ConnectionID?) -> Bool {
    if row.sends == .none { return true }
    // Nothing is left to be closed.
    guard row.part == .whole, let id, row.sends == .packets, row.record.kind == .tcp else {
      return false
    }
    let end = scene.connections[id]?[row.side]
    return end.map { $0.state == .closed } ?? true
  }

  // MARK: what a call changes

  /// Notes that a call works on an end of a connection.
  mutating func take(_ row: CallRow, _ id: ConnectionID, _ time: Instant) {
    guard var connection = scene.connections[id] else { return }
    connection[row.side].take(row.record.process)
    connection.last = time
    if row.side == .server { connection.isAccepted = true }
    if connection.kind == .udp { connection[row.side].socket = row.record.socket }
    if !connection.hasPackets, row.side == .server, connection.kind == .tcp, row.part != .exit {
      connection.server.isThere = true
    }
    scene.connections[id] = connection
  }

  /// Notes what a call that returned has made or ended.
  private mutating func settle(_ row: CallRow, _ id: ConnectionID?) {
    let record = row.record
    switch row.wake {
    case .packet(let number, _), .didNotWait(.some(let number), _):
      if record.call.accepts {
        accept(number)
      } else if record.kind == .udp {
        receive(number, record, row.side)
      }
    default: break
    }
    if let state = row.endState, let id { scene.connections[id]?[row.side].state = state }
    guard record.outcome?.error == nil else { return }
    note(record)
    guard record.outcome?.result == 0 else { return }
    if record.role == .closes, record.kind == .udp {
      for id in scene.connections.keys { closeSocket(record.socket, of: id) }
    }
    guard let id, var connection = scene.connections[id], connection.kind == .tcp,
      !connection.hasPackets
    else { return }
    // Only calls tell of it.
    if record.role == .connects { connection[row.side].isThere = true }
    if record.role == .closes { connection[row.side].state = .closed }
    scene.connections[id] = connection
  }

  /// Notes which datagram sockets have no port of the program's choice.
  private mutating func note(_ record: CallRecord) {
    guard record.kind == .udp, let socket = record.socket else { return }
    switch record.role {
    case .opens: portless.insert(socket)
    case .binds, .closes: portless.remove(socket)
    default: break
    }
  }

  /// The connection that accept() gave back.
  func accepted(_ row: CallRow) -> ConnectionID? {
    switch row.wake {
    case .packet(let number, _), .didNotWait(.some(let number), _): handshakes[number]
    default: nil
    }
  }

  private mutating func accept(_ number: Int) {
    guard let id = handshakes[number] else { return }
    scene.connections[id]?.isAccepted = true
    handshakes = handshakes.filter { $0.value != id }
  }

  /// Learns whose socket took a datagram.
  private mutating func receive(_ number: Int, _ record: CallRecord, _ side: Side) {
    guard let mark = datagrams.last(where: { $0.number == number }) else { return }
    let end = mark.from.opposite
    scene.connections[mark.connection]?[end].socket = record.socket
    scene.connections[mark.connection]?[end].take(record.process)
    scene.connections[mark.connection]?[end].isThere = true
  }

  private mutating func closeSocket(_ socket: SocketID?, of id: ConnectionID) {
    guard let socket, let connection = scene.connections[id] else { return }
    for side in [Side.client, .server] where connection[side].socket == socket {
      scene.connections[id]?[side].isThere = false
    }
    close(id)
  }
}
