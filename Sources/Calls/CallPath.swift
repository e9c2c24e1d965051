/// A thread at the entry of a call: enough to find out later how it got there.
public struct CallPath: Hashable, Sendable {
  /// Its number, from 1; calls made by the same path have the same number.
  public var number: Int
  /// The process.
  public var process: Int32
  /// Where the process's code was mapped.
  public var code: CodeMap
  /// The program counter.
  public var counter: UInt64
  /// The registers by their DWARF numbers.
  public var registers: [UInt64]
  /// The address of `stack`: the stack pointer.
  public var stackPointer: UInt64
  /// The memory from there on.
  public var stack: [UInt8]

  /// Makes a path.
  public init(
    number: Int, process: Int32, code: CodeMap, counter: UInt64, registers: [UInt64],
    stackPointer: UInt64, stack: [UInt8]
  ) {
    self.number = number
    self.process = process
    self.code = code
    self.counter = counter
    self.registers = registers
    self.stackPointer = stackPointer
    self.stack = stack
  }

  /// The word at an address; nil outside `stack`.
  public func word(at address: UInt64) -> UInt64? {
    guard address >= stackPointer, address - stackPointer <= UInt64(stack.count),
      Int(address - stackPointer) + 8 <= stack.count
    else { return nil }
    let place = Int(address - stackPointer)
    return (0..<8).reduce(0) { $0 | UInt64(stack[place + $1]) << UInt64(8 * $1) }
  }
}

/// Where the code of a process is mapped, from exec until a library is loaded.
public struct CodeMap: Hashable, Sendable {
  /// What distinguishes it from those of other programs, and of this one at other times.
  public var number: Int
  /// The text of /proc/PID/maps (proc(5)).
  public var text: [UInt8]

  /// Makes a map.
  public init(number: Int, text: [UInt8]) {
    self.number = number
    self.text = text
  }

  /// A mapping: where it begins, where it ends, and whether it can be executed.
  public struct Part: Hashable, Sendable {
    /// The first address.
    public var start: UInt64
    /// The address after the last.
    public var end: UInt64
    /// Whether it contains code.
    public var isCode: Bool
  }

  /// The lines of the mappings that contain code.
  public var codeLines: [ArraySlice<UInt8>] {
    text.split(separator: 0x0A).filter { CodeMap.part($0)?.isCode ?? false }
  }

  /// The mappings in address order.
  public var parts: [Part] { text.split(separator: 0x0A).compactMap { CodeMap.part($0) } }

  /// Reads `7f12a000-7f12c000 r-xp 00000000 ...`.
  private static func part(_ line: ArraySlice<UInt8>) -> Part? {
    let words = line.prefix { $0 != 0x20 }.split(separator: UInt8(ascii: "-"))
    guard words.count == 2, let start = number(words[0]), let end = number(words[1]), start < end
    else { return nil }
    let rights = line.drop { $0 != 0x20 }.dropFirst()
    return Part(start: start, end: end, isCode: rights.dropFirst(2).first == UInt8(ascii: "x"))
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard 1...16 ~= digits.count else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      guard let bits = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
      value = value << 4 | UInt64(bits)
    }
    return value
  }
}
