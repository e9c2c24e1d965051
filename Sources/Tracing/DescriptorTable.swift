import Calls

/// What descriptors refer to: those of a process, or of several that share them (clone(2),
/// CLONE_FILES).
final class DescriptorTable {
  /// What each descriptor seen so far refers to; others have not been used yet.
  private(set) var descriptors: [Int32: Descriptor] = [:]
  /// The epoll instances that descriptors refer to.
  private(set) var epolls: [Int32: EpollInstance] = [:]
  /// Descriptors whose close() is in progress: what they refer to must not be duplicated now.
  var closing: [Int32: SocketFacts] = [:]
  /// How many processes use the table.
  var sharers = 1

  /// What a descriptor refers to.
  enum Descriptor {
    case socket(SocketID, TransportKind)
    /// A file, a pipe, a socket of another family.
    case other
    /// A pipe whose text is reported line by line.
    case printer
  }

  /// Makes the table of a process whose descriptors are unknown.
  init() {}

  /// Makes a copy of another table.
  init(copying other: DescriptorTable, _ book: inout SocketBook) {
    descriptors = other.descriptors
    epolls = other.epolls
    for socket in sockets { book.hold(socket) }
  }

  /// The sockets it holds, once per descriptor.
  var sockets: [SocketID] {
    descriptors.values.compactMap { descriptor in
      if case .socket(let id, _) = descriptor { id } else { nil }
    }
  }

  /// Records what a descriptor now refers to.
  func set(_ number: Int32, _ descriptor: Descriptor?, _ book: inout SocketBook) {
    // First the new one, so that a socket does not leave the book in between.
    if case .socket(let id, _) = descriptor { book.hold(id) }
    let old = descriptors.updateValue(descriptor ?? .other, forKey: number)
    if descriptor == nil {
      descriptors[number] = nil
      epolls[number] = nil
    }
    guard case .socket(let id, _) = old else { return }
    book.release(id)
    // An instance watches the socket, not the descriptor, as long as anybody holds it (epoll(7)).
    guard descriptor == nil, !epolls.isEmpty, !book.isHeld(id) else { return }
    for instance in epolls.values { instance.forget(number, id) }
  }

  /// The epoll instance that a descriptor refers to, made if it is not known yet.
  func epoll(_ number: Int32) -> EpollInstance {
    if let known = epolls[number] { return known }
    let new = EpollInstance()
    epolls[number] = new
    return new
  }

  /// Makes another descriptor refer to an epoll instance.
  func set(_ number: Int32, _ instance: EpollInstance) { epolls[number] = instance }

  /// Forgets the epoll instances that are not kept, as exec does with those marked close-on-exec.
  func forgetEpolls(but isKept: (Int32) -> Bool) { epolls = epolls.filter { isKept($0.key) } }

  /// Forgets all descriptors.
  func forgetAll(_ book: inout SocketBook) {
    for number in Array(descriptors.keys) { set(number, nil, &book) }
    epolls = [:]
  }
}

/// An epoll instance, which descriptors of several processes may refer to.
final class EpollInstance {
  /// The descriptors that it watches, by their numbers in the process that added them.
  private var interests = EpollSet()
  /// The Internet sockets among them.
  private var sockets: [Int32: SocketID] = [:]

  /// Those that it watches with EPOLLEXCLUSIVE.
  private var exclusive: Set<Int32> = []

  /// Whether it watches something such that an event wakes only one of several waits.
  var hasExclusive: Bool { !exclusive.isEmpty }

  /// Of the descriptors that it watches, the first that are sockets.
  var watched: [Int32] { interests.watched.filter { sockets[$0] != nil } }

  /// The socket that the instance returns `data` for, and its descriptor.
  func ready(_ data: UInt64) -> (descriptor: Int32, socket: SocketID?)? {
    interests.descriptor(data).map { ($0, sockets[$0]) }
  }

  /// Starts watching a descriptor under `data`, or stops.
  func watch(_ descriptor: Int32, _ socket: SocketID?, _ interest: EpollInterest) {
    if interest.isWatched {
      interests.add(descriptor, interest.data)
      sockets[descriptor] = socket
    } else {
      interests.remove(descriptor)
      sockets[descriptor] = nil
    }
    if interest.isExclusive { exclusive.insert(descriptor) } else { exclusive.remove(descriptor) }
  }

  /// A socket is gone.
  func forget(_ descriptor: Int32, _ socket: SocketID) {
    guard sockets[descriptor] == socket else { return }
    interests.remove(descriptor)
    sockets[descriptor] = nil
    exclusive.remove(descriptor)
  }
}
