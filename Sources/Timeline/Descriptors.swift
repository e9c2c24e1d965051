import Calls
import Wire

/// Which descriptors of which processes hold a socket: what dup2() and close_range() close, and
/// whether a close() dropped the last reference.
///
/// It knows what calls have shown: a descriptor that came by SCM_RIGHTS counts from its first use.
extension Timeline {
  /// A process began: it has the descriptors of its parent.
  mutating func inherit(from parent: Int32, _ child: Int32) {
    let descriptors = processes[parent]?.descriptors ?? [:]
    for id in descriptors.values { sockets[id]?.references += 1 }
    processes[child]?.descriptors = descriptors
    processes[child]?.isBlind = processes[parent]?.isBlind ?? false
  }

  /// Notes that a descriptor is a socket.
  mutating func hold(_ id: SocketID, _ descriptor: Int32?, in process: Int32) {
    guard let descriptor else { return }
    let old = processes[process]?.descriptors.updateValue(id, forKey: descriptor)
    processes[process]?.hadSocket = true
    if processes[process]?.isBlind ?? false { sockets[id]?.isBlind = true }
    if old == id { return }
    sockets[id]?.references += 1
    if let old { sockets[old]?.references -= 1 }
  }

  /// Notes that a descriptor was closed.
  mutating func letGo(_ descriptor: Int32, in process: Int32) {
    guard let id = processes[process]?.descriptors.removeValue(forKey: descriptor) else { return }
    sockets[id]?.references -= 1
  }

  /// Notes that a process has let go of a socket altogether.
  mutating func letGo(_ id: SocketID, in process: Int32) {
    let all = processes[process]?.descriptors.filter { $0.value == id } ?? [:]
    for descriptor in all.keys { letGo(descriptor, in: process) }
  }

  /// Notes that a process has let go of everything.
  mutating func letGoOfAll(in process: Int32) {
    for id in (processes[process]?.descriptors ?? [:]).values { sockets[id]?.references -= 1 }
    processes[process]?.descriptors = [:]
  }

  /// The sockets, with their descriptors, that a call closes beside the one it works on.
  func closed(by call: SystemCall, _ arguments: CallArguments, in process: Int32) -> [Int32] {
    let descriptors = processes[process]?.descriptors ?? [:]
    switch call {
    case .close:
      return arguments.descriptor.map { [$0] } ?? []
    case .dup2, .dup3:
      guard let target = arguments.other, target != arguments.descriptor else { return [] }
      return descriptors[target] == nil ? [] : [target]
    case .closeRange where (arguments.flags ?? 0) & CloseRange.onExec == 0:
      let low = arguments.descriptor ?? 0
      let last = arguments.other ?? Int32.max
      // The last one is unsigned: -1 is the highest descriptor there is.
      let high = last < 0 ? Int32.max : last
      return descriptors.keys.filter { $0 >= low && $0 <= high }.sorted()
    default:
      return []
    }
  }
}

/// Flags of close_range(2).
private enum CloseRange {
  /// CLOSE_RANGE_CLOEXEC: marks the descriptors, closes none.
  static let onExec: Int32 = 4
}
