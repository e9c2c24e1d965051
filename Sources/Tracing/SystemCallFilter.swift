import CPtrace
import Calls

/// The seccomp(2) filter that stops a traced program at the calls that are recorded, and at no
/// others: a bpf(4) program over struct seccomp_data.
struct SystemCallFilter {
  private(set) var code: [sock_filter] = []

  /// The filter's data at its stops, which no other filter is likely to use: SECCOMP_RET_DATA.
  static let mark: UInt32 = 0x5C1E

  /// Makes an architecture's filter for the calls of a table.
  init(_ architecture: Architecture, table: SystemCallTable = .linux) {
    add(.load, Offset.architecture)
    // Another instruction set (a 32-bit program) has other numbers: it runs on untraced.
    add(.jumpIfEqual, tracer_architecture(), yes: 1)
    add(.give, Verdict.allow)
    add(.load, Offset.number)
    // The filter tests one call after the other: first those that may run on without a stop.
    let stopping = table.rows.filter { $0.stops != .never }
    for row in stopping.filter({ $0.stops != .always }) + stopping.filter({ $0.stops == .always }) {
      guard let number = row.number(on: architecture) else { continue }
      trace(number, condition: SystemCallFilter.condition(of: row))
    }
    trace(architecture.restart, condition: nil)
    add(.give, Verdict.allow)
  }

  /// Which calls of one number stop, by the lower half of an argument.
  private struct Condition {
    var argument: Int
    var values: [UInt32]
    /// Whether the values are those that stop, rather than those that do not.
    var isList: Bool
    /// Bits of the argument that stop; then there are no values.
    var bits: UInt32 = 0
  }

  /// Whether a call of a program without a filter is one that the filter would stop.
  static func stops(_ call: SystemCall, _ registers: Registers) -> Bool {
    guard let row = SystemCallTable.linux.row(named: call.rawValue) else { return false }
    guard let condition = condition(of: row) else { return row.stops == .always }
    let value = UInt32(truncatingIfNeeded: registers[condition.argument])
    if condition.bits != 0 { return value & condition.bits != 0 }
    return condition.values.contains(value) == condition.isList
  }

  private static func condition(of row: SystemCallRow) -> Condition? {
    switch row.stops {
    case .never, .always: nil
    case .among(let argument, let one, let other):
      Condition(argument: argument, values: one == other ? [one] : [one, other], isList: true)
    case .unless(let argument, let value):
      Condition(argument: argument, values: [value], isList: false)
    case .withBits(let argument, let bits):
      Condition(argument: argument, values: [], isList: true, bits: bits)
    }
  }

  /// Adds the test of one call.
  private mutating func trace(_ number: Int, condition: Condition?) {
    let size = condition.map { $0.bits != 0 ? 4 : $0.values.count * 2 + 2 } ?? 1
    add(.jumpIfEqual, UInt32(number), no: UInt8(size))
    if let condition {
      add(.load, Offset.arguments + 8 * UInt32(condition.argument))
      if condition.bits != 0 {
        add(.jumpIfSet, condition.bits, no: 1)
        add(.give, Verdict.trace)
      }
      for value in condition.values {
        add(.jumpIfEqual, value, no: 1)
        add(.give, condition.isList ? Verdict.trace : Verdict.allow)
      }
      add(.give, condition.isList ? Verdict.allow : Verdict.trace)
    } else {
      add(.give, Verdict.trace)
    }
  }

  private mutating func add(
    _ operation: Operation, _ value: UInt32, yes: UInt8 = 0, no: UInt8 = 0
  ) {
    code.append(sock_filter(code: operation.rawValue, jt: yes, jf: no, k: value))
  }

  /// BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JSET|BPF_K, BPF_RET|BPF_K
  /// (linux/bpf_common.h).
  private enum Operation: UInt16 {
    case load = 0x20
    case jumpIfEqual = 0x15
    case jumpIfSet = 0x45
    case give = 0x06
  }

  /// Offsets in struct seccomp_data (seccomp(2)); the lower half of an argument comes first.
  private enum Offset {
    static let number: UInt32 = 0
    static let architecture: UInt32 = 4
    static let arguments: UInt32 = 16
  }

  /// SECCOMP_RET_TRACE, SECCOMP_RET_ALLOW (linux/seccomp.h).
  private enum Verdict {
    static let trace: UInt32 = 0x7FF0_0000 | mark
    static let allow: UInt32 = 0x7FFF_0000
  }
}

extension Architecture {
  /// This machine's architecture.
  static var own: Architecture {
    #if arch(x86_64)
      .amd64
    #elseif arch(arm64)
      .arm64
    #endif
  }
}
