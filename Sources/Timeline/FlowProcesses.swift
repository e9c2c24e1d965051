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
    /// Its socket, where calls told: others that come to it later (fork) do not take its place.
    var socket: SocketID?
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
    note(process, Key(kind: facts.kind, local: local, peer: peer), event.time, facts.id)
  }

  private mutating func note(
    _ process: ProcessName, _ key: Key, _ time: Int64, _ socket: SocketID? = nil
  ) {
    if let last = holders[key]?.last {
      if last.process == process || socket != nil && last.socket == socket { return }
    }
    holders[key, default: []].append(Holder(since: time, process: process, socket: socket))
  }

  /// Takes a process that held the socket at an end of a connection, as the kernel told while it
  /// was captured.
  public mutating func take(
    _ process: ProcessName, _ kind: TransportKind, _ local: Endpoint, _ peer: Endpoint, since: Int64
  ) {
    note(process, Key(kind: kind, local: local.unmapped, peer: peer.unmapped), since)
  }

  /// The process that made the socket at an end of a connection, as of its last packet; a listening socket's where
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
      // They are in the order of time; a socket that processes share may have very many.
      var (low, high) = (0, found.count)
      while low < high {
        let middle = (low + high) / 2
        if found[middle].since <= time.nanoseconds { low = middle + 1 } else { high = middle }
      }
      return found[max(0, low - 1)].process
    }
    return nil
  }
}
