public import Calls
public import Wire

/// Which process held which end of a connection, as calls tell it, for a table of connections.
///
/// It keeps a few words for each socket and nothing for a call.
public struct FlowProcesses: Sendable {
  private var names: [Int32: String] = [:]
  /// Processes by the ends of their sockets, the newest last.
  private var holders: [Key: [Holder]] = [:]

  private struct Key: Hashable {
    var kind: TransportKind
    var local: Endpoint
    /// nil for a socket that is not connected: one that listens, or one of UDP.
    var peer: Endpoint?
  }

  private struct Holder {
    var since: Int64
    var process: ProcessName
  }

  /// Makes an empty table.
  public init() {}

  /// Whether nothing is known.
  public var isEmpty: Bool { holders.isEmpty }

  /// Takes what a recorder of calls saw.
  public mutating func take(_ event: CallEvent) {
    switch event.what {
    case .started(_, let name), .executed(let name, _, _, _), .named(let name):
      names[event.process] = name
    case .entered(_, _, _, let socket): note(socket, event)
    case .returned(_, _, let socket, let made, _):
      note(socket, event)
      note(made, event)
    case .holds(_, let socket): note(socket, event)
    case .held(let held): note(held.socket, event)
    case .holding(let held): for one in held { note(one.socket, event) }
    case .exiting, .exited, .ending, .letGo, .signalled, .blind, .sharing, .parted: break
    }
  }

  private mutating func note(_ facts: SocketFacts?, _ event: CallEvent) {
    guard let facts, let local = facts.local?.unmapped, local.port != 0 else { return }
    let peer = facts.peer.flatMap { $0.port == 0 ? nil : $0.unmapped }
    let process = ProcessName(id: event.process, name: names[event.process] ?? "?")
    let key = Key(kind: facts.kind, local: local, peer: peer)
    if holders[key]?.last?.process == process { return }
    holders[key, default: []].append(Holder(since: event.time, process: process))
  }

  /// The process at an end of a connection, as of its last packet; a listening socket's where
  /// nobody accepted.
  public func process(_ kind: TransportKind, _ local: Endpoint, _ peer: Endpoint, at time: Instant)
    -> ProcessName?
  {
    let any: IPAddress = if case .v4 = local.address { .v4(0) } else { .v6(high: 0, low: 0) }
    let places: [(Endpoint, Endpoint?)] = [
      (local, peer), (local, nil), (Endpoint(any, local.port), nil),
      // A socket of IPv6 that is bound to :: takes connections of IPv4 too.
      (Endpoint(.v6(high: 0, low: 0), local.port), nil),
    ]
    for (local, peer) in places {
      guard let found = holders[Key(kind: kind, local: local, peer: peer)] else { continue }
      return (found.last { $0.since <= time.nanoseconds } ?? found.first)?.process
    }
    return nil
  }
}
