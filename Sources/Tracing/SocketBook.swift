import Calls
import Glibc
import Wire

extension SocketFacts {
  /// What stays true: state and stream hold only for the moment when they were asked for.
  fileprivate var lasting: SocketFacts {
    SocketFacts(id: id, kind: kind, local: local, peer: peer)
  }
}

/// What is known about the sockets that traced processes hold.
struct SocketBook {
  /// What was last learned about each.
  private var known: [SocketID: SocketFacts] = [:]
  /// How many descriptors of traced processes refer to each.
  private var holders: [SocketID: Int] = [:]
  /// Closes in progress: during one, a duplicate would hold the socket open.
  private var closing: [SocketID: Int] = [:]
  /// Where pidfd_getfd(2) is refused: how often each inode number was used before.
  private var generations: [UInt64: UInt64] = [:]
  /// Whether sockets are identified by inode, since the kernel does not give their cookies.
  private(set) var usesInodes: Bool
  /// Whether the kernel ever gave a cookie: then a refusal concerns one process only.
  private var hasCookies = false

  /// Sockets about which nothing could be asked.
  private var numbered: UInt64 = 0

  /// Sockets in messages that nobody has received yet, and in how many.
  private(set) var inFlight: [SocketID: Int] = [:]
  /// How often something was closed that may have closed them too.
  private var tries: [SocketID: Int] = [:]

  init(usesInodes: Bool) { self.usesInodes = usesInodes }

  /// Whether a socket must not be duplicated now.
  func isClosing(_ id: SocketID) -> Bool { closing[id] != nil }

  mutating func beginClosing(_ id: SocketID) { closing[id, default: 0] += 1 }

  mutating func endClosing(_ id: SocketID) {
    closing[id] = (closing[id] ?? 0) > 1 ? (closing[id] ?? 0) - 1 : nil
  }

  /// Whether descriptors of traced processes, or messages, hold the socket.
  func isHeld(_ id: SocketID) -> Bool { holders[id] != nil }

  /// A message that carries the socket is in flight; it holds the socket too.
  mutating func launch(_ id: SocketID) {
    inFlight[id, default: 0] += 1
    hold(id)
  }

  /// A message that carries the socket has arrived, or will not.
  mutating func land(_ id: SocketID) {
    guard let count = inFlight[id] else { return }
    inFlight[id] = count > 1 ? count - 1 : nil
    if count <= 1 { tries[id] = nil }
    release(id)
  }

  /// Something was closed that may have closed these too; after a few tries they are given up,
  /// since an untraced program may have them.
  mutating func missed(_ sockets: [SocketID]) {
    let most = 4
    for id in sockets where inFlight[id] != nil {
      tries[id, default: 0] += 1
      guard tries[id] ?? 0 >= most else { continue }
      tries[id] = nil
      while inFlight[id] != nil { land(id) }
    }
  }

  /// Sockets that only messages in flight hold.
  var stranded: [SocketID] {
    inFlight.filter { holders[$0.key] == $0.value }.keys.sorted { $0.rawValue < $1.rawValue }
  }

  /// One more descriptor refers to the socket.
  mutating func hold(_ id: SocketID) { holders[id, default: 0] += 1 }

  /// One descriptor fewer; with the last one the socket is forgotten.
  mutating func release(_ id: SocketID) {
    let left = (holders[id] ?? 1) - 1
    holders[id] = left > 0 ? left : nil
    guard left <= 0 else { return }
    known[id] = nil
    if id.rawValue & SocketBook.isInode != 0 {
      generations[id.rawValue & SocketBook.inodeMask, default: 0] += 1
    }
  }

  /// What is known about a socket, without asking.
  func facts(_ id: SocketID, _ kind: TransportKind = .other) -> SocketFacts {
    known[id] ?? SocketFacts(id: id, kind: kind)
  }

  /// Remembers what was found out about a socket.
  mutating func remember(_ facts: SocketFacts) { known[facts.id] = facts.lasting }

