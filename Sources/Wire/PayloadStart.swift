/// The first bytes of a payload, 64 at most, without memory of their own.
struct PayloadStart: Hashable, Sendable {
  private var words = InlineArray<8, UInt64>(repeating: 0)
  private(set) var count = 0

  /// Bytes that it holds at most.
  static let most = 64

  /// No bytes.
  init() {}

  /// The bytes of a range, of which `most` are taken.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    count = min(range.count, PayloadStart.most)
    for word in 0..<(count / 8) { words[word] = bytes.uint64(at: range.lowerBound + word * 8) }
    for index in (count & ~7)..<count {
      words[index / 8] |= UInt64(bytes[range.lowerBound + index]) << PayloadStart.shift(index)
    }
  }

  /// The bytes.
  var bytes: [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> PayloadStart.shift($0)) }
  }

  /// Where a byte stands in its word, the first one highest.
  private static func shift(_ index: Int) -> UInt64 { UInt64(56 - index % 8 * 8) }

  static func == (one: PayloadStart, other: PayloadStart) -> Bool {
    one.count == other.count && (0..<8).allSatisfy { one.words[$0] == other.words[$0] }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for index in 0..<8 { hasher.combine(words[index]) }
  }
}
