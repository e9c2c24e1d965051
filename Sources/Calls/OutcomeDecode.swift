extension SystemCall {
  /// The largest error number; results from minus this to -1 are errors (errno(3)).
  private static let greatestError: Int64 = 4095

  /// Decodes what a call returned, at its return.
  ///
  /// - Parameters:
  ///   - result: the result register.
  ///   - registers: the argument registers at the entry.
  ///   - payloadBytes: bytes of payload to keep.
  ///   - memory: reads the program's memory.
  public func outcome(
    result: Int64, _ registers: Registers, payloadBytes: Int, memory: MemoryReader
  ) -> CallOutcome {
    guard !(-SystemCall.greatestError..<0 ~= result) else {
      return CallOutcome(result: result, error: Errno(Int32(-result)))
    }
    var outcome = CallOutcome(result: result)
    switch shape {
    case .peer, .peerAndFlags:
      outcome.address = SocketAddress.read(at: registers[1], lengthAt: registers[2], memory)
    case .buffer, .bufferAndFlags, .bufferAndAddress, .vectors, .vectorsAndPosition, .message,
      .messages:
      if role == .reads { readReceived(registers, payloadBytes, &outcome, memory) }
      if role == .writes, gives == .messages {
        outcome.messageLengths = MessageHeader.array(
          at: registers[1], count: Int(result), memory
        ).map { $0.transferred ?? 0 }
      }
    case .option:
      if role == .asks { outcome.value = MemoryWords(bytes: memory(registers[3], 4)).int32(0) }
    case .poll, .pollTimespec, .select, .selectTimespec:
      outcome.ready = ready(registers, result: result, memory)
    case .none, .program, .socket, .descriptor, .address, .backlog, .how, .pair, .pairAndFlags,
      .range, .command, .request, .sendfile, .splice, .tee, .epoll, .epollTimespec, .epollControl:
      break
    }
    return outcome
  }

  private func readReceived(
    _ registers: Registers, _ limit: Int, _ outcome: inout CallOutcome, _ memory: MemoryReader
  ) {
    let count = Int(outcome.result)
    // With MSG_TRUNC the result may be more than there was space for (recv(2)).
    var vectors = Vectors(address: registers[1], length: min(count, registers.size(2)))
    switch shape {
    case .vectors, .vectorsAndPosition:
      vectors = Vectors(at: registers[1], count: registers.size(2), memory)
    case .bufferAndAddress:
      outcome.address = SocketAddress.read(at: registers[4], lengthAt: registers[5], memory)
    case .message:
      guard let message = MessageHeader(at: registers[1], memory) else { return }
      outcome.address = message.socketAddress(memory)
      vectors = message.vectors
    case .messages:
      let messages = MessageHeader.array(at: registers[1], count: count, memory)
      outcome.messageLengths = messages.map { $0.transferred ?? 0 }
      outcome.address = messages.first?.socketAddress(memory)
      guard let first = messages.first else { return }
      outcome.payload = first.vectors.bytes(min(limit, first.transferred ?? 0), memory)
      return
    default: break
    }
    outcome.payload = vectors.bytes(min(limit, count), memory)
  }
}
