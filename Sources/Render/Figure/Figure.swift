public import Explain
import Text
public import Timeline

/// What a picture's caption says beside what the rows tell.
public struct FigureFacts: Hashable, Sendable {
  /// The program and its version: `sockline 0.1`.
  public var tool: String
  /// The filter expression that chose packets; empty: none. Raw.
  public var filter: String
  /// The name of the file, without its folder. Raw.
  public var file: String

  /// Makes facts.
  public init(tool: String, filter: String = "", file: String = "") {
    self.tool = tool
    self.filter = filter
    self.file = file
  }
}

/// Draws rows as a picture: the same lines that the ladder of text has, as shapes.
///
/// All rows are held until the end, so a picture is for what fits a page; `rows` tells how many.
public struct Figure {
  /// The most rows that a picture is drawn of.
  public static let mostRows = 2_000
  /// The most connections that a picture is drawn of.
  public static let mostConnections = 40

  let header: LadderHeader
  let style: FigureStyle
  let selection: Selection
  let facts: FigureFacts
  private var selector: Selector
  private(set) var held: [JudgedRow] = []
  private(set) var connections: [ConnectionID: Connection] = [:]
  /// Where relative times begin.
  private(set) var zero: Instant?
  /// Rows that are shown so far.
  public private(set) var rows = 0

  /// Notes of the user's.
  let notes: [Note]

  /// Makes a picture without rows.
  public init(
    _ heading: Heading, style: FigureStyle, selection: Selection = Selection(),
    language: Language = .english, facts: FigureFacts, notes: [Note] = []
  ) {
    self.notes = notes
    var ladder = style.ladder
    ladder.width = 400
    ladder.isASCII = false
    header = LadderHeader(heading: heading, style: ladder, language: language)
    self.style = style
    self.selection = selection
    self.facts = facts
    selector = Selector(selection)
  }

  /// Takes the next rows.
  ///
  /// - Parameters:
  ///   - matches: whether a packet, by number, passes the filter.
  ///   - joins: whether a packet between the ends of a connection has passed it.
  public mutating func append(
    _ rows: [Row], matches: (Int) -> Bool = { _ in true },
    joins: (Connection) -> Bool = { _ in false }
  ) {
    for row in rows { take(row, matches, joins) }
  }

  var limit: Int { style.isLong ? Int.max : Figure.mostRows }

  private mutating func take(
    _ row: Row, _ matches: (Int) -> Bool, _ joins: (Connection) -> Bool
  ) {
    if case .opening(let facts) = row.content {
      selector.note(facts, joins: joins)
      connections[facts.id] = facts
      held.append(JudgedRow(row, .shown))
      return
    }
    noteZero(row)
    let verdict = selector.judge(row, since: zero.map { row.time - $0 }, matches: matches)
    if verdict == .shown { rows += 1 }
    // What is not shown still opens and closes connections; beyond the limit nothing is drawn.
    if rows <= limit { held.append(JudgedRow(row, verdict)) }
  }

  private mutating func noteZero(_ row: Row) {
    guard zero == nil else { return }
    if style.ladder.zero == .call {
      zero = row.time
    } else if case .packet = row.content {
      zero = row.time
    }
  }
}

extension Figure {
  /// The picture, on one page as high as it needs.
  ///
  /// - Throws: where it would be absurd, or where nothing is shown.
  public func picture(_ totals: Totals, _ ending: Ending) throws(FigureError) -> Picture {
    try page().whole(totals, ending)
  }

  /// The picture on as many pages as it needs, each 16 cm wide when printed at its natural place.
  ///
  /// - Returns: the pages, of one size, and points of the paper for each pixel of them.
  public func pages(
    _ paper: FigureStyle.Paper, _ totals: Totals, _ ending: Ending
  ) throws(FigureError) -> (pages: [Picture], scale: Double) {
    let page = try page()
    let scale = FigureStyle.scale(for: page.width)
    let height = (paper.points.height - 2 * FigureStyle.paperMargin) / scale
    return (page.pages(height: height, totals, ending), scale)
  }

  func page() throws(FigureError) -> FigurePage {
    guard rows <= limit else { throw .tooLong(rows: rows) }
    let (letters, notes) = try lettered()
    var room = room(columns: columns)
    var panels = panels(letters, room)
    guard !panels.isEmpty else { throw .nothing }
    guard panels.count <= Figure.mostConnections || style.isLong else {
      throw .tooMany(connections: panels.count)
    }
    var page = FigurePage(self, panels, notes)
    let widest = Figure.widest(page.metrics)
    if style.paper != nil, style.columns == nil, page.width > widest {
      // Bars beside each other and listening sockets are known only now.
      let excess = Int(((page.width - widest) / page.metrics.column).rounded(.up))
      room = self.room(columns: columns - excess)
      panels = self.panels(letters, room)
      page = FigurePage(self, panels, notes)
    }
    return page
  }

  /// The widest picture whose letters have 7 points when it is printed 16 cm wide.
  private static func widest(_ metrics: Metrics) -> Double {
    FigureStyle.printedCentimetres / 2.54 * 72 / FigureStyle.leastPoints * metrics.small
  }
}

/// Why no picture was drawn.
public enum FigureError: Error, Hashable, Sendable {
  /// So many rows, or more, are no picture any more.
  case tooLong(rows: Int)
  /// So many connections are no picture any more.
  case tooMany(connections: Int)
  /// No row is shown.
  case nothing
  /// The notation holds one connection.
  case manyConnections
  /// No connection has bytes in the direction that is plotted.
  case nothingToPlot
  /// What a note is tied to is not there, or is not shown: the anchor, raw.
  case noAnchor(String)
}
