@testable import Calls

/// The memory of a program that does not exist: bytes at addresses, and nothing between.
struct FakeMemory {
  private var bytes: [UInt64: UInt8] = [:]

  /// Puts bytes at an address.
  mutating func put(_ new: [UInt8], at address: UInt64) {
    for (offset, byte) in new.enumerated() { bytes[address &+ UInt64(offset)] = byte }
  }

  /// Makes memory with pieces in it.
  init(_ pieces: [UInt64: [UInt8]] = [:]) {
    for (address, piece) in pieces { put(piece, at: address) }
  }

  /// What a tracer reads: as much as is there in one run, none where the address is wrong.
  var reader: MemoryReader {
    { [bytes] address, count in
      var result: [UInt8] = []
      while result.count < count, let byte = bytes[address &+ UInt64(result.count)] {
        result.append(byte)
      }
      return result
    }
  }
}

/// Structures as a 64-bit little-endian kernel reads them.
enum Bytes {
  static func of<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
  }

  /// struct sockaddr_in.
  static func internet4(_ address: [UInt8], _ port: UInt16) -> [UInt8] {
    of(UInt16(2)) + of(port.byteSwapped) + address + [UInt8](repeating: 0, count: 8)
  }

  /// struct sockaddr_in6, with a flow label and a scope that are not read.
  static func internet6(_ address: [UInt8], _ port: UInt16) -> [UInt8] {
    of(UInt16(10)) + of(port.byteSwapped) + [9, 9, 9, 9] + address + of(UInt32(3))
  }

  /// struct iovec, one after the other.
  static func vectors(_ pieces: [(UInt64, UInt64)]) -> [UInt8] {
    pieces.flatMap { of($0.0) + of($0.1) }
  }

  /// struct msghdr.
  static func message(
    name: UInt64 = 0, nameLength: UInt32 = 0, vectors: UInt64, count: UInt64
  ) -> [UInt8] {
    of(name) + of(nameLength) + [0, 0, 0, 0] + of(vectors) + of(count)
      + [UInt8](repeating: 0, count: 24)
  }

  /// struct mmsghdr.
  static func message(_ header: [UInt8], transferred: UInt32) -> [UInt8] {
    header + of(transferred) + [0, 0, 0, 0]
  }

  /// struct pollfd.
  static func poll(_ descriptor: Int32, returned: UInt16 = 0) -> [UInt8] {
    of(descriptor) + of(UInt16(1)) + of(returned)
  }
}

extension SystemCall {
  /// What it is asked, with room for 16 bytes of payload.
  func asked(_ registers: Registers, _ memory: FakeMemory = FakeMemory()) -> CallArguments {
    var arguments = arguments(registers, payloadBytes: 16, memory: memory.reader)
    // Of these `pointed` tells.
    arguments.nulls = nil
    arguments.addressRoom = nil
    return arguments
  }

  /// Which pointers are NULL, and the room for an address.
  func pointed(
    _ registers: Registers, _ memory: FakeMemory = FakeMemory()
  ) -> (nulls: UInt8?, room: Int32?) {
    let arguments = arguments(registers, payloadBytes: 16, memory: memory.reader)
    return (arguments.nulls, arguments.addressRoom)
  }

  /// What it gave back.
  func gave(
    _ result: Int64, _ registers: Registers, _ memory: FakeMemory = FakeMemory()
  ) -> CallOutcome {
    outcome(result: result, registers, payloadBytes: 16, memory: memory.reader)
  }
}

/// Arguments with some fields set.
func arguments(_ fill: (inout CallArguments) -> Void) -> CallArguments {
  var arguments = CallArguments()
  fill(&arguments)
  return arguments
}

/// An outcome with some fields set.
func outcome(_ result: Int64, _ fill: (inout CallOutcome) -> Void = { _ in }) -> CallOutcome {
  var outcome = CallOutcome(result: result)
  fill(&outcome)
  return outcome
}
