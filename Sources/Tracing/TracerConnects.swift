import Calls
import Wire

/// A connect() that waits: its socket already has a port, which its return would report too late.
///
/// Where several wait for one server, only the port tells whose SYN is whose. So each is asked at
/// the next stop of any thread.
extension Tracer {
  /// How often one that has no port yet is asked.
  private static let attempts = 8

  /// Records a call that begins, if it is a connect().
  func beginConnect(_ thread: TracedThread, _ call: RunningCall) {
    if call.call.role == .connects, call.kind == .tcp { connecting[thread.id] = Tracer.attempts }
  }

  /// Reports the ports of the sockets that are connecting, except the one whose call has just
  /// begun.
  func tellConnects(but newest: Int32) {
    for (id, attempts) in connecting where id != newest {
      guard attempts > 0, let thread = threads[id], let call = thread.call,
        call.call.role == .connects, let socket = call.socket, !book.isClosing(socket),
        let number = call.arguments.descriptor,
        case .socket(let facts) = book.ask(thread.process, number, names: true, stream: false),
        facts.id == socket
      else {
        connecting[id] = nil
        continue
      }
      guard facts.local?.port ?? 0 != 0 else {
        connecting[id] = attempts - 1
        continue
      }
      connecting[id] = nil
      emit(.holds(descriptor: number, facts), process: thread.process.id, thread: id)
    }
  }
}
