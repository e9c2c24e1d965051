/// Bytes that arrive at the end and are read from the start.
///
/// Read bytes are dropped only once they are more than half of those stored, so that each byte is
/// moved about once at most, however the file is split into pieces.
struct ByteQueue: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0
  /// Bytes of the file before the first unread one.
  private(set) var offset = 0
  /// Whether the numbers in the file are big-endian.
  var isBigEndian = false

  /// Bytes that can be read.
  var count: Int { bytes.count - start }

  mutating func append(_ more: [UInt8]) {
    if start > 0, start * 2 >= bytes.count {
      bytes.removeFirst(start)
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// Drops the first `count` bytes.
  mutating func drop(_ count: Int) {
    start += count
    offset += count
  }

  /// The byte at `index` from the first unread one.
  func uint8(at index: Int) -> UInt8 { bytes[start + index] }

  /// Two bytes in the file's byte order.
  func uint16(at index: Int) -> UInt16 {
    let pair = (UInt16(uint8(at: index)), UInt16(uint8(at: index + 1)))
    return isBigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
  }

  /// Four bytes in the file's byte order.
  func uint32(at index: Int) -> UInt32 {
    let pair = (UInt32(uint16(at: index)), UInt32(uint16(at: index + 2)))
    return isBigEndian ? pair.0 << 16 | pair.1 : pair.1 << 16 | pair.0
  }

  /// Eight bytes in the file's byte order.
  func uint64(at index: Int) -> UInt64 {
    let pair = (UInt64(uint32(at: index)), UInt64(uint32(at: index + 4)))
    return isBigEndian ? pair.0 << 32 | pair.1 : pair.1 << 32 | pair.0
  }

  /// The bytes of `range`, counted from the first unread one.
  func array(_ range: Range<Int>) -> [UInt8] {
    Array(bytes[(start + range.lowerBound)..<(start + range.upperBound)])
  }

  /// Four numbers of four bytes each in the file's byte order.
  @inline(__always)
  func words(at index: Int) -> (UInt32, UInt32, UInt32, UInt32) {
    let first = start &+ index
    let part = bytes.span.extracting(first..<(first &+ 16))
    @inline(__always) func word(_ place: Int) -> UInt32 {
      let low = UInt32(part[place]) | UInt32(part[place &+ 1]) << 8
      let high = UInt32(part[place &+ 2]) | UInt32(part[place &+ 3]) << 8
      let value = low | high << 16
      return isBigEndian ? value.byteSwapped : value
    }
    return (word(0), word(4), word(8), word(12))
  }

  /// Replaces the unread bytes by bytes that begin with them.
  mutating func replace(with bytes: consuming [UInt8]) {
    self.bytes = bytes
    start = 0
  }

  /// The place of `range`, counted from the first unread one, in `held(_:_:)`.
  func place(of range: Range<Int>) -> Range<Int> {
    (start + range.lowerBound)..<(start + range.upperBound)
  }

  /// Gives access to the bytes of a place, which may have been dropped; valid until more are
  /// appended.
  func held<Value>(_ place: Range<Int>, _ body: (Span<UInt8>) -> Value) -> Value {
    body(bytes.span.extracting(place))
  }
}
