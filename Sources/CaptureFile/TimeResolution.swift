/// The unit of the times in a capture file: a power of ten or of two, in seconds.
struct TimeResolution: Hashable, Sendable {
  /// The base, 10 or 2.
  var base: UInt128
  /// The unit is `base` to the power of minus `exponent`.
  var exponent: Int

  static let microseconds = TimeResolution(base: 10, exponent: 6)
  static let nanoseconds = TimeResolution(base: 10, exponent: 9)

  init(base: UInt128, exponent: Int) {
    self.base = base
    self.exponent = exponent
  }

  /// Reads pcapng's `if_tsresol`: the highest bit says base 2, the others are the exponent.
  init(option: UInt8) {
    self.init(base: option & 0x80 == 0 ? 10 : 2, exponent: Int(option & 0x7F))
  }

  /// A time in nanoseconds, `offset` seconds later; never negative, and never too large, so that
  /// two of them can be subtracted.
  func nanoseconds(_ time: UInt64, offset: Int64) -> Int64 {
    // The usual units and no offset: no wider integers are needed.
    if offset == 0, base == 10, exponent == 9 || exponent == 6 {
      let (value, isTooLarge) = time.multipliedReportingOverflow(by: exponent == 9 ? 1 : 1_000)
      return isTooLarge ? Int64.max : Int64(clamping: value)
    }
    let scaled = UInt128(time) * 1_000_000_000  // less than 2^94
    var value: UInt128
    if base == 2 {
      value = scaled >> UInt128(exponent)
    } else if exponent <= 9 {
      // The usual units, micro- and nanoseconds, without a division.
      value = (exponent..<9).reduce(UInt128(time)) { value, _ in value * 10 }
    } else {
      value = scaled
      for _ in 0..<exponent where value > 0 { value /= 10 }
    }
    value = min(value, UInt128(1) << 100)
    return Int64(clamping: max(0, Int128(value) + Int128(offset) * 1_000_000_000))
  }
}
