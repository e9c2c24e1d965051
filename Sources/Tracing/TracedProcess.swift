import Calls

/// A traced process, and what its descriptors stand for.
final class TracedProcess {
  let id: Int32
  /// To ask it for its descriptors; opened at the first question.
  lazy var handle = ProcessHandle(id)
  /// What each descriptor that was seen stands for; others were not used yet.
  private(set) var descriptors: [Int32: Descriptor] = [:]
  /// What each epoll instance watches.
  private(set) var epolls: [Int32: EpollSet] = [:]
  /// Descriptors whose close() is in flight: what they stand for must not be duplicated now.
  var closing: [Int32: SocketFacts] = [:]
  /// Whether the kernel does not tell of its descriptors.
  var refuses = false
  /// Threads that are not about to go.
  var liveThreads = 1
  /// Whether it still is sockline's own code, before exec.
  var isPreparing = false
  /// A pipe that tells why exec failed; of processes that sockline started.
  var failure: Int32?
  /// What it has printed of a line that has no end yet.
  var line: [UInt8] = []
  /// Its name, as it was told last.
  var name = ""
  /// Whether it has made a call that was told; programs name themselves before that.
  var hasCalled = false
  /// Whether it has made a ring of io_uring(7), and so may send and receive without calls.
  var usesRing = false
  /// What was told of its sockets at its last io_uring_enter(), by descriptor.
  var told: [Int32: SocketFacts] = [:]
  /// Whether its sockets were told to be gone.
  var isExiting = false

  /// What a descriptor stands for.
  enum Descriptor {
    case socket(SocketID, TransportKind)
    /// A file, a pipe, a socket of another family.
    case other
    /// A pipe whose text is told line by line.
    case printer
  }

  init(_ id: Int32) { self.id = id }

  /// A process that was forked by `parent`: it holds the same descriptors.
  init(_ id: Int32, forkedBy parent: TracedProcess, _ book: inout SocketBook) {
    self.id = id
    descriptors = parent.descriptors
    epolls = parent.epolls
    usesRing = parent.usesRing
    for socket in sockets { book.hold(socket) }
  }

  /// The sockets it holds, once for each descriptor.
  var sockets: [SocketID] {
    descriptors.values.compactMap { descriptor in
      if case .socket(let id, _) = descriptor { id } else { nil }
    }
  }

  /// What a descriptor is known to stand for.
  func known(_ number: Int32) -> Descriptor? { descriptors[number] }

  /// Whether the first argument of a call is a descriptor that nothing is told of.
  func isFile(_ registers: Registers) -> Bool {
    if case .other = known(Int32(truncatingIfNeeded: registers[0])) { true } else { false }
  }

  /// Notes what a descriptor stands for now.
  func set(_ number: Int32, _ descriptor: Descriptor?, _ book: inout SocketBook) {
    // First the new one, so that a socket does not leave the book in between.
    if case .socket(let id, _) = descriptor { book.hold(id) }
    let old = descriptors.updateValue(descriptor ?? .other, forKey: number)
    if descriptor == nil {
      descriptors[number] = nil
      if !epolls.isEmpty { unwatch(number) }
    }
    if case .socket(let id, _) = old { book.release(id) }
  }

  /// A descriptor is closed: as an epoll instance, and as one that instances watch.
  private func unwatch(_ number: Int32) {
    epolls[number] = nil
    for instance in epolls.keys { epolls[instance]?.remove(number) }
  }

  /// Forgets the epoll instances, as exec does with those marked close-on-exec.
  func forgetEpolls() { epolls = [:] }

  /// Notes that an epoll instance watches a descriptor from now on, or no more.
  func watch(_ descriptor: Int32, by instance: Int32, _ interest: EpollInterest) {
    if interest.isWatched {
      epolls[instance, default: EpollSet()].add(descriptor, interest.data)
    } else {
      epolls[instance]?.remove(descriptor)
    }
  }

  /// Forgets all descriptors.
  func forgetAll(_ book: inout SocketBook) {
    for number in Array(descriptors.keys) { set(number, nil, &book) }
    epolls = [:]
  }
}
