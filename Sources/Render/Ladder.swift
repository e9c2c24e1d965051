public import Explain
public import Timeline

/// What is known when the first line of a ladder is drawn.
public struct Heading: Hashable, Sendable {
  /// Where the packets come from, in words: `lo, private network`, or a file's name. Raw.
  public var source: String
  /// Whether calls were recorded.
  public var hasCalls: Bool
  /// Whole sentences to be told before the ladder. Raw.
  public var notes: [String]

  /// Makes a heading.
  public init(source: String, hasCalls: Bool, notes: [String] = []) {
    self.source = source
    self.hasCalls = hasCalls
    self.notes = notes
  }
}

/// What is known at the end, beside the totals of the timeline.
public struct Ending: Hashable, Sendable {
  /// Packets lost by the kernel's ring, nil where it is not known (a file).
  public var lostByKernel: Int?
  /// Packets lost by the interface.
  public var lostByInterface: Int?
  /// How much tracing stretched the calls: 2 is twice as long. nil: not known.
  public var stretch: Double?
  /// Nanoseconds that tracing added to each traced call, on average.
  public var addedNanoseconds: Int64?
  /// Whole sentences to be told after the ladder. Raw.
  public var notes: [String] = []
  /// Makes an ending of which nothing is known.
  public init() {}
}

/// Draws rows as a ladder of text, line by line as they come.
public struct Ladder {
  /// Makes a ladder.
  public init(
    _ heading: Heading, style: LadderStyle, selection: Selection = Selection(),
    language: Language = .english
  ) {}

  /// The lines of the next rows. `matches` says whether a packet, by number, passes the filter.
  public mutating func append(_ rows: [Row], matches: (Int) -> Bool = { _ in true }) -> [String] {
    []
  }

  /// The lines that are left, and the footer.
  public mutating func finish(_ totals: Totals, _ ending: Ending) -> [String] { [] }
}
