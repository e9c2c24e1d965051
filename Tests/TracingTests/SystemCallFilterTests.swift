import CPtrace
import Calls
import Testing

@testable import Tracing

/// The filter is run here as the kernel runs it.
@Suite struct SystemCallFilterTests {
  /// What seccomp(2) gives a filter to look at.
  struct Asked {
    var number: Int
    var architecture = tracer_architecture()
    var arguments: [UInt64] = []

    /// The word at an offset of struct seccomp_data.
    func word(_ offset: UInt32) -> UInt32? {
      switch offset {
      case 0: return UInt32(number)
      case 4: return architecture
      case 16..<64 where offset % 4 == 0:
        let index = Int(offset - 16) / 8
        let whole = index < arguments.count ? arguments[index] : 0
        return UInt32(truncatingIfNeeded: offset % 8 == 0 ? whole : whole >> 32)
      default: return nil
      }
    }
  }

  enum Verdict: Equatable { case stops, runs, broken(String) }

  /// Runs the program: loads, jumps on equality or a bit, and returns are all it may hold.
  private func verdict(_ filter: SystemCallFilter, _ asked: Asked) -> Verdict {
    var (accumulator, place) = (UInt32(0), 0)
    while place < filter.code.count {
      let instruction = filter.code[place]
      place += 1
      switch instruction.code {
      case 0x20:
        guard let word = asked.word(instruction.k) else { return .broken("load") }
        accumulator = word
      case 0x15: place += Int(accumulator == instruction.k ? instruction.jt : instruction.jf)
      case 0x45: place += Int(accumulator & instruction.k != 0 ? instruction.jt : instruction.jf)
      case 0x06:
        switch instruction.k {
        case 0x7FF0_0000 | SystemCallFilter.mark: return .stops
        case 0x7FFF_0000: return .runs
        default: return .broken("verdict \(instruction.k)")
        }
      default: return .broken("code \(instruction.code)")
      }
    }
    return .broken("runs off the end")
  }

  private func verdict(
    _ call: SystemCall, _ arguments: [UInt64] = [], on architecture: Architecture
  ) -> Verdict? {
    architecture.number(of: call).map {
      verdict(SystemCallFilter(architecture), Asked(number: $0, arguments: arguments))
    }
  }

  /// Every call of the table stops, with arguments that can wait.
  @Test(arguments: Architecture.allCases) func everyCall(_ architecture: Architecture) {
    for row in SystemCallTable.linux.rows {
      let call = row.call
      guard let number = row.number(on: architecture) else { continue }
      var arguments: [UInt64] = [3, 1, 5, 5, 5, 5]
      switch row.stops {
      case .among(let argument, let value, _), .withBits(let argument, let value):
        arguments[argument] = UInt64(value)
      case .unless(let argument, let value): arguments[argument] = UInt64(value) + 1
      case .always, .never: break
      }
      let asked = Asked(number: number, arguments: arguments)
      let expected: Verdict = row.stops == .never ? .runs : .stops
      #expect(verdict(SystemCallFilter(architecture), asked) == expected, "\(call.rawValue)")
    }
    let restart = Asked(number: architecture.restart)
    #expect(verdict(SystemCallFilter(architecture), restart) == .stops)
  }

  @Test(arguments: Architecture.allCases) func otherCalls(_ architecture: Architecture) {
    let known = Set(SystemCall.allCases.compactMap { architecture.number(of: $0) })
    for number in 0..<600 where !known.contains(number) && number != architecture.restart {
      #expect(verdict(SystemCallFilter(architecture), Asked(number: number)) == .runs, "\(number)")
    }
    // The x32 calls have the same architecture and a high bit.
    let high = Asked(number: 0x4000_0000 | (architecture.number(of: .read) ?? 0))
    #expect(verdict(SystemCallFilter(architecture), high) == .runs)
  }

  /// Another instruction set has other numbers: its programs run on untraced, without stops.
  @Test func otherInstructionSets() {
    for number in 0..<600 {
      let asked = Asked(number: number, architecture: 0x4000_0003)
      #expect(verdict(SystemCallFilter(.own), asked) == .runs)
    }
  }

  /// clone() stops where its child would be untraced; prctl() and seccomp() where they make a filter.
  @Test(arguments: Architecture.allCases) func filtersAndChildren(_ architecture: Architecture) {
    #expect(verdict(.clone, [0x11], on: architecture) == .runs)
    #expect(verdict(.clone, [0x80_0000], on: architecture) == .stops)
    // A flag of the upper half is another one.
    #expect(verdict(.clone, [0x80_0000_0000_0000], on: architecture) == .runs)
    for option in [4, 15, 21, 38] as [UInt64] {
      #expect(verdict(.prctl, [option], on: architecture) == .runs)
    }
    for operation in [2, 3] as [UInt64] {
      #expect(verdict(.seccomp, [operation], on: architecture) == .runs)
    }
    #expect(verdict(.seccomp, [0], on: architecture) == .stops)
  }

  @Test(arguments: Architecture.allCases) func families(_ architecture: Architecture) {
    func socket(_ family: UInt64) -> Verdict? {
      verdict(.socket, [family, 1, 0], on: architecture)
    }
    #expect(socket(2) == .stops)
    #expect(socket(10) == .stops)
    // AF_UNIX, AF_NETLINK, AF_PACKET; an int is the lower half.
    for family in [0, 1, 16, 17] as [UInt64] { #expect(socket(family) == .runs) }
    #expect(socket(0xFFFF_FFFF_0000_0002) == .stops)
  }

  @Test(arguments: Architecture.allCases) func commands(_ architecture: Architecture) {
    // F_DUPFD, F_DUPFD_CLOEXEC; not F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_SETLK.
    for command in [0, 1030] as [UInt64] {
      #expect(verdict(.fcntl, [3, command], on: architecture) == .stops)
    }
    for command in [1, 2, 3, 4, 6] as [UInt64] {
      #expect(verdict(.fcntl, [3, command], on: architecture) == .runs)
    }
  }

  /// A wait of zero milliseconds is a question, not a wait.
  @Test(arguments: Architecture.allCases) func waits(_ architecture: Architecture) {
    for timeout in [0xFFFF_FFFF, 1, 1000] as [UInt64] {
      #expect(verdict(.poll, [0, 1, timeout], on: architecture) ?? .stops == .stops)
      #expect(verdict(.epollWait, [4, 0, 1, timeout], on: architecture) ?? .stops == .stops)
      #expect(verdict(.epollPwait, [4, 0, 1, timeout], on: architecture) == .stops)
    }
    #expect(verdict(.poll, [0, 1, 0], on: architecture) ?? .runs == .runs)
    #expect(verdict(.epollWait, [4, 0, 1, 0], on: architecture) ?? .runs == .runs)
    #expect(verdict(.epollPwait, [4, 0, 1, 0], on: architecture) == .runs)
  }

  /// The kernel takes 4,096 instructions (BPF_MAXINSNS).
  @Test(arguments: Architecture.allCases) func length(_ architecture: Architecture) {
    #expect(SystemCallFilter(architecture).code.count < 200)
  }
}
