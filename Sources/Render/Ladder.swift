public import Explain
public import Text
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
///
/// The first rows are held back for 80 ms of their own time, so that connections that open by then
/// stand in the header; the text depends on the rows and on nothing else, so a replay gives what a
/// live run gave.
public struct Ladder {
  /// Nanoseconds of row time that the first rows are held back.
  public static let hold: Int64 = 80_000_000
  /// Connections that the header lists at most; further ones are announced in their place.
  static let headerLimit = 12
  /// Connections that are remembered at most before they are announced.
  static let openingLimit = 4096

  let style: LadderStyle
  let header: LadderHeader
  private let selection: Selection
  /// What is told before anything else, until it has been.
  private var beginnings: [String]
  private var selector: Selector
  private var first: Instant?
  var page: Page
  private var held: [JudgedRow] = []
  private var isHolding = true
  /// Connections that were not announced yet, and those of them that had no row.
  private var openings: [ConnectionID: Connection] = [:]
  private var unseen: Set<ConnectionID> = []
  /// Notes of the user's, what they are tied to, and those that have their letters.
  private let notes: [Note]
  private var search: NoteSearch
  private var noted: [(letter: String, text: String)] = []
  /// Why rows are not drawn for the time being; nil: they are. What they change is learnt all the same, and
  /// where drawing goes on a line says how many are missing.
  public var skips: SkipReason?
  private var skipped = SkippedRows()
  /// The first note that was tied to nothing, when all rows have been given.
  public var missingNote: Note? { search.missing }

  /// Makes a ladder.
  public init(
    _ heading: Heading, style: LadderStyle, selection: Selection = Selection(),
    language: Language = .english, notes: [Note] = []
  ) {
    self.notes = notes
    search = NoteSearch(notes)
    var style = style
    // Box drawing would take two columns there.
    if style.ambiguousWidth == 2 { style.isASCII = true }
    style.width = max(style.width, LadderStyle.narrowest)
    self.style = style
    header = LadderHeader(heading: heading, style: style, language: language)
    beginnings = header.notes(selection)
    self.selection = selection
    selector = Selector(selection)
    page = Page(header, style, leavesOut: !selection.isEverything)
  }

  /// The lines that can be drawn before there is any row; they are drawn with the first ones else.
  public mutating func begin() -> [String] {
    defer { beginnings = [] }
    return beginnings
  }

  /// Adds the lines of the next rows.
  ///
  /// - Parameters:
  ///   - matches: whether a packet, by number, passes the filter.
  ///   - joins: whether a packet between the ends of a connection has passed it.
  public mutating func append(
    _ rows: [Row], matches: (Int) -> Bool = { _ in true },
    joins: (Connection) -> Bool = { _ in false }, into lines: inout Lines
  ) {
    for row in rows { take(row, matches, joins, into: &lines) }
  }

  /// Adds the lines that are final when all rows before `time` have been given.
  ///
  /// A live run calls it while nothing happens, so that rows held back are drawn in time.
  public mutating func advance(to time: Instant, into lines: inout Lines) {
    if let first, isHolding, !style.isByConnection, time > first + Ladder.hold {
      release(into: &lines)
    }
  }

  /// Adds the lines that are left, and the footer.
  public mutating func finish(_ totals: Totals, _ ending: Ending, into lines: inout Lines) {
    if style.isByConnection {
      drawGroups(into: &lines)
    } else if isHolding {
      release(into: &lines)
    }
    tellSkipped(into: &lines)
    lines.add(page.finish() + legend)
    let chosen = selection.connections
    let missing = chosen.filter { $0 > totals.connections }.sorted()
    let footer = LadderFooter(header: header, missing: missing) {
      chosen.isEmpty || chosen.contains($0.rawValue)
    }
    lines.add(footer.lines(totals, ending))
  }

  /// What the letters say, after an empty line.
  private var legend: [String] {
    NoteLetters.legend(noted, width: min(style.width, Room.widest), isASCII: style.isASCII)
  }

  /// Letters that were given before.
  mutating func mark(_ letters: NoteLetters) { page.letters = letters }

  /// Adds the lines of a row of which it was decided before whether it is shown.
  mutating func append(_ row: JudgedRow, into lines: inout Lines) { take(row, into: &lines) }

