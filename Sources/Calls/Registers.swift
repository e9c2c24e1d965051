/// The six argument registers of a system call, as the kernel takes them.
public struct Registers: Hashable, Sendable {
  var values: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  /// Takes the registers in the order of the arguments.
  public init(
    _ first: UInt64 = 0, _ second: UInt64 = 0, _ third: UInt64 = 0, _ fourth: UInt64 = 0,
    _ fifth: UInt64 = 0, _ sixth: UInt64 = 0
  ) {
    values = (first, second, third, fourth, fifth, sixth)
  }

  /// The argument at `index`, from 0 to 5.
  public subscript(index: Int) -> UInt64 {
    switch index {
    case 0: values.0
    case 1: values.1
    case 2: values.2
    case 3: values.3
    case 4: values.4
    default: values.5
    }
  }

  /// The argument as a C int: its lower half.
  func int(_ index: Int) -> Int32 { Int32(truncatingIfNeeded: self[index]) }

  /// The argument as a size, never negative.
  func size(_ index: Int) -> Int { Int(clamping: self[index]) }

  /// Whether two calls were given the same arguments.
  public static func == (one: Registers, other: Registers) -> Bool {
    (0..<6).allSatisfy { one[$0] == other[$0] }
  }

  /// Hashes all six.
  public func hash(into hasher: inout Hasher) {
    for index in 0..<6 { hasher.combine(self[index]) }
  }
}

/// Reads the memory of a traced program: address and bytes wanted; returns fewer where there are no
/// more, none where the address is invalid.
public typealias MemoryReader = (_ address: UInt64, _ count: Int) -> [UInt8]

/// Numbers in a program's memory; x86-64 and arm64 as Linux runs them are little-endian.
struct MemoryWords {
  var bytes: [UInt8]

  func uint16(_ offset: Int) -> UInt16? { number(offset, 2).map { UInt16(truncatingIfNeeded: $0) } }
  func uint32(_ offset: Int) -> UInt32? { number(offset, 4).map { UInt32(truncatingIfNeeded: $0) } }
  func uint64(_ offset: Int) -> UInt64? { number(offset, 8) }
  func int32(_ offset: Int) -> Int32? { uint32(offset).map { Int32(bitPattern: $0) } }

  private func number(_ offset: Int, _ size: Int) -> UInt64? {
    guard offset + size <= bytes.count else { return nil }
    return (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }
}
