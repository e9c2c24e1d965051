import Timeline

/// Which letters stand beside which packets and calls.
struct NoteLetters {
  private var packets: [Int: [String]] = [:]
  private var calls: [CallID: [String]] = [:]

  /// No letters.
  init() {}

  mutating func add(_ letter: String, packet: Int) { packets[packet, default: []].append(letter) }
  mutating func add(_ letter: String, call: CallID) { calls[call, default: []].append(letter) }

  func letters(packet: Int) -> [String] { packets[packet] ?? [] }
  func letters(call: CallID) -> [String] { calls[call] ?? [] }

  /// The letter of the note at `index`, from 0: A to Z, then AA.
  static func letter(_ index: Int) -> String {
    let alphabet = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map {
      String(Unicode.Scalar($0))
    }
    if index < alphabet.count { return alphabet[index] }
    return letter(index / alphabet.count - 1) + alphabet[index % alphabet.count]
  }
}
