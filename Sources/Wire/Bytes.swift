/// Where a header stands in its packet, and how far its data reaches.
struct Part: Hashable, Sendable {
  /// Bytes from the start of the captured packet.
  var offset: Int
  /// Bytes from there to the end, by the headers around; the capture may hold fewer.
  var length: Int
  /// Who set that end.
  var limit: DecodeError.Limit

  /// The longest frame that is believed: 2 GiB, so that sums of lengths cannot overflow.
  static let greatestLength = 1 << 31

  /// What follows the first `count` bytes.
  func dropping(_ count: Int) -> Part {
    Part(offset: offset + count, length: max(0, length - count), limit: limit)
  }

  /// The same start, with another end.
  func ending(after length: Int, limit: DecodeError.Limit) -> Part {
    Part(offset: offset, length: length, limit: limit)
  }

  /// The bytes of `count` captured ones that belong to the part.
  func range(inCaptured count: Int) -> Range<Int> {
    let start = min(offset, count)
    return start..<max(start, min(count, offset + length))
  }
}

extension Span where Element == UInt8 {
  /// Makes sure that a header of `size` bytes is there: the one check before its fields are read.
  func require(
    _ size: Int, for layer: DecodeError.Layer, in part: Part
  ) throws(DecodeError) {
    if size <= count { return }
    let isCut = part.length >= size
    throw DecodeError(
      layer: layer, offset: part.offset,
      reason: .tooShort(
        need: size, have: count, limit: isCut ? .capture : part.limit))
  }

  /// The byte at `offset`.
  @inline(__always)
  func uint8(at offset: Int) -> UInt8 { self[offset] }

  /// Two bytes at `offset`, the higher first.
  @inline(__always)
  func uint16(at offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }

  /// Four bytes at `offset`, the highest first.
  @inline(__always)
  func uint32(at offset: Int) -> UInt32 {
    UInt32(uint16(at: offset)) << 16 | UInt32(uint16(at: offset + 2))
  }

  /// Two bytes at `offset`, the lower first.
  func littleUInt16(at offset: Int) -> UInt16 { uint16(at: offset).byteSwapped }

  /// Four bytes at `offset`, the lowest first.
  func littleUInt32(at offset: Int) -> UInt32 { uint32(at: offset).byteSwapped }

  /// Eight bytes at `offset`, the highest first.
  @inline(__always)
  func uint64(at offset: Int) -> UInt64 {
    UInt64(uint32(at: offset)) << 32 | UInt64(uint32(at: offset + 4))
  }

  /// Four bytes at `offset` as an IPv4 address.
  func ipv4Address(at offset: Int) -> IPAddress { .v4(uint32(at: offset)) }

  /// Sixteen bytes at `offset` as an IPv6 address.
  func ipv6Address(at offset: Int) -> IPAddress {
    .v6(high: uint64(at: offset), low: uint64(at: offset + 8))
  }

  /// The bytes of `range` as an array.
  func array(_ range: Range<Int>) -> [UInt8] { range.map { self[$0] } }
}
