import Testing

@testable import Calls

/// Nothing that a program may put into registers and memory ends the recorder.
@Suite struct HostileTests {
  /// SplitMix64 (Steele, Lea and Flood, 2014).
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }

    /// A number of the kinds that break things.
    mutating func awkward() -> UInt64 {
      let extremes: [UInt64] = [
        0, 1, 2, 7, 16, 63, 1024, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 62,
        .max >> 1, (.max >> 1) + 1, .max - 7, .max,
      ]
      return Bool.random(using: &self)
        ? extremes.randomElement(using: &self) ?? 0 : next() >> (next() % 64)
    }

    /// Memory everywhere: of every read a part, made of awkward numbers.
    mutating func reader() -> MemoryReader {
      let seed = next()
      return { address, count in
        var numbers = Numbers(state: seed ^ address)
        let most = Int(numbers.next() % 5) == 0 ? Int(numbers.next() % 64) : 4096
        var bytes: [UInt8] = []
        while bytes.count < min(count, most) {
          let word = numbers.awkward()
          bytes += (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        }
        return Array(bytes.prefix(max(0, min(count, most))))
      }
    }
  }

  @Test(arguments: SystemCall.allCases) func neverTraps(_ call: SystemCall) {
    let seed = UInt64.random(in: 0...UInt64.max)
    // Printed first: should the next lines trap, the seed is all that is left.
    print("\(call.rawValue): seed \(seed)")
    var numbers = Numbers(state: seed)
    for _ in 0..<40 {
      let registers = Registers(
        numbers.awkward(), numbers.awkward(), numbers.awkward(), numbers.awkward(),
        numbers.awkward(), numbers.awkward())
      let result = Int64(bitPattern: numbers.awkward())
      let limit = Int(numbers.next() % 3) * 100
      let reader = numbers.reader()
      let asked = call.arguments(registers, payloadBytes: limit, memory: reader)
      let gave = call.outcome(result: result, registers, payloadBytes: limit, memory: reader)
      #expect(asked.payload.count <= limit)
      #expect(gave.payload.count <= limit)
      #expect(asked.count ?? 0 >= 0)
      #expect(asked.watched.count <= 1024 && gave.ready.count <= 1024)
      #expect(asked.watched.allSatisfy { $0 >= 0 })
      #expect(asked.messageLengths.count <= 1024 && gave.messageLengths.count <= 1024)
      for architecture in Architecture.allCases {
        _ = EpollInterest(registers, architecture: architecture, memory: reader)
        let ready = EpollInterest.ready(
          registers, result: result, architecture: architecture, memory: reader)
        #expect(ready.count <= 1024)
      }
    }
  }
}
