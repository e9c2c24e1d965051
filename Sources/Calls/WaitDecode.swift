/// The calls that wait for one of several descriptors: poll(2), select(2), epoll_wait(2).
extension SystemCall {
  /// The most descriptors that are looked at in one call; any more are skipped.
  private static let most = 1024

  /// Reads which descriptors a call watches, and how long.
  func readWaiting(
    _ registers: Registers, _ arguments: inout CallArguments, _ memory: MemoryReader
  ) {
    switch shape {
    case .poll, .pollTimespec:
      arguments.descriptor = nil
      arguments.watched = pollEntries(registers, memory).map(\.descriptor).filter { $0 >= 0 }
      arguments.timeout =
        shape == .poll
        ? Int64(registers.int(2))
        : SystemCall.milliseconds(at: registers[2], per: 1_000_000, memory)
    case .select, .selectTimespec:
      arguments.descriptor = nil
      arguments.watched = selected(registers, memory)
      arguments.timeout = SystemCall.milliseconds(
        at: registers[4], per: shape == .select ? 1_000 : 1_000_000, memory)
    case .epollTimespec:
      arguments.timeout = SystemCall.milliseconds(at: registers[3], per: 1_000_000, memory)
    case .epollControl:
      arguments.flags = registers.int(1)
      arguments.other = registers.int(2)
    default: arguments.timeout = Int64(registers.int(3))
    }
  }

  /// The descriptors that a call found ready; for epoll the data, which the recorder knows.
  func ready(_ registers: Registers, result: Int64, _ memory: MemoryReader) -> [Int32] {
    guard result > 0 else { return [] }
    switch shape {
    case .poll, .pollTimespec:
      return pollEntries(registers, memory).filter { $0.returned != 0 }.map(\.descriptor)
    case .select, .selectTimespec: return selected(registers, memory)
    default: return []
    }
  }

  /// struct pollfd: descriptor (4), events (2), returned events (2).
  private func pollEntries(
    _ registers: Registers, _ memory: MemoryReader
  ) -> [(descriptor: Int32, returned: UInt16)] {
    let count = min(SystemCall.most, registers.size(1))
    let words = MemoryWords(bytes: memory(registers[0], count * 8))
    return (0..<count).compactMap { index in
      guard let descriptor = words.int32(index * 8), let returned = words.uint16(index * 8 + 6)
      else { return nil }
      return (descriptor, returned)
    }
  }

  /// The descriptors in any of the three sets, each a bit map of `nfds` bits in words of 8 bytes.
  private func selected(_ registers: Registers, _ memory: MemoryReader) -> [Int32] {
    let count = min(SystemCall.most, Int(max(0, registers.int(0))))
    var found: Set<Int32> = []
    for argument in 1...3 where registers[argument] != 0 {
      let bits = memory(registers[argument], (count + 63) / 64 * 8)
      for number in 0..<count where number / 8 < bits.count {
        if bits[number / 8] >> UInt8(number % 8) & 1 == 1 { found.insert(Int32(number)) }
      }
    }
    return found.sorted()
  }

  /// A timespec or timeval in milliseconds, rounded up; negative, for no limit, where there is
  /// none.
  private static func milliseconds(
    at address: UInt64, per unit: Int64, _ memory: MemoryReader
  ) -> Int64 {
    guard address != 0 else { return -1 }
    let words = MemoryWords(bytes: memory(address, 16))
    guard let seconds = words.uint64(0), let rest = words.uint64(8) else { return -1 }
    let whole = min(Int64(clamping: seconds), Int64.max / 2000)
    return whole * 1000 + (min(Int64(clamping: rest), Int64.max / 4) + unit - 1) / unit
  }
}

/// What epoll_ctl(2) says about a descriptor: the data that epoll_wait(2) returns for it.
public struct EpollInterest: Hashable, Sendable {
  /// Whether the descriptor is watched from now on; EPOLL_CTL_DEL ends that.
  public var isWatched: Bool
  /// `epoll_data`.
  public var data: UInt64
  /// Whether an event wakes only one of several waits (EPOLLEXCLUSIVE).
  public var isExclusive = false

  /// Makes the interest in a descriptor that is already watched, for these events.
  public init(watchedUnder data: UInt64, events: UInt32) {
    isWatched = true
    self.data = data
    isExclusive = events & EpollInterest.exclusive != 0
  }

  /// EPOLLEXCLUSIVE of epoll_ctl(2).
  private static let exclusive: UInt32 = 1 << 28

  /// Reads the arguments of epoll_ctl: instance, operation, descriptor, event.
  public init?(
    _ registers: Registers, architecture: Architecture, memory: MemoryReader
  ) {
    let delete: Int32 = 2
    isWatched = registers.int(1) != delete
    data = 0
    guard isWatched else { return }
    let words = MemoryWords(bytes: memory(registers[3], architecture.epollEventSize))
    guard let data = words.uint64(architecture.epollDataOffset) else { return nil }
    self.data = data
    isExclusive = (words.uint32(0) ?? 0) & EpollInterest.exclusive != 0
  }

  /// The data of the events that epoll_wait returned: `result` of them.
  public static func ready(
    _ registers: Registers, result: Int64, architecture: Architecture, memory: MemoryReader
  ) -> [UInt64] {
    let count = Int(max(0, min(1024, result)))
    let size = architecture.epollEventSize
    let words = MemoryWords(bytes: memory(registers[1], count * size))
    return (0..<count).compactMap { words.uint64($0 * size + architecture.epollDataOffset) }
  }
}
