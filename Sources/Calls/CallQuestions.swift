/// What follows from a call's row.
extension SystemCall {
  /// Whether the call accepts a connection.
  public var accepts: Bool { role == .accepts }

  /// Whether the call waits for one of several descriptors.
  public var polls: Bool { role == .polls }

  /// Whether the call waits on an epoll instance.
  public var isEpoll: Bool { polls && (shape == .epoll || shape == .epollTimespec) }

  /// Whether the call closes descriptors, or shuts down what is sent through one.
  public var drops: Bool {
    switch role {
    case .shuts, .closes, .closesRange, .replaces: true
    default: false
    }
  }

  /// Whether the call moves bytes between one descriptor, its first argument, and memory.
  public var movesMemory: Bool {
    switch shape {
    case .buffer, .bufferAndFlags, .bufferAndAddress, .vectors, .vectorsAndPosition, .message,
      .messages:
      role == .reads || role == .writes
    default: false
    }
  }

  /// Whether the call does so for files and sockets alike.
  public var movesMemoryOfFiles: Bool {
    switch shape {
    case .buffer, .vectors, .vectorsAndPosition: movesMemory
    default: false
    }
  }

  /// Whether the call does so for sockets only, and takes message flags (send(2), recv(2)).
  public var movesMessages: Bool { movesMemory && !movesMemoryOfFiles }

  /// Whether the call moves bytes without the program's memory (sendfile(2), splice(2)).
  public var movesInKernel: Bool { role == .writes && !movesMemory }

  /// Whether the call works on sockets only.
  public var isOfSockets: Bool {
    switch role {
    case .binds, .listens, .accepts, .connects, .shuts, .sets, .asks, .names: true
    default: movesMessages
    }
  }

  /// The positions, from 0, of the pointer arguments that may be NULL.
  public var pointers: [Int] {
    switch shape {
    case .peer, .peerAndFlags: [1, 2]
    case .bufferAndAddress: role == .reads ? [1, 4, 5] : [1, 4]
    case .message, .address: [1]
    case .option: role == .asks ? [3, 4] : [3]
    default: []
    }
  }

  /// The position of the pointer to the length of an address that the kernel writes.
  var addressLength: Int? {
    switch shape {
    case .peer, .peerAndFlags: 2
    case .bufferAndAddress: role == .reads ? 5 : nil
    default: nil
    }
  }
}
