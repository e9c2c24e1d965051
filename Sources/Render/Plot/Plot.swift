public import Explain
import Text
public import Timeline
import Wire

/// Draws one direction of a TCP connection as a plot.
public struct Plot {
  private let header: LadderHeader
  private let kind: PlotKind
  private let style: FigureStyle
  private let facts: FigureFacts
  /// The part of the time that is shown, in nanoseconds since the first packet; nil: all of it.
  private let part: ClosedRange<Int64>?
  private let limit: Int
  private var shown = 0
  private var selector: Selector
  private let side: Side?
  private let notes: [Note]
  private var zero: Instant?
  private var connections: [ConnectionID: Connection] = [:]
  private var rows: [Row] = []
  private var data: [ConnectionID: [Side: PlotData]] = [:]

  /// Makes a plot without points.
  ///
  /// - Parameter side: whose bytes are shown; nil: those of the end that sent more.
  public init(
    _ heading: Heading, kind: PlotKind, side: Side?, style: FigureStyle,
    selection: Selection = Selection(), language: Language = .english, facts: FigureFacts,
    notes: [Note] = []
  ) {
    var ladder = style.ladder
    ladder.width = 400
    ladder.isASCII = false
    header = LadderHeader(heading: heading, style: ladder, language: language)
    self.kind = kind
    self.side = side
    self.style = style
    self.facts = facts
    self.notes = notes
    part = Plot.part(selection)
    limit = selection.count ?? Int.max
    // What came before is not shown, but counts.
    var whole = selection
    whole.from = nil
    whole.to = nil
    whole.count = nil
    selector = Selector(whole)
  }

  private static func part(_ selection: Selection) -> ClosedRange<Int64>? {
    guard selection.from != nil || selection.to != nil else { return nil }
    let most = Double(Int64.max / 2)
    func nanoseconds(_ seconds: Double) -> Int64 { Int64(min(max(seconds * 1e9, -most), most)) }
    let first = nanoseconds(selection.from ?? 0)
    return first...max(first, nanoseconds(selection.to ?? most))
  }

  private func isShown(_ time: Int64) -> Bool { part?.contains(time) ?? true }

  /// Takes the next rows.
  ///
  /// - Parameters:
  ///   - matches: whether a packet, by number, passes the filter.
  ///   - joins: whether a packet between the ends of a connection has passed it.
  public mutating func append(
    _ rows: [Row], matches: (Int) -> Bool = { _ in true },
    joins: (Connection) -> Bool = { _ in false }
  ) {
    for row in rows {
      if case .opening(let facts) = row.content {
        selector.note(facts, joins: joins)
        connections[facts.id] = facts
        continue
      }
      guard case .packet(let packet) = row.content else {
        _ = selector.judge(row, since: zero.map { row.stamp - $0 }, matches: matches)
        continue
      }
      if zero == nil { zero = row.stamp }
      guard
        selector.judge(row, since: zero.map { row.stamp - $0 }, matches: matches) == .shown,
        let id = row.connection, packet.packet.packet.tcp != nil, shown < limit
      else { continue }
      let time = row.stamp - (zero ?? row.stamp)
      if isShown(time) { shown += 1 }
      for side in [Side.client, .server] {
        data[id, default: [:]][side, default: PlotData(sender: side)]
          .take(packet, at: time)
      }
      if !notes.isEmpty, isShown(time) { self.rows.append(row) }
    }
  }

  /// The picture of the connection that sent most.
  public func picture() throws(FigureError) -> Picture {
    guard let (connection, data) = chosen else { throw .nothingToPlot }
    var series: [PlotSeries]
    switch kind {
    case .sequence: series = data.sequence.filter { $0.name != PlotData.edge || !isEdgeFar(data) }
    case .window: series = data.window
    case .rtt: series = data.roundTrips
    case .throughput: series = data.throughput(in: part)
    }
    series = series.map { $0.clipped(to: part) }
    guard series.contains(where: { !$0.points.isEmpty }) else { throw .nothingToPlot }
    let letters = try letters(data, connection.id)
    let page = PlotPage(
      kind: kind, isPart: part != nil, series: series.filter { !$0.points.isEmpty }, style: style,
      title: style.title.map(Escape.terminal) ?? title(connection, data.sender),
      subtitle: subtitle(connection), caption: caption(data), letters: letters)
    return page.picture()
  }

