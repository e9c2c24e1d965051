import Calls
import Wire

/// The sockets of a log.
struct FollowedSockets {
  private var count: UInt64 = 0
  private var byInode: [UInt64: FollowedSocket] = [:]
  private var byEnds: [Ends: FollowedSocket] = [:]

  private struct Ends: Hashable {
    var kind: TransportKind
    var local: Endpoint
    var peer: Endpoint?
  }

  /// Makes a socket, with an identity of its own.
  mutating func make(_ kind: TransportKind) -> FollowedSocket {
    count += 1
    return FollowedSocket(SocketFacts(id: SocketID(count), kind: kind))
  }

  /// The open socket that a note is about, else a new one.
  mutating func find(_ note: StraceSocketNote) -> FollowedSocket {
    var found = note.inode.flatMap { byInode[$0] }
    if found == nil, let local = note.local {
      found = byEnds[Ends(kind: note.kind, local: local, peer: note.peer)]
    }
    // A socket that nobody holds is closed; its inode and ends may be another's by now.
    if let found, found.references > 0, found.fits(note) { return found }
    return make(note.kind)
  }

  /// Records what is said about a socket.
  mutating func learn(_ socket: FollowedSocket, _ note: StraceSocketNote) {
    if note.hasKind, socket.facts.kind == .other { socket.facts.kind = note.kind }
    if let inode = note.inode {
      socket.inode = inode
      byInode[inode] = socket
    }
    guard let local = note.local else { return }
    if socket.facts.local?.port ?? 0 == 0 || socket.facts.local?.address.isUnspecified ?? true {
      socket.facts.local = local
    }
    socket.facts.peer = socket.facts.peer ?? note.peer
    byEnds[Ends(kind: socket.facts.kind, local: local, peer: note.peer)] = socket
  }

  /// Whether any of the ends that a socket must have is still unknown.
  func lacksEnds(_ socket: FollowedSocket) -> Bool {
    guard let local = socket.facts.local, local.port != 0 else { return true }
    return socket.facts.peer != nil && local.address.isUnspecified
  }
}

/// Which socket a call works on, and what it does to a process's descriptors.
extension Follower {
  /// The socket that a descriptor refers to, by what was followed and what the line says.
  mutating func socket(
    _ descriptor: Int32?, _ call: StraceCall, _ process: FollowedProcess
  ) -> FollowedSocket? {
    guard let descriptor else { return nil }
    let known = process.descriptors.sockets[descriptor]
    guard let note = call.notes.first(where: { $0.descriptor == descriptor }) else { return known }
    guard let said = note.socket else { return nil }
    if let known, known.fits(said) {
      learn(known, said)
      return known
    }
    // -y marks sockets of all kinds the same way.
    guard said.hasKind else { return nil }
    let found = sockets.find(said)
    process.descriptors.set(descriptor, found)
    learn(found, said)
    return found
  }

  /// What a call works on; nil where it concerns no socket.
  mutating func subject(
    of call: StraceCall, _ kind: SystemCall, _ process: FollowedProcess
  ) -> OpenCall? {
    var entered = OpenCall(id: 0, socket: nil, arguments: call.arguments, isTold: true)
    let arguments = call.arguments
    switch kind.role {
    case .opens:
      entered.isTold =
        arguments.family == AddressFamily.internet4 || arguments.family == AddressFamily.internet6
      return entered
    case .polls where !kind.isEpoll:
      let isOurs = arguments.watched.filter { socket($0, call, process) != nil }
      return isOurs.isEmpty || kind.shape == .poll && arguments.timeout == 0 ? nil : entered
    case .polls:
      let set = process.descriptors.epolls[arguments.descriptor ?? -1] ?? [:]
      let watched = set.keys.sorted().prefix(64)
      entered.arguments.watched = watched.filter { socket($0, call, process) != nil }
      let looks = kind.shape == .epoll && arguments.timeout == 0
      return entered.arguments.watched.isEmpty || looks ? nil : entered
    case .replaces: return duplicate(call, process)
    case .closesRange: return range(call, process)
    case .writes where kind.shape == .splice: return turned(call, process)
    case .watches, .executes, .rings, .clones, .filters, .parts, .fetches, .other: return nil
    case .binds, .listens, .accepts, .connects, .reads, .writes, .shuts, .closes, .duplicates,
      .sets, .asks, .names:
      break
    }
    var known = socket(arguments.descriptor, call, process)
    if known == nil { known = revealed(by: call, kind, process) }
    guard let socket = known else {
      if kind.isOfSockets, let number = arguments.descriptor, number >= 0, !call.isOther(number),
        !process.descriptors.others.contains(number)
      {
        hasUnknownSockets = true
      }
      if kind.role == .closes, let number = arguments.descriptor { forget(number, process) }
      return nil
    }
    entered.socket = socket
    if kind.shape == .command {
      entered.isTold =
        arguments.flags == DescriptorCommand.duplicate
        || arguments.flags == DescriptorCommand.duplicateAndMark
    }
    if kind.role == .closes, let number = arguments.descriptor {
      drop([number], call, process, &entered)
    }
    return entered
  }

