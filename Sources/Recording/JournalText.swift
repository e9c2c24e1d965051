import Text

/// Foreign text as it is stored in a field of a journal entry, which ends with the line.
///
/// It is escaped as in C: a line feed in a value would begin another field, and Wireshark shows
/// text unescaped.
enum JournalText {
  /// The text with backslashes, control characters, and characters that are invisible or reorder
  /// text written as `\\`, `\n`, `\r`, `\t` or `\xff`, byte by byte.
  ///
  /// - Parameter separators: ASCII characters that separate texts where this one will be. They are
  ///   escaped too, and so is everything that is not ASCII: a combining mark after a separator
  ///   would hide it.
  static func escaped(_ text: String, separators: String = "") -> String {
    if isPlain(text, separators) { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count + 8)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where isHarmful(scalar) || isSeparator(scalar, separators):
        for byte in String(scalar).utf8 { result += "\\x" + hexadecimal(byte) }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Adds an escaped text to a line.
  static func add(escaped text: String, to line: inout [UInt8]) {
    line.add(isPlain(text, "") ? text : escaped(text))
  }

  /// Whether nothing in a text is to be escaped.
  private static func isPlain(_ text: String, _ separators: String) -> Bool {
    let bytes = text.utf8Span.span
    for index in bytes.indices {
      let byte = bytes[index]
      guard 0x20...0x7E ~= byte, byte != 0x5C else { return false }
      if !separators.isEmpty, separators.utf8.contains(byte) { return false }
    }
    return true
  }

  /// The original of an escaped text; what is not an escape stays as it is.
  static func unescaped(_ text: some StringProtocol) -> String {
    if !text.utf8.contains(0x5C) { return String(text) }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      index += 2
      switch (byte, next) {
      case (0x5C, 0x5C): result.append(0x5C)
      case (0x5C, UInt8(ascii: "n")): result.append(0x0A)
      case (0x5C, UInt8(ascii: "r")): result.append(0x0D)
      case (0x5C, UInt8(ascii: "t")): result.append(0x09)
      case (0x5C, UInt8(ascii: "x")):
        if let value = self.bytes(hexadecimal: bytes[min(index, bytes.count)...].prefix(2)).first {
          result.append(value)
          index += 2
        } else {
          result += [byte, next]
        }
      default:
        result.append(byte)
        index -= 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Texts in quotes, separated by spaces: `"curl" "-s"`.
  static func list(_ texts: [String]) -> String {
    texts.map { "\"" + escaped($0, separators: "\"") + "\"" }.joined(separator: " ")
  }

  /// The texts of a list; what is outside the quotes is left out.
  static func texts(ofList text: some StringProtocol) -> [String] {
    let pieces = text.split(separator: "\"", omittingEmptySubsequences: false)
    return pieces.indices.filter { $0 % 2 == 1 && $0 + 1 < pieces.count }
      .map { unescaped(pieces[$0]) }
  }

  /// Bytes as hexadecimal digits.
  static func hexadecimal(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = []
    add(hexadecimal: bytes, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// Adds bytes as hexadecimal digits.
  static func add(hexadecimal bytes: [UInt8], to line: inout [UInt8]) {
    line.reserveCapacity(line.count + bytes.count * 2)
    for byte in bytes {
      line.append(digit(byte >> 4))
      line.append(digit(byte & 0xF))
    }
  }

  /// The bytes of hexadecimal digits; none where any character is not a digit.
  static func bytes(hexadecimal text: some StringProtocol) -> [UInt8] {
    bytes(hexadecimal: Array(text.utf8)[...])
  }

  private static func bytes(hexadecimal digits: ArraySlice<UInt8>) -> [UInt8] {
    guard digits.count.isMultiple(of: 2) else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: digits.startIndex, to: digits.endIndex, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return [] }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func hexadecimal(_ byte: UInt8) -> String { hexadecimal([byte]) }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static func isSeparator(_ scalar: Unicode.Scalar, _ separators: String) -> Bool {
    !separators.isEmpty && (!scalar.isASCII || separators.unicodeScalars.contains(scalar))
  }

  /// Whether a character is invisible, reorders others, or is unknown.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    if 0x20...0x7E ~= scalar.value { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
