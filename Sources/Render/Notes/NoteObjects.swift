/// Why a line of notes in JSON Lines is none.
public enum NoteObjectError: Error, Hashable, Sendable {
  /// It is no JSON object; at a column, in bytes from 1.
  case notJSON(column: Int)
  /// A name in it is neither `at` nor `text`.
  case unknownName(String)
  /// A name stands twice.
  case twice(String)
  /// This one is not there, or is no string.
  case noString(String)
}

/// The notes of a text in JSON Lines (jsonlines.org): an object a line, of two strings.
///
///     {"at": "packet 3", "text": "the handshake ends here, without data"}
///
/// Empty lines are passed over.
public enum NoteObjects {
  /// The notes of a whole text, or the line, from 1, that is none and why.
  public static func notes(_ text: String) -> Result<[NoteLine], NoteObjectFailure> {
    var notes: [NoteLine] = []
    var number = 0
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      var reader = JSONStrings(line)
      if reader.isBlank { continue }
      do throws(NoteObjectError) {
        notes.append(NoteLine(number, try reader.note()))
      } catch {
        return .failure(NoteObjectFailure(line: number, error: error))
      }
    }
    return .success(notes)
  }
}

/// A line of notes in JSON Lines that is none.
public struct NoteObjectFailure: Error, Hashable, Sendable {
  /// The line, from 1.
  public var line: Int
  /// Why.
  public var error: NoteObjectError
}

/// Reads one JSON object whose values are strings (RFC 8259).
private struct JSONStrings {
  private let bytes: [UInt8]
  private var place = 0

  init(_ line: some Collection<UInt8>) { bytes = Array(line) }

  /// Whether there is nothing but white space.
  var isBlank: Bool { bytes.allSatisfy { JSONStrings.isSpace($0) } }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D].contains(byte) }

  private var failure: NoteObjectError { .notJSON(column: place + 1) }

  /// The object, as `Note(_:)` reads a note.
  mutating func note() throws(NoteObjectError) -> String {
    var found: [String: String] = [:]
    try expect("{")
    if !take("}") {
      repeat {
        let name = try string()
        guard ["at", "text"].contains(name) else { throw .unknownName(name) }
        guard found[name] == nil else { throw .twice(name) }
        try expect(":")
        passSpace()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
          throw .noString(name)
        }
        found[name] = try string()
      } while take(",")
      try expect("}")
    }
    passSpace()
    guard place == bytes.count else { throw failure }
    guard let anchor = found["at"] else { throw .noString("at") }
    guard let text = found["text"] else { throw .noString("text") }
    return "\(anchor): \(text)"
  }

  private mutating func passSpace() {
    while place < bytes.count, JSONStrings.isSpace(bytes[place]) { place += 1 }
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    passSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: mark) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ mark: Unicode.Scalar) throws(NoteObjectError) {
    guard take(mark) else { throw failure }
  }

  private mutating func string() throws(NoteObjectError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += Array(String(try escaped()).utf8)
      case ..<0x20: throw failure
      default:
        text.append(byte)
        place += 1
      }
    }
    throw failure
  }

  /// What stands behind a backslash; the two halves of a surrogate pair are one character.
  private mutating func escaped() throws(NoteObjectError) -> Character {
    guard place + 1 < bytes.count else { throw failure }
    let mark = bytes[place + 1]
    switch mark {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      place += 2
      return Character(Unicode.Scalar(mark))
    case UInt8(ascii: "u"):
      let first = try unit()
      guard (0xD800..<0xE000).contains(first) else {
        return Unicode.Scalar(first).map { Character($0) } ?? "\u{FFFD}"
      }
      guard first < 0xDC00, place < bytes.count, bytes[place] == UInt8(ascii: "\\") else {
        throw failure
      }
      let second = try unit()
      guard (0xDC00..<0xE000).contains(second) else { throw failure }
      let scalar = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
      return Unicode.Scalar(scalar).map { Character($0) } ?? "\u{FFFD}"
    default:
      let others: [Unicode.Scalar: Character] = [
        "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t",
      ]
      guard let character = others[Unicode.Scalar(mark)] else { throw failure }
      place += 2
      return character
    }
  }

  /// The four hexadecimal digits of `\uXXXX`.
  private mutating func unit() throws(NoteObjectError) -> UInt32 {
    guard place + 6 <= bytes.count, bytes[place + 1] == UInt8(ascii: "u") else { throw failure }
    let digits = bytes[(place + 2)..<(place + 6)]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure }
    place += 6
    return value
  }
}
