extension SystemCall {
  /// Decodes the arguments of a call at its entry, where they are valid.
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
    switch shape {
    case .none, .program: arguments.descriptor = nil
    case .socket:
      arguments.descriptor = nil
      arguments.family = registers.int(0)
      arguments.type = registers.int(1)
      arguments.proto = registers.int(2)
    case .address:
      arguments.address = SocketAddress.read(
        at: registers[1], length: Int(registers.int(2)), memory)
    case .backlog: arguments.backlog = registers.int(1)
    case .peerAndFlags, .how, .pair, .pairAndFlags, .range, .command, .request:
      readNumbers(registers, &arguments)
    case .option: readOption(registers, &arguments, memory)
    case .buffer, .bufferAndFlags, .bufferAndAddress:
      readBuffer(registers, payloadBytes, &arguments, memory)
    case .vectors, .vectorsAndPosition:
      let vectors = Vectors(at: registers[1], count: registers.size(2), memory)
      arguments.count = vectors.count
      if role == .writes { arguments.payload = vectors.bytes(payloadBytes, memory) }
      if shape == .vectorsAndPosition { arguments.flags = registers.int(5) }
    case .message: readMessage(registers, payloadBytes, &arguments, memory)
    case .messages: readMessages(registers, payloadBytes, &arguments, memory)
    case .sendfile, .splice, .tee: readMoving(registers, &arguments)
    case .poll, .pollTimespec, .select, .selectTimespec, .epoll, .epollTimespec, .epollControl:
      readWaiting(registers, &arguments, memory)
    case .peer, .descriptor: break
    }
    readPointers(registers, &arguments, memory)
    return arguments
  }

  /// Which of the pointer arguments are NULL, and how much space the caller has for an address that
  /// the kernel writes.
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

  /// Calls whose arguments are plain numbers.
  private func readNumbers(_ registers: Registers, _ arguments: inout CallArguments) {
    switch shape {
    case .peerAndFlags: arguments.flags = registers.int(3)
    case .pair: arguments.other = registers.int(1)
    case .range:
      // Both ends of the range are unsigned.
      arguments.descriptor = Int32(clamping: UInt32(truncatingIfNeeded: registers[0]))
      arguments.other = Int32(clamping: UInt32(truncatingIfNeeded: registers[1]))
      arguments.flags = registers.int(2)
    case .pairAndFlags:
      arguments.other = registers.int(1)
      arguments.flags = registers.int(2)
    case .command, .request:
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
    guard role == .sets else { return }
    let words = MemoryWords(bytes: memory(registers[3], min(8, Int(max(0, registers.int(4))))))
    arguments.value = words.int32(0)
    if arguments.option == .linger { arguments.lingerSeconds = words.int32(4) }
  }

  private func readBuffer(
    _ registers: Registers, _ limit: Int, _ arguments: inout CallArguments, _ memory: MemoryReader
  ) {
    arguments.count = registers.size(2)
    if shape != .buffer { arguments.flags = registers.int(3) }
    guard role == .writes else { return }
    if shape == .bufferAndAddress {
      arguments.address = SocketAddress.read(
        at: registers[4], length: Int(registers.int(5)), memory)
    }
    let buffer = Vectors(address: registers[1], length: registers.size(2))
    arguments.payload = buffer.bytes(limit, memory)
  }

  private func readMessage(
    _ registers: Registers, _ limit: Int, _ arguments: inout CallArguments, _ memory: MemoryReader
  ) {
    let message = MessageHeader(at: registers[1], memory)
    arguments.flags = registers.int(2)
    arguments.count = message?.vectors.count
    guard role == .writes else { return }
    arguments.count = arguments.count ?? 0
    arguments.address = message?.socketAddress(memory)
    arguments.segmentSizes = message.map { MessageHeader.segmentSizes([$0], memory) } ?? []
    arguments.payload = message?.vectors.bytes(limit, memory) ?? []
  }

  private func readMessages(
    _ registers: Registers, _ limit: Int, _ arguments: inout CallArguments, _ memory: MemoryReader
  ) {
    let count = Int(UInt32(truncatingIfNeeded: registers[2]))
    let messages = MessageHeader.array(at: registers[1], count: count, memory)
    arguments.flags = registers.int(3)
    arguments.count = MessageHeader.sum(messages)
    guard role == .writes else { return }
    arguments.messageLengths = messages.map(\.vectors.count)
    arguments.addresses = messages.map { $0.socketAddress(memory) }
    arguments.segmentSizes = MessageHeader.segmentSizes(messages, memory)
    arguments.payload = messages.first?.vectors.bytes(limit, memory) ?? []
  }

  /// sendfile(out, in, offset, count); splice(in, offset, out, offset, count, flags); tee(in, out,
  /// count, flags). The descriptor is the one written to; the recorder swaps the two where the
  /// other one is the socket.
  private func readMoving(_ registers: Registers, _ arguments: inout CallArguments) {
    switch shape {
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
