/// How a ladder is drawn.
public struct LadderStyle: Hashable, Sendable {
  /// Columns of the page; at least `narrowest`.
  public var width = 104
  /// Only ASCII characters.
  public var isASCII = false
  /// Columns that the terminal gives to characters of ambiguous width, 1 or 2.
  public var ambiguousWidth = 1
  /// Colour by escape sequences of ECMA-48 (SGR).
  public var hasColor = false
  /// What the time column holds.
  public var time = TimeColumn.relative
  /// Where relative times begin.
  public var zero = TimeZero.call
  /// How sequence numbers are shown.
  public var sequence = SequenceNumbers.relative
  /// How calls are written.
  public var calls = CallNotation.words
  /// Connections one after the other, not interleaved.
  public var isByConnection = false
  /// One plain line for each packet and call, no ladder.
  public var isLines = false
  /// The line of source that made each call, where it is known.
  public var showsSource = false

  /// The fewest columns that a ladder needs.
  public static let narrowest = 80

  /// Makes the style of a terminal that nothing is known of.
  public init() {}

  /// What the time column holds.
  public enum TimeColumn: String, Hashable, Sendable, CaseIterable {
    /// Milliseconds since the zero.
    case relative
    /// Milliseconds since the row before.
    case delta
    /// Time of the day, UTC.
    case absolute
  }

  /// Where relative times begin.
  public enum TimeZero: String, Hashable, Sendable, CaseIterable {
    /// The first row, which mostly is a call.
    case call
    /// The first packet.
    case packet
  }

  /// How sequence numbers are shown.
  public enum SequenceNumbers: String, Hashable, Sendable, CaseIterable {
    /// Counted from the initial sequence number of their end.
    case relative
    /// As they stand in the header.
    case raw
    /// Both.
    case both
  }

  /// How calls are written.
  public enum CallNotation: String, Hashable, Sendable, CaseIterable {
    /// `socket(TCP) = fd 3`
    case words
    /// `socket(AF_INET, SOCK_STREAM, 0) = 3`
    case c
  }
}
