import Calls
import Timeline
import Wire

/// A thread of a process in a script: the one that makes the calls.
///
/// A call with a range of times is whole; with one time it is entered, and returns later by
/// `OpenCall.returns`.
public struct Program {
  let script: Script
  /// The process.
  public let id: Int32
  /// The thread.
  public let thread: Int32

  /// Another thread of the same process.
  public func thread(_ number: Int32) -> Program {
    Program(script: script, id: id, thread: number)
  }

  /// Another process, made by fork.
  public func forks(_ time: Int, _ child: Int32, _ name: String) -> Program {
    script.process(child, name, parent: id, at: time)
  }

  /// Writes down something that is no call.
  public func event(_ time: Int, _ what: CallEvent.What) {
    guard script.hasCalls else { return }
    script.add(
      CallEvent(
        time: script.start + Int64(time) * 1000, process: id, thread: thread, what: what))
  }

  /// Enters any call; with `names`, the tracer asks for both ends of the socket too.
  @discardableResult
  public func enters(
    _ time: Int, _ call: SystemCall, _ socket: Socket? = nil, names: Bool = false,
    _ change: (inout CallArguments) -> Void = { _ in }
  ) -> OpenCall {
    var arguments = CallArguments()
    arguments.descriptor = call == .socket ? nil : socket?.descriptor
    change(&arguments)
    var facts = call == .socket ? nil : names ? socket?.names : socket?.identity
    if script.asksStreamOffset, let socket, [.write, .send, .sendto, .writev].contains(call) {
      facts?.state = 1
      facts?.streamOffset = UInt64(socket.written)
    }
    let number = script.callNumber()
    event(time, .entered(id: number, call: call, arguments: arguments, socket: facts))
    return OpenCall(program: self, number: number, call: call, socket: socket)
  }

  /// The process dies: it lets go of what it holds, and is gone a little later.
  public func dies(
    _ times: ClosedRange<Int>, holding sockets: [Socket] = [], status: Int32? = nil,
    signal: Int32? = nil
  ) {
    event(times.lowerBound, .exiting(holds: sockets.map(\.id)))
    event(times.upperBound, .exited(status: status, signal: signal))
  }
}

/// A call that was entered and may return.
public struct OpenCall {
  let program: Program
  let number: Int
  let call: SystemCall
  let socket: Socket?

  /// Returns with a number.
  ///
  /// - Parameters:
  ///   - result: what the call gives back; bytes, a descriptor, 0.
  ///   - from: the address that accept or recvfrom fills in.
  ///   - made: the socket that accept or dup made.
  ///   - ready: the sockets that a wait found ready.
  ///   - lengths: bytes of each message.
  ///   - paused: whether the thread slept, where that is known.
  public func returns(
    _ time: Int, _ result: Int = 0, from sender: String? = nil, made: Socket? = nil,
    ready: [Socket] = [], lengths: [Int] = [], paused: Bool? = nil
  ) {
    var outcome = CallOutcome(result: Int64(result))
    outcome.paused = paused
    outcome.address = sender.map { .internet(Endpoint(parsing: $0)) }
    outcome.messageLengths = lengths
    outcome.ready = ready.map(\.descriptor)
    finish(time, outcome, made, ready)
  }

  /// Returns with an error number, and with who had the address that the call wanted.
  public func returns(_ time: Int, error: Int32, holders: [AddressHolder] = []) {
    var outcome = CallOutcome(result: Int64(-error), error: Errno(error))
    outcome.holders = holders
    finish(time, outcome, nil, [])
  }

  /// accept() returns a new socket, connected to `peer`.
  public func returns(
    _ time: Int, accepted: Socket, local: String, peer: String, paused: Bool? = nil
  ) {
    accepted.local = Endpoint(parsing: local)
    accepted.peer = Endpoint(parsing: peer)
    returns(time, Int(accepted.descriptor), from: peer, made: accepted, paused: paused)
  }

  private func finish(_ time: Int, _ outcome: CallOutcome, _ made: Socket?, _ ready: [Socket]) {
    if outcome.error == nil, let socket, [.write, .send, .sendto, .writev].contains(call) {
      socket.written += Int(outcome.result)
    }
    let asksNames: Set<SystemCall> = [.connect, .bind, .listen, .sendto, .sendmsg]
    let isClosed = call == .close && outcome.error == nil
    var facts =
      asksNames.contains(call) ? socket?.names : isClosed ? nil : socket?.identity
    if program.script.asksStreamOffset, let socket, outcome.error == nil,
      [.write, .send, .sendto, .writev].contains(call)
    {
      facts?.state = 1
      facts?.streamOffset = UInt64(socket.written)
    }
    let isMaking = call.role == .opens || call.accepts
    program.event(
      time,
      .returned(
        id: number, outcome: outcome, socket: call == .socket ? nil : facts,
        made: isMaking ? (made ?? (call == .socket ? socket : nil))?.names : made?.identity,
        ready: ready.map(\.id)))
  }
}
