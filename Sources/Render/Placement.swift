import Calls
import Timeline
import Wire

/// Where a row stands: in which lane, and with which connection's lines.
struct Placement {
  /// The lane of its words; nil where nobody's lane is theirs.
  var side: Side?
  /// The connection whose lines are drawn.
  var view: ConnectionID?
}

/// Who the ends of a connection are, as far as it is known.
struct Ends {
  var client: ProcessName?
  var server: ProcessName?
  var clientEnd: Endpoint
  var serverEnd: Endpoint

  /// The process at an end.
  func process(_ side: Side) -> ProcessName? { side == .client ? client : server }
  /// The address of an end.
  func address(_ side: Side) -> String { "\(side == .client ? clientEnd : serverEnd)" }
}

extension Layout {
  /// Decides where the next row stands, and puts above the lanes the names that it needs there.
  ///
  /// Nothing of a row stands below another's name. So the names change where the pair of processes
  /// does; a call returns in the lane in which it began; and a call of no connection stays in the
  /// lane that is its process's at the moment.
  ///
  /// - Returns: whether the names are others than before.
  @discardableResult
  mutating func turn(to row: Row) -> Bool {
    let before = scene.lanes
    var names = before
    let place = place(row, &names)
    for side in [Side.client, .server] where names[side] != before[side] { named[side] = nil }
    scene.rename(names)
    placement = Placement(side: place.side, view: view(of: row, place))
    return names.client != before.client || names.server != before.server
  }

  /// The lane of a row, and the connection that it surely belongs to.
  private func place(_ row: Row, _ names: inout LaneNames) -> Placement {
    switch row.content {
    case .opening: return Placement()
    case .packet(let packet): return place(packet, row, &names)
    case .call(let call): return place(call, row, &names)
    case .signal(_, let process, let side, _), .exit(_, _, let process, let side, _),
      .output(_, let process, let side), .blind(_, let process, let side):
      let lane = lane(of: process, side, names)
      put(process, lane, &names)
      return Placement(side: lane)
    }
  }

  private func place(
    _ packet: PacketRow, _ row: Row, _ names: inout LaneNames
  ) -> Placement {
    let caller = packet.cause.calls.reversed().lazy.compactMap { scene.calls[$0] }.first
    guard let sender = packet.sender, let id = row.connection else {
      guard let caller else { return Placement() }
      let process = caller.row.record.process
      put(process, caller.row.side, &names)
      return Placement(side: caller.row.side)
    }
    let ends = scene.ends(of: id)
    for side in [Side.client, .server] {
      let own = side == sender && caller?.row.side == side ? caller?.row.record.process : nil
      put(own ?? ends?.process(side), side, of: ends, &names)
    }
    return Placement(side: sender, view: id)
  }

  private func place(_ call: CallRow, _ row: Row, _ names: inout LaneNames) -> Placement {
    let process = call.record.process
    let known = scene.calls[call.record.id]
    let id = call.onListener ? nil : row.connection ?? known?.connection
    if call.part == .exit, let known {
      let side = known.row.side
      if !names.covers(process, side) {
        if !known.isHidden {
          names.set(known.lanes.client, .client)
          names.set(known.lanes.server, .server)
        }
        put(process, side, &names)
      }
      guard let id, call.side == side else { return Placement(side: side) }
      put(scene.ends(of: id)?.process(side.opposite), side.opposite, of: scene.ends(of: id), &names)
      return Placement(side: side, view: id)
    }
    guard let id else {
      // What a datagram socket sends leaves from the lane that the timeline gave it.
      let isSending = call.record.kind == .udp && call.sends == .packets
      let lane = isSending ? call.side : lane(of: process, call.side, names)
      put(process, lane, &names)
      return Placement(side: lane)
    }
    let ends = scene.ends(of: id)
    put(process, call.side, &names)
    put(ends?.process(call.side.opposite), call.side.opposite, of: ends, &names)
    return Placement(side: call.side, view: id)
  }

  /// The lane of a row that belongs to no connection: that of its process.
  private func lane(of process: ProcessName, _ side: Side, _ names: LaneNames) -> Side {
    guard names[side].isNamed, !names.covers(process, side) else { return side }
    return names.covers(process, side.opposite) ? side.opposite : side
  }

  /// Puts a process above a lane; a lane that it leaves is nobody's.
  private func put(_ process: ProcessName, _ side: Side, _ names: inout LaneNames) {
    guard !names.covers(process, side) else { return }
    let wasNamed = names[side].isNamed
    names.set(names.name(process, side), side)
    if wasNamed, names.covers(process, side.opposite) { names.set(.unknown, side.opposite) }
  }

  /// Puts above a lane who an end of a connection is, or that it is not known.
  private func put(
    _ process: ProcessName?, _ side: Side, of ends: Ends?, _ names: inout LaneNames
  ) {
    guard !names.isFixed else { return }
    if let process {
      names.set(names.name(process, side), side)
      return
    }
    let address = ends?.address(side)
    switch names[side] {
    case .unknown: return
    case .end(let own) where own == address: return
    default: break
    }
    let isOnly = style.isByConnection || connections == 1
    names.set(address.flatMap { isOnly ? .end($0) : nil } ?? .unknown, side)
  }

  // MARK: lines

  /// The connection whose lines a row shows: none whose ends are others than those named.
  private func view(of row: Row, _ place: Placement) -> ConnectionID? {
    if let view = place.view { return view }
    let process: ProcessName? =
      switch row.content {
      case .call(let call): call.record.process
      case .signal(_, let process, _, _), .exit(_, _, let process, _, _),
        .output(_, let process, _),
        .blind(_, let process, _):
        process
      default: nil
      }
    guard let view = scene.view(for: row.connection, process: process?.id) else { return nil }
    guard !scene.lanes.isFixed else { return view }
    for side in [Side.client, .server] where !isNamed(side, of: view, process, place) { return nil }
    return view
  }

  /// Whether an end of a connection is the one that its lane is named after.
  private func isNamed(
    _ side: Side, of view: ConnectionID, _ process: ProcessName?, _ place: Placement
  ) -> Bool {
    guard let end = scene.connections[view]?[side] else { return false }
    if side == place.side, let process { return end.processes.contains(process.id) }
    guard let own = end.process else { return !scene.lanes[side].isNamed }
    return scene.lanes.covers(own, side)
  }

  /// The connection whose lines a silence shows.
  var goingOn: ConnectionID? {
    let shown = scene.shown.flatMap { scene.connections[$0] == nil ? nil : $0 }
    guard let view = shown ?? scene.view(for: nil) else { return nil }
    guard !scene.lanes.isFixed else { return view }
    let isWhole = [Side.client, .server].allSatisfy { isNamed($0, of: view, nil, Placement()) }
    return isWhole ? view : nil
  }
}
