/// A TCP sequence number: a position in a byte stream, modulo 2^32 (RFC 9293, section 3.4).
public struct SequenceNumber: Hashable, Sendable {
  /// The number as it stands in the header.
  public var rawValue: UInt32

  /// Makes a sequence number of the header's value.
  public init(_ rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The number `count` bytes further on, wrapping at 2^32.
  public static func + (number: SequenceNumber, count: Int) -> SequenceNumber {
    SequenceNumber(number.rawValue &+ UInt32(truncatingIfNeeded: count))
  }

  /// Bytes from `other` to `number`, negative when `number` lies before it.
  ///
  /// Right as long as the two are less than 2^31 bytes apart.
  public static func - (number: SequenceNumber, other: SequenceNumber) -> Int {
    Int(Int32(bitPattern: number.rawValue &- other.rawValue))
  }

  /// Whether `number` lies after `other` in the stream, across the wrap.
  public static func > (number: SequenceNumber, other: SequenceNumber) -> Bool {
    number - other > 0
  }

  /// Whether `number` lies before `other` in the stream, across the wrap.
  public static func < (number: SequenceNumber, other: SequenceNumber) -> Bool {
    number - other < 0
  }
}
