/// The Internet checksum (RFC 1071): ones' complement sums of 16-bit words.
struct Checksum: Hashable, Sendable {
  /// The sum so far, not folded.
  private var sum: UInt64 = 0

  /// Adds the bytes of `range`; an odd last byte is the higher half of a word.
  mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, start + Checksum.pieceSize)
      add(piece: bytes.extracting(start..<end))
      start = end
    }
  }

  /// Bytes whose sum fits 32 bits for sure; even, so that every piece begins with a higher half.
  private static let pieceSize = 65_536

  /// Adds at most `pieceSize` bytes.
  ///
  /// The higher halves and all bytes are summed apart, in a loop that the compiler turns into one
  /// over vectors; words one by one take twice as long.
  private mutating func add(piece bytes: Span<UInt8>) {
    var higher: UInt32 = 0
    var all: UInt32 = 0
    for index in 0..<bytes.count {
      let byte = UInt32(bytes[index])
      all &+= byte
      // All ones at even places, 0 at odd ones.
      higher &+= byte & (UInt32(truncatingIfNeeded: index & 1) &- 1)
    }
    sum += UInt64(higher) << 8 + UInt64(all - higher)
  }

  /// Adds a number as two words.
  mutating func add(_ value: UInt32) {
    sum += UInt64(value >> 16) + UInt64(value & 0xFFFF)
  }

  /// Adds an address.
  mutating func add(_ address: IPAddress) {
    switch address {
    case .v4(let value): add(value)
    case .v6(let high, let low):
      for half in [high, low] {
        add(UInt32(half >> 32))
        add(UInt32(truncatingIfNeeded: half))
      }
    }
  }

  /// The sum in 16 bits, not complemented; 0xFFFF over data with a right checksum in it.
  var folded: UInt16 {
    var value = sum
    while value > 0xFFFF { value = (value >> 16) + (value & 0xFFFF) }
    return UInt16(value)
  }
}

/// The pseudo-header that TCP, UDP and ICMPv6 sum with their bytes (RFC 9293, section 3.1;
/// RFC 8200, section 8.1).
struct PseudoHeader: Hashable, Sendable {
  /// The sender.
  var source: IPAddress
  /// The receiver: the final one.
  var destination: IPAddress
  /// The protocol's number.
  var proto: UInt8

  /// The verdict on a checksum `field` that covers the `length` bytes at the start of `bytes`.
  ///
  /// A sender that leaves the sum to the network card stores the folded sum of the pseudo-header,
  /// not complemented: this is what captures on the sending machine hold.
  func verdict(_ bytes: Span<UInt8>, length: Int, field: UInt16) -> ChecksumVerdict {
    var checksum = Checksum()
    checksum.add(source)
    checksum.add(destination)
    checksum.add(UInt32(proto))
    checksum.add(UInt32(truncatingIfNeeded: length))
    let pseudo = checksum.folded
    guard length <= bytes.count else { return field == pseudo ? .partial : .unknown }
    checksum.add(bytes, 0..<length)
    if checksum.folded == 0xFFFF { return .valid }
    return field == pseudo ? .partial : .bad
  }
}
