/// The descriptors that messages carry (SCM_RIGHTS, unix(7)).
public enum PassedDescriptors {
  /// Those that sendmsg and sendmmsg offer, and that recvmsg and recvmmsg returned.
  ///
  /// - Parameter messages: how many messages of sendmmsg and recvmmsg count.
  public static func read(
    _ call: SystemCall, _ registers: Registers, messages: Int, memory: MemoryReader
  ) -> [Int32] {
    headers(call, registers, messages).flatMap { place in
      controls(at: place, memory).map { descriptors(in: memory($0.address, $0.length)) } ?? []
    }
  }

  /// Whether a message has space for descriptors.
  public static func hasRoom(
    _ call: SystemCall, _ registers: Registers, memory: MemoryReader
  ) -> Bool {
    headers(call, registers, 1).contains { controls(at: $0, memory) != nil }
  }

  /// Whether the message stays in the queue (MSG_PEEK): its descriptors are still in flight.
  public static func isPeek(_ call: SystemCall, _ registers: Registers) -> Bool {
    registers.int(call.shape == .messages ? 3 : 2) & MessageFlag.peek != 0
  }

  /// Where the headers of the messages are.
  private static func headers(
    _ call: SystemCall, _ registers: Registers, _ messages: Int
  ) -> [UInt64] {
    switch call.shape {
    case .message: return [registers[1]]
    case .messages:
      let most = 64
      return (0..<max(0, min(messages, most))).map {
        registers[1] &+ UInt64($0 * MessageHeader.sizeInArray)
      }
    default: return []
    }
  }

  /// A struct cmsghdr with a single descriptor.
  private static let smallest = 20

  /// Where the ancillary data of a message is; nil where it has none.
  private static func controls(
    at place: UInt64, _ memory: MemoryReader
  ) -> (address: UInt64, length: Int)? {
    let words = MemoryWords(bytes: memory(place, MessageHeader.size))
    guard let address = words.uint64(32), let length = words.uint64(40), address != 0,
      length >= UInt64(smallest)
    else { return nil }
    return (address, Int(min(length, 8192)))
  }

  /// Reads ancillary data: length, level, type and data of each piece, aligned to 8 bytes.
  private static func descriptors(in bytes: [UInt8]) -> [Int32] {
    let words = MemoryWords(bytes: bytes)
    let header = 16
    var found: [Int32] = []
    var offset = 0
    while let length = words.uint64(offset), length >= UInt64(header),
      length <= UInt64(bytes.count - offset)
    {
      let isRights = words.int32(offset + 8) == 1 && words.int32(offset + 12) == 1
      if isRights {
        for place in stride(from: offset + header, to: offset + Int(length) - 3, by: 4) {
          if let number = words.int32(place) { found.append(number) }
        }
      }
      offset += (Int(length) + 7) & ~7
    }
    return found
  }
}
