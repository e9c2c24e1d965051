import CPtrace
import Calls
import Glibc
import Wire

/// What the kernel says about a descriptor of another process.
enum SocketAnswer {
  /// It is an Internet socket.
  case socket(SocketFacts)
  /// It is something else.
  case other
  /// There is no such descriptor, or nobody could be asked just now.
  case absent
  /// The kernel refuses to show this process's descriptors.
  case refused
  /// The thread that was to be asked has exited, or could not be asked just now.
  case gone
}

/// A process, as a handle through which its descriptors are asked about.
final class ProcessHandle {
  let descriptor: Int32

  /// Opens it.
  ///
  /// C: `pidfd_open`
  init(_ process: Int32) { descriptor = socket_open_process(process) }

  /// Opens a process by a thread that still runs, if the first one has exited (Linux 6.9).
  ///
  /// C: `pidfd_open(PIDFD_THREAD)`
  init(thread: Int32) { descriptor = socket_open_thread(thread) }

  /// Whether it could be opened.
  var isOpen: Bool { descriptor >= 0 }

  /// Whether two processes, or threads, share their descriptors; nil where the kernel does not say.
  ///
  /// C: `kcmp(KCMP_FILES)`
  static func shareDescriptors(_ one: Int32, _ other: Int32) -> Bool? {
    switch socket_shares_files(one, other) {
    case 0: true
    case 1, 2, 3: false
    default: nil
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Duplicates one of its descriptors, queries it, and closes the duplicate.
  ///
  /// Never while a close of that socket is in progress: the duplicate would hold it open.
  ///
  /// C: `pidfd_getfd`, `getsockopt`, `getsockname`, `getpeername`
  func ask(_ number: Int32, names: Bool, stream: Bool, reads: Bool = false) -> SocketAnswer {
    guard descriptor >= 0 else { return ProcessHandle.answer(to: -descriptor) }
    let wants =
      (names ? SOCKET_NAMES.rawValue : 0) | (stream ? SOCKET_STREAM.rawValue : 0)
      | (reads ? SOCKET_READS.rawValue : 0)
    var answer = socket_answer()
    // The C part fills the one structure it is given.
    switch unsafe socket_ask(descriptor, number, wants, &answer) {
    case 0: return SocketFacts(answer).map(SocketAnswer.socket) ?? .other
    case let error: return ProcessHandle.answer(to: error)
    }
  }

  /// What an error means. Only a permanent refusal may change how sockets are identified: not a
  /// process that has just died (ESRCH), nor a temporary lack of descriptors (EMFILE).
  private static func answer(to error: Int32) -> SocketAnswer {
    switch error {
    case ENOTSOCK, ENOPROTOOPT, EOPNOTSUPP: .other
    case EPERM, EACCES, ENOSYS: .refused
    // Before Linux 6.9 only a process has a handle, not one of its threads.
    case EINVAL: .refused
    case ESRCH, EMFILE, ENFILE: .gone
    default: .absent
    }
  }

  /// Asks a known TCP socket only for its state, and for its stream or its accept queue.
  ///
  /// - Returns: nil when the descriptor refers to another socket, or the kernel does not say.
  ///
  /// C: `pidfd_getfd`, `getsockopt(SO_COOKIE)`, `getsockopt(TCP_INFO)`
  func askStream(_ number: Int32, of facts: SocketFacts) -> SocketFacts? {
    guard descriptor >= 0 else { return nil }
    var answer = socket_answer()
    // The C part fills the one structure it is given.
    guard unsafe socket_ask(descriptor, number, SOCKET_ONLY_STREAM.rawValue, &answer) == 0,
      answer.cookie == facts.id.rawValue
    else { return nil }
    var facts = facts
    facts.take(answer)
    return facts
  }
}

extension SocketFacts {
  /// Reads the C part's answer; nil for sockets of other families.
  fileprivate init?(_ answer: socket_answer) {
    guard answer.family == AF_INET || answer.family == AF_INET6 else { return nil }
    self.init(
      id: SocketID(answer.cookie),
      kind: TransportKind(type: answer.type, proto: answer.protocol),
      local: Endpoint(answer.local), peer: Endpoint(answer.peer))
    take(answer)
  }

  /// Takes what TCP_INFO said about this moment.
  fileprivate mutating func take(_ answer: socket_answer) {
    if answer.has_stream != 0 {
      state = answer.state
      streamOffset = answer.offset
    }
    if answer.has_reads != 0 { readOffset = answer.read }
    if answer.has_queue != 0 {
      let listening: UInt8 = 10
      state = listening
      queue = AcceptQueue(waiting: Int(answer.waiting), backlog: Int(answer.backlog))
    }
  }
}

extension TransportKind {
  /// Reads type and protocol of a socket (ip(7)); type may include SOCK_NONBLOCK and SOCK_CLOEXEC.
  init(type: Int32, proto: Int32) {
    let stream: Int32 = 1
    let datagram: Int32 = 2
    switch (type & 0xF, proto) {
    case (stream, 0), (stream, 6): self = .tcp
    case (datagram, 0), (datagram, 17): self = .udp
    case (stream, 262): self = .mptcp
    case (datagram, 136): self = .udpLite
    case (datagram, 1), (datagram, 58): self = .icmp
    case (3, _): self = .raw
    default: self = .other
    }
  }
}

extension Endpoint {
  /// Reads an end, IPv4-mapped addresses as IPv4; nil where there is none.
  fileprivate init?(_ end: socket_end) {
    var bytes = end.address
    let words = unsafe withUnsafeBytes(of: &bytes) { raw in
      // Sixteen bytes: two words of eight.
      (
        UInt64(bigEndian: unsafe raw.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
    switch end.family {
    case AF_INET: self.init(.v4(UInt32(words.0 >> 32)), end.port)
    case AF_INET6:
      self.init(IPAddress.v6(high: words.0, low: words.1).unmapped, end.port)
    default: return nil
    }
  }
}
