import Timeline

/// Which letters stand beside which packets and calls.
struct NoteLetters {
  private var packets: [Int: [String]] = [:]
  private var calls: [CallID: [String]] = [:]

  /// The fields that notes are about, by packet.
  var fields: [Int: [NoteAnchor.Field]] = [:]

  /// No letters.
  init() {}

  mutating func add(_ letter: String, packet: Int) { packets[packet, default: []].append(letter) }
  mutating func add(_ letter: String, call: CallID) { calls[call, default: []].append(letter) }

  mutating func add(_ letter: String, _ target: NoteSearch.Target) {
    switch target {
    case .packet(let number): add(letter, packet: number)
    case .call(let id): add(letter, call: id)
    }
  }

  /// Whether nothing has a letter.
  var isEmpty: Bool { packets.isEmpty && calls.isEmpty }

  func letters(packet: Int) -> [String] { packets[packet] ?? [] }
  func letters(call: CallID) -> [String] { calls[call] ?? [] }

  /// An empty line, and what the letters say; nothing where there are none.
  static func legend(
    _ notes: [(letter: String, text: String)], width: Int, isASCII: Bool
  ) -> [String] {
    guard !notes.isEmpty else { return [] }
    let fitting = Fitting(room: width - 4, isASCII: isASCII)
    return [""]
      + notes.flatMap { note in
        fitting.wrap(note.text, lines: 20).enumerated().map { index, text in
          let letter = index == 0 ? "(\(note.letter))" : ""
          return letter + String(repeating: " ", count: max(1, 4 - letter.count)) + text
        }
      }
  }

  /// The letter of the note at `index`, from 0: A to Z, then AA.
  static func letter(_ index: Int) -> String {
    let alphabet = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map {
      String(Unicode.Scalar($0))
    }
    if index < alphabet.count { return alphabet[index] }
    return letter(index / alphabet.count - 1) + alphabet[index % alphabet.count]
  }
}
