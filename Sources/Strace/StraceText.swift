/// A place in a line of an strace log.
///
/// Every read is checked against the end of the line: past it there is nothing.
struct StraceText {
  let bytes: [UInt8]
  var place: Int

  init(_ bytes: [UInt8], at place: Int = 0) {
    self.bytes = bytes
    self.place = place
  }

  /// The byte at the place; 0 at the end.
  var next: UInt8 { place < bytes.count ? bytes[place] : 0 }
  var isAtEnd: Bool { place >= bytes.count }

  /// The byte this many places further on; 0 past the end.
  func peek(_ count: Int) -> UInt8 {
    place + count < bytes.count ? bytes[place + count] : 0
  }

  func starts(with text: StaticString) -> Bool {
    guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
    return "\(text)".utf8.elementsEqual(
      bytes[place..<(place + text.utf8CodeUnitCount)])
  }

  /// Skips `text` if it comes next.
  mutating func take(_ text: StaticString) -> Bool {
    guard starts(with: text) else { return false }
    place += text.utf8CodeUnitCount
    return true
  }

  /// Skips a byte if it comes next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard !isAtEnd, next == byte else { return false }
    place += 1
    return true
  }

  mutating func skipSpaces() {
    while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { place += 1 }
  }

  /// The bytes that fit, up to the first that does not.
  mutating func run(while fits: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = place
    while place < bytes.count, fits(bytes[place]) { place += 1 }
    return bytes[start..<place]
  }

  /// A name of letters, digits and underscores; nil where none begins here.
  mutating func word() -> String? {
    guard next.isLetter else { return nil }
    return String(decoding: run { $0.isLetter || $0.isDigit }, as: UTF8.self)
  }

  /// A number as strace writes it: decimal, hexadecimal with `0x`, octal with `0`, perhaps negative.
  mutating func number() -> Int64? {
    let start = place
    let isNegative = take(UInt8(ascii: "-"))
    guard next.isDigit else {
      place = start
      return nil
    }
    var base: UInt64 = 10
    if next == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x") {
      base = 16
      place += 2
    } else if next == UInt8(ascii: "0"), peek(1).isDigit {
      base = 8
    }
    var value: UInt64 = 0
    for byte in run(while: { $0.hexadecimal.map { UInt64($0) < base } ?? false }) {
      value = value &* base &+ UInt64(byte.hexadecimal ?? 0)
    }
    let signed = Int64(bitPattern: value)
    return isNegative ? 0 &- signed : signed
  }

  /// What is between `<` and its `>`, such as `TCP:[127.0.0.1:1->127.0.0.1:2]`; the arrow in it
  /// does not end it. Nil, and the place as before, where none begins here.
  mutating func annotation() -> String? {
    guard next == UInt8(ascii: "<"), peek(1) != UInt8(ascii: "<") else { return nil }
    var depth = 0
    var end = place
    while end < bytes.count {
      if bytes[end] == UInt8(ascii: "<") { depth += 1 }
      if bytes[end] == UInt8(ascii: ">"), bytes[end - 1] != UInt8(ascii: "-") { depth -= 1 }
      if depth == 0 { break }
      end += 1
    }
    guard end < bytes.count else { return nil }
    defer { place = end + 1 }
    return String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
  }

  /// A string in quotes, with C escapes, and whether strace cut it short (`"..."...`).
  ///
  /// - Parameter most: bytes that are kept; the rest is skipped.
  mutating func quoted(keeping most: Int) -> (text: [UInt8], isCut: Bool)? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var text: [UInt8] = []
    while !isAtEnd, next != UInt8(ascii: "\"") {
      let byte = take(UInt8(ascii: "\\")) ? escaped() : plain()
      if text.count < most { text.append(byte) }
    }
    place += isAtEnd ? 0 : 1
    return (text, take("..."))
  }

  private mutating func plain() -> UInt8 {
    defer { place += 1 }
    return next
  }

  /// The byte that an escape stands for: `\n`, `\x41`, `\101`.
  private mutating func escaped() -> UInt8 {
    let byte = plain()
    switch byte {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "v"): return 11
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "x"):
      var value: UInt8 = 0
      for _ in 0..<2 {
        guard let digit = next.hexadecimal else { break }
        value = value &* 16 &+ digit
        place += 1
      }
      return value
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value = byte - UInt8(ascii: "0")
      for _ in 0..<2 where (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(next) {
        value = value &* 8 &+ (next - UInt8(ascii: "0"))
        place += 1
      }
      return value
    default: return byte
    }
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) || self == UInt8(ascii: "_")
  }

  /// The value of a hexadecimal digit.
  var hexadecimal: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
