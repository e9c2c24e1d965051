import Calls
import Tracing
import Wire

@testable import Session

/// A director, and the things that happen to it; times are milliseconds.
struct Played {
  var director: Director
  var openConnections = 0

  init(_ programs: LiveRequest.Programs) { director = Director(programs, at: 0) }

  /// A pair whose server has process 10 and whose client will have 20.
  static func pair(ready: UInt16? = nil, timeout: Int = 10) -> Played {
    Played(
      .pair(LiveRequest.Pair(server: ["srv"], client: ["cli"], readyPort: ready, timeout: timeout)))
  }

  mutating func started(_ role: Role, _ process: Int32) -> [Director.Action] {
    director.started(role, .success(process)) + heard(.started(parent: 1, name: "\(role)"), process)
  }

  mutating func heard(
    _ what: CallEvent.What, _ process: Int32, at milliseconds: Int64 = 0
  ) -> [Director.Action] {
    director.heard(
      .event(CallEvent(time: 0, process: process, thread: process, what: what)),
      at: milliseconds * 1_000_000)
  }

  /// A process ends: as the tracer tells it of those that sockline started.
  mutating func ended(
    _ process: Int32, status: Int32? = 0, signal: Int32? = nil, at milliseconds: Int64 = 0
  ) -> [Director.Action] {
    heard(.exited(status: status, signal: signal), process, at: milliseconds)
      + director.heard(
        .ended(process: process, status: status, signal: signal), at: milliseconds * 1_000_000)
  }

  /// A call of the server that has returned.
  mutating func call(
    _ call: SystemCall, _ kind: TransportKind, port: UInt16, error: Int32? = nil,
    process: Int32 = 10
  ) -> [Director.Action] {
    let facts = SocketFacts(id: SocketID(1), kind: kind, local: Endpoint(.loopback4, port))
    let outcome = CallOutcome(result: error.map { -Int64($0) } ?? 0, error: error.map(Errno.init))
    return heard(.entered(id: 1, call: call, arguments: CallArguments(), socket: facts), process)
      + heard(
        .returned(id: 1, outcome: outcome, socket: facts, made: nil, ready: []), process)
  }

  /// A call that is entered, and waits.
  mutating func enter(_ call: SystemCall, process: Int32 = 10) -> [Director.Action] {
    heard(.entered(id: 2, call: call, arguments: CallArguments(), socket: nil), process)
  }

  /// It returns.
  mutating func leave(_ call: SystemCall, process: Int32 = 10) -> [Director.Action] {
    heard(
      .returned(
        id: 2, outcome: CallOutcome(result: 0), socket: nil, made: nil, ready: []), process)
  }

  mutating func tick(at milliseconds: Int64) -> [Director.Action] {
    director.tick(at: milliseconds * 1_000_000, openConnections: openConnections)
  }

  mutating func interrupt(
    _ number: Int32 = 2, fromTerminal: Bool, isIgnored: Bool = false, at milliseconds: Int64
  ) -> [Director.Action] {
    director.signalled(
      SignalWatch.Signal(number: number, isFromTerminal: fromTerminal, isIgnored: isIgnored),
      at: milliseconds * 1_000_000)
  }
}
