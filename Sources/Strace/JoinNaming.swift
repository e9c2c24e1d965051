import Calls
import Wire

/// Ends of sockets that a log does not show, where the capture leaves only one choice.
///
/// A log without -yy shows where a connect() went, but not from which port. If its connect() calls
/// to that address came one after the other, and as many connections to it were captured, the first
/// call made the first connection. The same holds for accept() calls, which accept connections in
/// the order in which they were made.
struct JoinNaming {
  private let streams: [CalledStream]
  private let flows: CapturedFlows
  private let ownEnds: [CapturedFlows.Way: Set<Endpoint>]

  init(_ streams: [CalledStream], _ flows: CapturedFlows) {
    self.streams = streams
    self.flows = flows
    ownEnds = flows.ownEnds
  }

  /// Fills in what is certain, in the streams and in the events.
  mutating func name(_ events: inout [FollowedEvent]) {
    nameClients(&events)
    nameServers(&events)
    for index in events.indices { events[index].mapFacts { settled($0) } }
  }

  /// A connected socket has a specific local address, even where the log still shows the one that
  /// it was bound to: the address of its datagrams, if they were captured; otherwise none is
  /// reported.
  private func settled(_ facts: SocketFacts) -> SocketFacts {
    guard let local = facts.local, local.address.isUnspecified, local.port != 0,
      let peer = facts.peer
    else { return facts }
    var facts = facts
    let ends = ownEnds[.init(port: local.port, other: peer, kind: facts.kind)] ?? []
    facts.local = ends.count == 1 ? ends.first : nil
    if facts.local == nil, facts.kind == .udp {
      facts.local = local
      facts.peer = nil
    }
    return facts
  }

  private func nameClients(_ events: inout [FollowedEvent]) {
    var groups: [Endpoint: [CalledStream]] = [:]
    for stream in streams where stream.kind == .tcp && stream.accept == nil {
      guard let connect = stream.connect, let goal = goal(connect.entry, events) else { continue }
      groups[goal, default: []].append(stream)
    }
    for (goal, called) in groups where called.contains(where: { $0.local?.port ?? 0 == 0 }) {
      let captured = flows.streams.values.joined().filter { $0.server == goal }
        .sorted { $0.syn < $1.syn }
      guard captured.count == called.count, areApart(called.compactMap(\.connect)) else { continue }
      for (one, other) in zip(called, captured) where one.local?.port ?? 0 == 0 {
        guard let exit = one.connect?.exit else { continue }
        one.local = other.client
        one.peer = other.server
        fill(exit, other.client, one.isConnected ? other.server : nil, &events)
      }
    }
  }

  /// Whether each call had returned when the next one began.
  private func areApart(_ calls: [(entry: Int, exit: Int?)]) -> Bool {
    zip(calls, calls.dropFirst()).allSatisfy { one, other in
      one.exit.map { $0 < other.entry } ?? false
    }
  }

  private func nameServers(_ events: inout [FollowedEvent]) {
    var groups: [UInt16: [CalledStream]] = [:]
    for stream in streams where stream.accept != nil {
      guard let port = stream.local?.port, port != 0 else { continue }
      groups[port, default: []].append(stream)
    }
    for (port, called) in groups where called.contains(where: { isUnnamed($0) }) {
      let captured = flows.streams.values.joined()
        .filter { $0.server.port == port && $0.handshakeAck != nil }
        .sorted { ($0.handshakeAck ?? 0) < ($1.handshakeAck ?? 0) }
      let calls = called.compactMap { stream in stream.acceptEntry.map { ($0, stream.accept) } }
      guard captured.count == called.count, areApart(calls) else { continue }
      let agree = zip(called, captured).allSatisfy { one, other in
        one.peer == nil || one.peer == other.client
      }
      guard agree else { continue }
      for (one, other) in zip(called, captured) where isUnnamed(one) {
        one.local = other.server
        one.peer = other.client
        if let accept = one.accept { fill(accept, other.server, other.client, &events) }
      }
    }
  }

  private func isUnnamed(_ stream: CalledStream) -> Bool {
    stream.peer == nil || stream.local.map(\.address.isUnspecified) ?? true
  }

  private func goal(_ entry: Int, _ events: [FollowedEvent]) -> Endpoint? {
    guard case .entered(_, _, let arguments, _) = events[entry].what,
      case .internet(let goal)? = arguments.address
    else { return nil }
    return goal.unmapped
  }

  private func fill(
    _ index: Int, _ local: Endpoint, _ peer: Endpoint?, _ events: inout [FollowedEvent]
  ) {
    guard case .returned(_, _, let socket, let made, _) = events[index].what,
      var facts = made ?? socket
    else { return }
    facts.local = local
    facts.peer = peer ?? facts.peer
    events[index].name(facts)
  }
}