  /// The socket that a call must work on, where nothing was reported about its descriptor before:
  /// it was opened before the log began.
  private mutating func revealed(
    by call: StraceCall, _ kind: SystemCall, _ process: FollowedProcess
  ) -> FollowedSocket? {
    guard let descriptor = call.arguments.descriptor, descriptor >= 0, !call.isOther(descriptor),
      let protocolKind = call.revealedKind(kind)
    else { return nil }
    let socket = sockets.make(protocolKind)
    process.descriptors.set(descriptor, socket)
    return socket
  }

  private func forget(_ number: Int32, _ process: FollowedProcess) {
    process.descriptors.set(number, nil)
    process.descriptors.epolls[number] = nil
  }

  /// A call is about to close descriptors: as soon as it has run, they may refer to something else.
  private mutating func drop(
    _ numbers: [Int32], _ call: StraceCall, _ process: FollowedProcess, _ entered: inout OpenCall
  ) {
    for number in numbers {
      guard let socket = socket(number, call, process) else { continue }
      entered.arguments.closes.append(HeldDescriptor(number, socket.facts))
      entered.dropped.append(socket)
    }
    for number in numbers {
      process.descriptors.set(number, nil)
      for instance in process.descriptors.epolls.keys {
        process.descriptors.epolls[instance]?[number] = nil
      }
    }
  }

  private mutating func duplicate(_ call: StraceCall, _ process: FollowedProcess) -> OpenCall? {
    var entered = OpenCall(id: 0, socket: nil, arguments: call.arguments, isTold: true)
    let old = call.arguments.descriptor ?? -1
    let new = call.arguments.other ?? -1
    let source = socket(old, call, process)
    let dropped = old == new ? nil : socket(new, call, process)
    if source == nil, dropped == nil {
      if old != new { forget(new, process) }
      return nil
    }
    entered.socket = dropped
    if dropped != nil { drop([new], call, process, &entered) }
    return entered
  }

  private mutating func range(_ call: StraceCall, _ process: FollowedProcess) -> OpenCall? {
    var entered = OpenCall(id: 0, socket: nil, arguments: call.arguments, isTold: true)
    let first = call.arguments.descriptor ?? 0
    let last = call.arguments.other ?? Int32.max
    guard first <= last else { return nil }
    let numbers = process.descriptors.sockets.keys.filter { (first...last).contains($0) }.sorted()
    guard (call.arguments.flags ?? 0) & RangeFlag.onlyMark == 0 else {
      process.descriptors.closeOnExec.formUnion(numbers)
      return nil
    }
    guard let one = numbers.first else { return nil }
    entered.socket = process.descriptors.sockets[one]
    drop(numbers, call, process, &entered)
    return entered
  }

  /// splice: the socket is where the bytes go to, else where they come from.
  private mutating func turned(_ call: StraceCall, _ process: FollowedProcess) -> OpenCall? {
    var entered = OpenCall(id: 0, socket: nil, arguments: call.arguments, isTold: true)
    if let target = socket(call.arguments.descriptor, call, process) {
      entered.socket = target
      return entered
    }
    guard let source = socket(call.arguments.other, call, process) else { return nil }
    entered.socket = source
    entered.arguments.descriptor = call.arguments.other
    entered.arguments.other = call.arguments.descriptor
    entered.arguments.receives = true
    return entered
  }
}

extension StraceCall {
  /// What the socket of a call must be: accept() that returns an Internet address accepts TCP
  /// connections; a datagram comes with an address, which a stream does not have.
  fileprivate func revealedKind(_ kind: SystemCall) -> TransportKind? {
    func isInternet(_ address: SocketAddress?) -> Bool {
      if case .internet? = address { true } else { false }
    }
    switch kind.role {
    case .accepts: return isInternet(outcome?.address) ? .tcp : nil
    case .writes where kind.movesMessages:
      let address = arguments.address ?? arguments.addresses.compactMap { $0 }.first
      return isInternet(address) && (arguments.flags ?? 0) & MessageFlag.fastOpen == 0 ? .udp : nil
    case .reads where kind.movesMessages: return isInternet(outcome?.address) ? .udp : nil
    default: return nil
    }
  }
}
