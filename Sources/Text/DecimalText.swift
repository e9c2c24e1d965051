/// Whole numbers and texts, added to lines of bytes: a text of its own for each costs several times as
/// much.
public enum DecimalText {
  /// Adds a number.
  public static func add(_ value: Int, to line: inout [UInt8]) {
    if value < 0 { line.append(UInt8(ascii: "-")) }
    add(UInt64(value.magnitude), to: &line)
  }

  /// Adds a number that is not negative.
  ///
  /// - Parameter least: digits at least, with zeros before.
  public static func add(_ value: UInt64, atLeast least: Int = 1, to line: inout [UInt8]) {
    let count = max(least, digits(value))
    line.append(addingCapacity: count) { out in
      // From the first digit on, by the power of ten that it stands for.
      var (rest, unit) = (value, power(count - 1))
      for _ in 0..<count {
        let (digit, less) = rest.quotientAndRemainder(dividingBy: unit)
        out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
        (rest, unit) = (less, max(1, unit / 10))
      }
    }
  }

  /// How many digits a number has.
  private static func digits(_ value: UInt64) -> Int {
    var (count, limit) = (1, UInt64(10))
    while value >= limit {
      count += 1
      let (next, isOver) = limit.multipliedReportingOverflow(by: 10)
      if isOver { break }
      limit = next
    }
    return count
  }

  /// Ten to the power of a number from 0 to 19.
  private static func power(_ exponent: Int) -> UInt64 {
    (0..<min(exponent, 19)).reduce(1) { power, _ in power * 10 }
  }
}

extension [UInt8] {
  /// Adds a text, faster than `append(contentsOf:)` where it is short.
  public mutating func add(_ text: String) {
    let bytes = text.utf8Span.span
    append(addingCapacity: bytes.count) { out in
      for index in bytes.indices { out.append(bytes[index]) }
    }
  }
}