  /// Whether the window's edge is so far that the segments would be a line at the bottom.
  private func isEdgeFar(_ data: PlotData) -> Bool {
    guard part != nil else {
      return (data.edges.min() ?? 0) > 4 * (data.segments.map(\.end).max() ?? 0)
    }
    let segments = data.segments.filter { isShown($0.time) }
    let edges = zip(data.acks, data.edges).filter { isShown($0.0.time) }.map(\.1)
    guard let first = segments.map(\.first).min(), let end = segments.map(\.end).max() else {
      return false
    }
    return (edges.min() ?? first) - first > 4 * (end - first)
  }

  private var chosen: (Connection, PlotData)? {
    let all = data.flatMap { id, sides in sides.values.map { (id, $0) } }
      .filter { side == nil || $0.1.sender == side }
    // Of equals the first connection, and its client.
    func rank(_ one: (ConnectionID, PlotData)) -> (Int64, Int, Int) {
      (one.1.bytes(in: part), -one.0.rawValue, one.1.sender == .client ? 1 : 0)
    }
    let best = all.max { rank($0) < rank($1) }
    guard let best, best.1.bytes > 0, let connection = connections[best.0] else { return nil }
    return (connection, best.1)
  }

  private func title(_ connection: Connection, _ sender: Side) -> String {
    let language = header.language
    let name =
      switch kind {
      case .sequence: language.tell(.plotSequence)
      case .window: language.tell(.plotWindow)
      case .rtt: language.tell(.plotRoundTrips)
      case .throughput: language.tell(.plotThroughput)
      }
    let from = sender == .client ? connection.client : connection.server
    let to = sender == .client ? connection.server : connection.client
    return "\(name): \(ClosingText.name(connection)), \(from) → \(to)"
  }

  private func subtitle(_ connection: Connection) -> String {
    header.harmless(header.heading.source) + " · " + header.numbers(connection)
  }

  private func caption(_ data: PlotData) -> [String] {
    let language = header.language
    var lines: [String] = []
    let segments = data.segments.filter { isShown($0.time) }
    let again = segments.count(where: \.isAgain)
    lines.append(
      language.tell(
        .plotCounts, NumberText.count(segments.count, "segment"),
        NumberText.count(Int(clamping: data.bytes(in: part)), "byte"), NumberText.count(again)))
    if let part {
      let end = min(part.upperBound, data.last)
      lines.append(
        language.tell(
          .plotPart, TimeText.seconds(max(0, part.lowerBound)), TimeText.seconds(max(0, end)),
          TimeText.seconds(data.last)))
    }
    if kind == .sequence, isEdgeFar(data) {
      lines.append(
        language.tell(.plotEdgeBeyond, NumberText.count(Int(clamping: data.edges.min() ?? 0))))
    }
    if kind == .rtt { lines.append(language.tell(.plotFormula)) }
    if kind == .throughput { lines.append(language.tell(.plotRate)) }
    var origin: [String] = []
    if let zero { origin.append(TimeText.utc(zero.nanoseconds, decimals: 3) + " UTC") }
    origin.append(language.tell(.timesFromPacket))
    origin.append(
      facts.filter.isEmpty
        ? language.tell(.noFilter) : language.tell(.filter, Escape.terminal(facts.filter)))
    if !facts.file.isEmpty { origin.append(Escape.terminal(facts.file)) }
    origin.append(Escape.terminal(facts.tool))
    return lines + [origin.joined(separator: " · ")]
  }

  /// The user's notes with the packets they are tied to, and what stood out by itself.
  private func letters(
    _ data: PlotData, _ connection: ConnectionID
  ) throws(FigureError) -> [PlotNote] {
    var search = NoteSearch(notes)
    var found: [PlotNote] = []
    for row in rows where row.connection == connection {
      guard case .packet(let packet) = row.content else { continue }
      found += search.take(row).map {
        PlotNote(
          packet: packet.packet.number, time: row.stamp - (zero ?? row.stamp),
          text: Escape.terminal(notes[$0].text(packet)))
      }
    }
    if let missing = search.missing { throw .noAnchor(missing.words) }
    guard style.hasCallouts else { return found.sorted { $0.packet < $1.packet } }
    let language = header.language
    if let again = data.segments.first(where: { $0.isAgain && isShown($0.time) }) {
      found.append(
        PlotNote(
          packet: again.number, time: again.time,
          text: language.tell(.plotFirstAgain, "\(again.number)")))
    }
    if let closed = data.acks.first(where: { $0.window == 0 && isShown($0.time) }) {
      found.append(
        PlotNote(
          packet: closed.number, time: closed.time,
          text: language.tell(.plotClosed, "\(closed.number)")))
    }
    return found.sorted { $0.packet < $1.packet }
  }
}

/// What is said of a packet in a plot.
struct PlotNote {
  var packet: Int
  /// Nanoseconds since the first packet.
  var time: Int64
  /// Harmless.
  var text: String
}
