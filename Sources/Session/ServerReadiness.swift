import Calls
import Wire

/// Finds the call by which a server becomes ready: it listens, or is bound for datagrams.
struct ServerReadiness {
  /// The port to be listened on; nil: any.
  private let port: UInt16?
  /// Calls that may make it ready, while they run.
  private var pending: [Int: SystemCall] = [:]

  /// Looks for a port, or for any.
  init(port: UInt16?) { self.port = port }

  /// Takes an event, and says whether the server is ready by it.
  mutating func isReached(by event: CallEvent) -> Bool {
    switch event.what {
    case .entered(let id, let call, _, _):
      if call.role == .listens || call.role == .binds { pending[id] = call }
      return false
    case .returned(let id, let outcome, let socket, _, _):
      guard let call = pending.removeValue(forKey: id), outcome.error == nil, let socket,
        call.role == .listens || socket.kind == .udp
      else { return false }
      return port.map { $0 == socket.local?.port } ?? true
    default: return false
    }
  }
}
