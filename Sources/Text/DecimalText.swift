/// Whole numbers and texts, added to lines of bytes: a text of its own for each costs several times as
/// much.
public enum DecimalText {
  /// Adds a number.
  public static func add(_ value: Int, to line: inout [UInt8]) {
    if value < 0 { line.append(UInt8(ascii: "-")) }
    add(UInt64(value.magnitude), to: &line)
  }

  /// Characters of a number.
  public static func count(_ value: Int) -> Int {
    var (count, rest) = (value < 0 ? 2 : 1, value.magnitude)
    while rest >= 10 {
      count += 1
      rest /= 10
    }
    return count
  }

  /// Adds a number that is not negative.
  ///
  /// - Parameter least: digits at least, 20 at most, with zeros before.
  public static func add(_ value: UInt64, atLeast least: Int = 1, to line: inout [UInt8]) {
    if value < 10, least == 1 { return line.append(UInt8(ascii: "0") + UInt8(value)) }
    line.append(addingCapacity: 20) { put(value, atLeast: least, to: &$0) }
  }

  private static func put(_ value: UInt64, atLeast least: Int, to out: inout OutputSpan<UInt8>) {
    if value >= 10 || least > 1 { put(value / 10, atLeast: least - 1, to: &out) }
    out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
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