  /// Asks the kernel, and remembers what it says.
  mutating func ask(
    _ process: TracedProcess, _ descriptor: Int32, names: Bool, stream: Bool,
    kind: TransportKind? = nil
  ) -> SocketAnswer {
    var answer =
      usesInodes
      ? askByInode(process, descriptor, names: names, kind)
      : askByHandle(process, descriptor, names: names, stream: stream)
    if !usesInodes { process.refuses = false }
    if case .refused = answer, !usesInodes {
      // A process may hide its descriptors (PR_SET_DUMPABLE); the identities of the others remain
      // valid.
      if hasCookies || process.hidesDescriptors {
        process.refuses = true
      } else {
        usesInodes = true
      }
      answer = askByInode(process, descriptor, names: names, kind)
    }
    guard case .socket(var facts) = answer else { return answer }
    hasCookies = hasCookies || facts.id.rawValue & SocketBook.isInode == 0
    if !names || facts.local == nil, let before = known[facts.id] {
      facts.local = facts.local ?? before.local
      facts.peer = facts.peer ?? before.peer
    }
    remember(facts)
    return .socket(facts)
  }

  /// Asks through the process's handle; if its thread has exited meanwhile, or it could not be
  /// opened, through a new one.
  private func askByHandle(
    _ process: TracedProcess, _ descriptor: Int32, names: Bool, stream: Bool
  ) -> SocketAnswer {
    let reads = stream && process.asksStreams
    let answer = process.handle.ask(descriptor, names: names, stream: stream, reads: reads)
    guard case .gone = answer else { return answer }
    process.ask(by: process.asked)
    let again = process.handle.ask(descriptor, names: names, stream: stream, reads: reads)
    if case .gone = again { return .absent }
    return again
  }

  /// Asks for state and stream, or the accept queue, of a known TCP socket.
  mutating func askStream(
    _ process: TracedProcess, _ descriptor: Int32, _ facts: SocketFacts
  ) -> SocketFacts {
    guard !usesInodes, !process.refuses, !isClosing(facts.id),
      let answer = process.handle.askStream(descriptor, of: facts)
    else { return facts }
    return answer
  }

  // MARK: without pidfd_getfd

  /// Distinguishes the identity of a socket that could not be asked about from others.
  private static let isNumbered: UInt64 = 1 << 62

  /// A socket about which only the call that created it is known.
  mutating func new(_ kind: TransportKind) -> SocketFacts {
    numbered += 1
    return SocketFacts(id: SocketID(SocketBook.isNumbered | numbered), kind: kind)
  }

  /// An inode number has 32 bits; the bits above count how often it was used before.
  private static let inodeMask: UInt64 = 0xFFFF_FFFF
  /// Distinguishes such an identity from a cookie; the kernel counts cookies from 1.
  private static let isInode: UInt64 = 1 << 63

  /// Identifies a socket by the inode that /proc shows, and finds its ends in /proc/net.
  private func askByInode(
    _ process: TracedProcess, _ descriptor: Int32, names: Bool, _ kind: TransportKind?
  ) -> SocketAnswer {
    let prefix = "socket:["
    guard let link = ProcessFiles.link("\(process.folder)/fd/\(descriptor)") else {
      return process.hidesDescriptors ? .refused : .absent
    }
    guard link.hasPrefix(prefix), let inode = UInt64(link.dropFirst(prefix.count).dropLast())
    else { return .other }
    let generation = generations[inode & SocketBook.inodeMask] ?? 0
    let id = SocketID(
      SocketBook.isInode | generation << 32 | inode & SocketBook.inodeMask)
    if !names, let before = known[id] { return .socket(before) }
    let found = ProcNetSocket.find(inode: inode, of: process.asked)
    guard let kind = found?.kind ?? kind ?? known[id]?.kind else { return .other }
    var facts = SocketFacts(id: id, kind: kind, local: found?.local)
    if let peer = found?.peer, peer.port != 0 { facts.peer = peer }
    facts.state = found?.state
    return .socket(facts)
  }
}
