import Calls
import Wire

/// Which descriptors of which processes hold a socket: what dup2() and close_range() close, and
/// whether a close() dropped the last reference.
///
/// It knows what calls have shown, and what a recorder tells of descriptors that came otherwise.
extension Timeline {
  /// A process began: it has the descriptors of its parent.
  mutating func inherit(from parent: Int32, _ child: Int32) {
    let descriptors = processes[parent]?.descriptors ?? [:]
    for id in descriptors.values { sockets[id]?.references += 1 }
    processes[child]?.descriptors = descriptors
    processes[child]?.isBlind = processes[parent]?.isBlind ?? false
  }

  /// A process uses the descriptors of another one from now on.
  mutating func share(with other: Int32, _ process: Int32) {
    meet(process)
    meet(other)
    guard let table = processes[other]?.table, table !== processes[process]?.table else { return }
    letGoOfAll(in: process)
    table.sharers += 1
    processes[process]?.table = table
  }

  /// A process has descriptors of its own from now on, the same as until now.
  mutating func part(_ process: Int32) {
    guard let table = processes[process]?.table, table.sharers > 1 else { return }
    table.sharers -= 1
    let own = SharedDescriptors()
    own.sockets = table.sockets
    processes[process]?.table = own
    for id in own.sockets.values { sockets[id]?.references += 1 }
  }

  /// Takes descriptors that came to a process by no call of its own.
  mutating func take(_ held: [HeldDescriptor], in process: Int32, at time: Instant) {
    meet(process)
    for one in held {
      let isNew = sockets[one.socket.id] == nil
      let socket = self.socket(one.socket, of: processName(process), time)
      socket.use(at: time)
      if isNew { socket.isForeign = true }
      hold(socket.id, one.descriptor, in: process)
      if processes[process]?.isBlind ?? false { socket.isBlind = true }
      guard socket.kind == .tcp, isNew else {
        bind(socket, one.socket, at: time)
        continue
      }
      if one.socket.state == KernelState.listen {
        listens(socket)
      } else {
        bind(socket, one.socket, at: time)
        socket.conversation?.beganBefore(one.socket.state)
      }
    }
  }

  /// A socket listens, which no call has shown.
  mutating func listens(_ socket: SocketRecord) {
    socket.isListener = true
    take(.server, socket)
    register(socket)
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
    if let table = processes[process]?.table, table.sharers > 1 {
      table.sharers -= 1
      processes[process]?.table = SharedDescriptors()
      return
    }
    for id in (processes[process]?.descriptors ?? [:]).values { sockets[id]?.references -= 1 }
    processes[process]?.descriptors = [:]
  }

  /// The sockets, with their descriptors, that a call closes beside the one it works on.
  func closed(by call: SystemCall, _ arguments: CallArguments, in process: Int32) -> [Int32] {
    let descriptors = processes[process]?.descriptors ?? [:]
    switch call.role {
    case .closes:
      return arguments.descriptor.map { [$0] } ?? []
    case .replaces:
      guard let target = arguments.other, target != arguments.descriptor else { return [] }
      return descriptors[target] == nil ? [] : [target]
    case .closesRange where (arguments.flags ?? 0) & RangeFlag.onlyMark == 0:
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

/// States of a socket as TCP_INFO gives them (net/tcp_states.h of the kernel).
enum KernelState {
  static let established: UInt8 = 1
  static let closeWait: UInt8 = 8
  static let listen: UInt8 = 10
}

extension Conversation {
  /// A socket of it was open when it was first heard of, in a state of TCP_INFO.
  fileprivate func beganBefore(_ state: UInt8?) {
    guard !hasPackets, syn == nil, let state,
      [KernelState.established, KernelState.closeWait].contains(state)
    else { return }
    facts.beganBefore = true
    client.state = client.state ?? .established
    server.state = server.state ?? .established
  }
}
