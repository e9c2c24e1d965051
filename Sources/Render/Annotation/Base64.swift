/// Bytes as text (RFC 4648, section 4).
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The text of `bytes`.
  static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let rest = bytes[index..<min(index + 3, bytes.count)]
      let word = rest.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - rest.count))
      for place in 0..<4 {
        let isThere = place <= rest.count
        let digit = Int(word >> UInt32(18 - 6 * place) & 63)
        text.append(isThere ? alphabet[digit] : UInt8(ascii: "="))
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }
}
