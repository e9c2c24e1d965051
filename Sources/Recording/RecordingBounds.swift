import Calls

extension CallEvent {
  /// The event with its numbers clamped to what a kernel can return, so that sums over a damaged or
  /// forged recording do not overflow.
  var bounded: CallEvent {
    var event = self
    switch what {
    case .executed(let name, let command, let closed, let entered):
      event.what = .executed(
        name: name, command: command, closed: closed,
        entered: min(max(0, entered), Int64.max / 2))
    case .entered(let id, let call, let arguments, let socket):
      event.what = .entered(
        id: id, call: call, arguments: arguments.bounded, socket: socket?.bounded)
    case .returned(let id, let outcome, let socket, let made, let ready):
      event.what = .returned(
        id: id, outcome: outcome.bounded, socket: socket?.bounded, made: made?.bounded,
        ready: ready)
    case .holds(let descriptor, let socket):
      event.what = .holds(descriptor: descriptor, socket.bounded)
    case .held(var held):
      held.socket = held.socket.bounded
      held.sent = held.sent.map { min($0, 1 << 60) }
      held.unread = held.unread.map { min(max(0, $0), mostBytes) }
      event.what = .held(held)
    default: break
    }
    return event
  }
}

/// More bytes than one call moves: the kernel stops at 2 GiB (read(2), write(2)).
private let mostBytes = 1 << 40

extension CallArguments {
  fileprivate var bounded: CallArguments {
    var arguments = self
    arguments.messageLengths = messageLengths.map { min(max(0, $0), mostBytes) }
    return arguments
  }
}

extension CallOutcome {
  fileprivate var bounded: CallOutcome {
    var outcome = self
    outcome.result = min(max(-Int64(mostBytes), result), Int64(mostBytes))
    outcome.messageLengths = messageLengths.map { min(max(0, $0), mostBytes) }
    return outcome
  }
}

extension SocketFacts {
  fileprivate var bounded: SocketFacts {
    var facts = self
    facts.streamOffset = streamOffset.map { min($0, 1 << 60) }
    facts.readOffset = readOffset.map { min($0, 1 << 60) }
    return facts
  }
}
