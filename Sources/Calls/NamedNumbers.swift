/// Numbers that the C headers have names for.
public struct NamedNumbers: Sendable {
  /// Names with their numbers, in order of the numbers; where one number has several names, the
  /// usual one comes first.
  public let all: [(name: String, number: Int32)]
  private let names: [Int32: String]
  private let numbers: [String: Int32]

  /// Reads `NAME=NUMBER` entries separated by white space; the numbers are decimal, or hexadecimal
  /// after `0x`.
  init(_ text: String) {
    all = text.split(whereSeparator: \.isWhitespace).compactMap { word in
      let parts = word.split(separator: "=")
      guard parts.count == 2 else { return nil }
      let digits = parts[1]
      let number =
        digits.hasPrefix("0x") ? UInt32(digits.dropFirst(2), radix: 16) : UInt32(digits)
      return number.map { (String(parts[0]), Int32(bitPattern: $0)) }
    }
    names = Dictionary(all.map { ($0.number, $0.name) }) { first, _ in first }
    numbers = Dictionary(all.map { ($0.name, $0.number) }) { first, _ in first }
  }

  /// The usual name of a number; nil where it has none.
  public func name(of number: Int32) -> String? { names[number] }

  /// The number of a name; nil if unknown.
  public func number(of name: String) -> Int32? { numbers[name] }

  /// The names of the bits that are set; bits without a name as a number.
  public func flags(_ bits: Int32) -> [String] {
    var rest = UInt32(bitPattern: bits)
    var words: [String] = []
    for (name, bit) in all where rest & UInt32(bitPattern: bit) != 0 {
      words.append(name)
      rest &= ~UInt32(bitPattern: bit)
    }
    if rest != 0 { words.append("0x" + String(rest, radix: 16)) }
    return words
  }
}

extension HeaderNames {
  /// What strerror(3) says for an error: `Connection refused`; nil where the number has no name.
  public static func sentence(of error: Errno) -> String? { sentencesByNumber[error.rawValue] }

  private static let sentencesByNumber: [Int32: String] = sentences.split(separator: "\n").reduce(
    into: [:]
  ) { sentences, line in
    let parts = line.split(separator: " ", maxSplits: 1)
    if parts.count == 2, let number = Int32(parts[0]) { sentences[number] = String(parts[1]) }
  }

  /// The number of a name, whatever group it is in; nil if unknown.
  public static func number(of name: String) -> Int32? { numbers[name] }

  /// Names that are in several groups, such as `MCAST_JOIN_GROUP`, have the same number in each.
  private static let numbers: [String: Int32] = groups.values.reduce(into: [:]) { numbers, group in
    for (name, number) in group.all { numbers[name] = number }
  }
}
