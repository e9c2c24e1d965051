extension SystemCall {
  /// Decodes what a call is asked, at its entry, where its arguments are true.
  ///
  /// - Parameters:
  ///   - registers: the argument registers.
  ///   - payloadBytes: bytes of payload to keep.
  ///   - memory: reads the program's memory.
  public func arguments(
    _ registers: Registers, payloadBytes: Int, memory: MemoryReader
  ) -> CallArguments {
    var arguments = CallArguments()
    arguments.descriptor = registers.int(0)
    switch self {
    case .socket, .socketpair:
      arguments.descriptor = nil
      arguments.family = registers.int(0)
      arguments.type = registers.int(1)
      arguments.proto = registers.int(2)
    case .bind, .connect:
      arguments.address = SocketAddress.read(
        at: registers[1], length: Int(registers.int(2)), memory)
    case .listen: arguments.backlog = registers.int(1)
    case .accept4, .dup3, .closeRange, .fcntl, .shutdown, .dup2, .ioctl:
      readNumbers(registers, &arguments)
    case .setsockopt, .getsockopt: readOption(registers, &arguments, memory)
    case .read, .recv: arguments.count = registers.size(2)
    case .recvfrom:
      arguments.count = registers.size(2)
      arguments.flags = registers.int(3)
    case .write, .send, .sendto, .writev, .pwritev2, .sendmsg, .sendmmsg:
      readSending(registers, payloadBytes, &arguments, memory)
    case .readv, .preadv2, .recvmsg, .recvmmsg: readReceiving(registers, &arguments, memory)
    case .sendfile, .splice, .tee: readMoving(registers, &arguments)
    case .poll, .ppoll, .select, .pselect6, .epollWait, .epollPwait, .epollPwait2, .epollCtl:
      readWaiting(registers, &arguments, memory)
    case .epollCreate1, .execve, .execveat, .ioUringSetup, .ioUringEnter, .unshare, .pidfdGetfd:
      arguments.descriptor = nil
    case .accept, .close, .dup, .getsockname, .getpeername: break
    }
    readPointers(registers, &arguments, memory)
    return arguments
  }

  /// Which of the arguments that point at something are NULL, and how much room an address has that
  /// the kernel is to write.
  private func readPointers(
    _ registers: Registers, _ arguments: inout CallArguments, _ memory: MemoryReader
  ) {
    let pointers = pointers
    guard !pointers.isEmpty else { return }
    arguments.nulls = pointers.reduce(0) { nulls, place in
      registers[place] == 0 ? nulls | 1 << UInt8(place) : nulls
    }
    guard let place = addressLength, registers[place] != 0 else { return }
    arguments.addressRoom = MemoryWords(bytes: memory(registers[place], 4)).int32(0)
  }

  /// The places of the arguments that point at something.
  public var pointers: [Int] {
    switch self {
    case .accept, .accept4, .getsockname, .getpeername: [1, 2]
    case .recvfrom: [1, 4, 5]
    case .sendto: [1, 4]
    case .sendmsg, .recvmsg, .bind, .connect: [1]
    case .setsockopt: [3]
    case .getsockopt: [3, 4]
    default: []
    }
  }

  /// The place of the pointer to the length of an address that the kernel writes.
  private var addressLength: Int? {
    switch self {
    case .accept, .accept4, .getsockname, .getpeername: 2
    case .recvfrom: 5
    default: nil
    }
  }

  /// Calls whose arguments are plain numbers.
  private func readNumbers(_ registers: Registers, _ arguments: inout CallArguments) {
    switch self {
    case .accept4: arguments.flags = registers.int(3)
    case .dup2: arguments.other = registers.int(1)
    case .closeRange:
      // Both ends of the range are unsigned.
      arguments.descriptor = Int32(clamping: UInt32(truncatingIfNeeded: registers[0]))
      arguments.other = Int32(clamping: UInt32(truncatingIfNeeded: registers[1]))
      arguments.flags = registers.int(2)
    case .dup3:
      arguments.other = registers.int(1)
      arguments.flags = registers.int(2)
    case .fcntl, .ioctl:
      arguments.flags = registers.int(1)
      arguments.value = registers.int(2)
    default: arguments.flags = registers.int(1)
    }
  }

  /// setsockopt, getsockopt: level, name, value, length.
  private func readOption(
    _ registers: Registers, _ arguments: inout CallArguments, _ memory: MemoryReader
  ) {
    arguments.option = SocketOption(level: registers.int(1), name: registers.int(2))
    guard self == .setsockopt else { return }
    let words = MemoryWords(bytes: memory(registers[3], min(8, Int(max(0, registers.int(4))))))
    arguments.value = words.int32(0)
    if arguments.option == .linger { arguments.lingerSeconds = words.int32(4) }
  }

  private func readSending(
    _ registers: Registers, _ limit: Int, _ arguments: inout CallArguments, _ memory: MemoryReader
  ) {
    let vectors: Vectors
    switch self {
    case .writev, .pwritev2:
      vectors = Vectors(at: registers[1], count: registers.size(2), memory)
      if self == .pwritev2 { arguments.flags = registers.int(5) }
    case .sendmsg:
      let message = MessageHeader(at: registers[1], memory)
      arguments.flags = registers.int(2)
      arguments.address = message?.socketAddress(memory)
      arguments.segmentSizes = message.map { MessageHeader.segmentSizes([$0], memory) } ?? []
      vectors = message?.vectors ?? Vectors(address: 0, length: 0)
    case .sendmmsg:
      let count = Int(UInt32(truncatingIfNeeded: registers[2]))
      let messages = MessageHeader.array(at: registers[1], count: count, memory)
      arguments.flags = registers.int(3)
      arguments.messageLengths = messages.map(\.vectors.count)
      arguments.addresses = messages.map { $0.socketAddress(memory) }
      arguments.segmentSizes = MessageHeader.segmentSizes(messages, memory)
      arguments.count = MessageHeader.sum(messages)
      arguments.payload = messages.first?.vectors.bytes(limit, memory) ?? []
      return
    default:
      vectors = Vectors(address: registers[1], length: registers.size(2))
      if self != .write { arguments.flags = registers.int(3) }
      if self == .sendto {
        arguments.address = SocketAddress.read(
          at: registers[4], length: Int(registers.int(5)), memory)
      }
    }
    arguments.count = vectors.count
    arguments.payload = vectors.bytes(limit, memory)
  }

  private func readReceiving(
    _ registers: Registers, _ arguments: inout CallArguments, _ memory: MemoryReader
  ) {
    switch self {
    case .recvmsg:
      arguments.count = MessageHeader(at: registers[1], memory)?.vectors.count
      arguments.flags = registers.int(2)
    case .recvmmsg:
      let count = Int(UInt32(truncatingIfNeeded: registers[2]))
      let messages = MessageHeader.array(at: registers[1], count: count, memory)
      arguments.count = MessageHeader.sum(messages)
      arguments.flags = registers.int(3)
    default:
      arguments.count = Vectors(at: registers[1], count: registers.size(2), memory).count
      if self == .preadv2 { arguments.flags = registers.int(5) }
    }
  }

  /// sendfile(out, in, offset, count); splice(in, offset, out, offset, count, flags); tee(in, out,
  /// count, flags). The descriptor is the one written to; the recorder turns it where the other one
  /// is the socket.
  private func readMoving(_ registers: Registers, _ arguments: inout CallArguments) {
    switch self {
    case .splice:
      arguments.descriptor = registers.int(2)
      arguments.other = registers.int(0)
      arguments.count = registers.size(4)
      arguments.flags = registers.int(5)
    case .tee:
      arguments.descriptor = registers.int(1)
      arguments.other = registers.int(0)
      arguments.count = registers.size(2)
      arguments.flags = registers.int(3)
    default:
      arguments.other = registers.int(1)
      arguments.count = registers.size(3)
    }
  }
}

extension SocketOption {
  /// SO_LINGER (socket(7)); SOL_SOCKET is 1 on x86 and ARM.
  static let linger = SocketOption(level: 1, name: 13)
}