  private mutating func take(
    _ row: Row, _ matches: (Int) -> Bool, _ joins: (Connection) -> Bool,
    into lines: inout Lines
  ) {
    if case .opening(let facts) = row.content {
      selector.note(facts, joins: joins)
      return take(JudgedRow(row, .shown), into: &lines)
    }
    page.noteZero(row)
    let verdict = selector.judge(row, since: page.since(row.stamp), matches: matches)
    take(JudgedRow(row, verdict), into: &lines)
  }

  private mutating func take(_ judged: JudgedRow, into lines: inout Lines) {
    let row = judged.row
    if isHolding, !style.isByConnection, !row.isOpening, let first,
      row.time > first + Ladder.hold
    {
      release(into: &lines)
    }
    if case .opening(let facts) = row.content {
      remember(facts)
      return
    }
    if first == nil { first = row.time }
    page.noteZero(row)
    if judged.isShown { letter(row) }
    if isHolding { held.append(judged) } else { draw(judged, into: &lines) }
  }

  /// Gives letters to the notes that are tied to a row.
  private mutating func letter(_ row: Row) {
    for index in search.take(row) {
      guard let target = search.targets[index] else { continue }
      let letter = NoteLetters.letter(noted.count)
      page.letters.add(letter, target)
      var text = notes[index].text
      if case .packet(let packet) = row.content { text = notes[index].text(packet) }
      noted.append((letter, Escape.terminal(text)))
    }
  }

  /// Remembers a connection until it is announced.
  private mutating func remember(_ facts: Connection) {
    guard selection.connections.isEmpty || selection.connections.contains(facts.id.rawValue) else {
      return
    }
    if openings.count >= Ladder.openingLimit, let oldest = openings.keys.min() {
      openings[oldest] = nil
      unseen.remove(oldest)
    }
    openings[facts.id] = facts
    unseen.insert(facts.id)
  }

  /// Draws the header and the rows held back.
  private mutating func release(into lines: inout Lines) {
    isHolding = false
    let rows = held
    held = []
    let visible = rows.filter(\.isShown).map(\.row)
    let shown = Set(visible.compactMap(\.connection))
    let known = openings.values.filter { shown.contains($0.id) }.sorted { $0.id < $1.id }
    lines.add(begin() + page.begin(Array(known.prefix(Ladder.headerLimit)), visible))
    for row in rows { draw(row, into: &lines) }
  }

  private mutating func draw(_ judged: JudgedRow, into lines: inout Lines) {
    let row = judged.row
    // That calls were not seen is told whatever else there is no time for.
    let skips = row.isBlind ? nil : self.skips
    let isDrawn = judged.isShown && skips == nil
    if isDrawn { tellSkipped(into: &lines) }
    if !openings.isEmpty, let id = row.connection, let facts = openings[id] {
      if unseen.remove(id) != nil { page.learn(facts, at: row.time) }
      if isDrawn {
        page.pause(before: row, into: &lines)
        openings[id] = nil
        page.open(facts, into: &lines)
      }
    }
    switch judged.verdict {
    case .shown: break
    case .early: return page.early(row)
    case .late where skips == nil: return page.late(row, into: &lines)
    case .late, .hidden: return page.pass(row)
    }
    if let skips {
      skipped.add(skips)
      return page.skip(row)
    }
    page.pause(before: row, into: &lines)
    page.draw(row, into: &lines)
  }

  /// Says how many rows were not drawn, if any were not.
  private mutating func tellSkipped(into lines: inout Lines) {
    if let words = skipped.told(in: header.language) { page.breakOff(words, into: &lines) }
  }

  /// Draws all rows, connection after connection.
  private mutating func drawGroups(into lines: inout Lines) {
    isHolding = false
    lines.add(begin() + page.begin([], held.filter(\.isShown).map(\.row)))
    let homes = CallHomes(held.lazy.map(\.row))
    let groups = Dictionary(grouping: held) { homes.home(of: $0.row)?.rawValue ?? 0 }
    held = []
    for (_, rows) in groups.sorted(by: { $0.key < $1.key }) {
      page.beginGroup()
      for row in rows { draw(row, into: &lines) }
    }
  }
}
