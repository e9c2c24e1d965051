/// A moment, in nanoseconds since the epoch (1970-01-01T00:00:00Z).
public struct Instant: Hashable, Comparable, Sendable {
  /// Nanoseconds since the epoch.
  public var nanoseconds: Int64

  /// Makes a moment.
  public init(_ nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Whether the one moment is before the other.
  public static func < (one: Instant, other: Instant) -> Bool {
    one.nanoseconds < other.nanoseconds
  }

  /// Nanoseconds from `other` to `one`; the greatest or least number where they are further apart.
  public static func - (one: Instant, other: Instant) -> Int64 {
    let (difference, overflow) = one.nanoseconds.subtractingReportingOverflow(other.nanoseconds)
    return overflow ? (one < other ? .min : .max) : difference
  }

  /// The moment `nanoseconds` later; the last or first moment there is where that is out of range.
  public static func + (one: Instant, nanoseconds: Int64) -> Instant {
    let (sum, overflow) = one.nanoseconds.addingReportingOverflow(nanoseconds)
    return Instant(overflow ? (nanoseconds < 0 ? .min : .max) : sum)
  }
}
