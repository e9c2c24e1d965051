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

  /// Nanoseconds from `other` to `one`.
  public static func - (one: Instant, other: Instant) -> Int64 {
    one.nanoseconds - other.nanoseconds
  }

  /// The moment `nanoseconds` later.
  public static func + (one: Instant, nanoseconds: Int64) -> Instant {
    Instant(one.nanoseconds + nanoseconds)
  }
}
