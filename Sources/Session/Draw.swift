import Glibc
public import Render
public import Timeline
import Tracing

/// Which file is drawn as a picture, and how.
public struct DrawRequest: Sendable {
  /// The files; several are merged in the order of time.
  public var paths: [String]
  /// The picture's file.
  public var outputFile: String
  /// What it is written as.
  public var format: PictureFormat
  /// A filter expression of pcap-filter(7), empty for all: what is shown, not what is analysed.
  public var filter = ""
  /// What of it is shown.
  public var selection = Selection()
  /// Notes of the user's.
  public var notes: [Note] = []
  /// How it is laid out.
  public var style = FigureStyle()
  /// How much larger than usual it is: of PNG the dots, of others the size.
  public var scale = 1.0
  /// The family of fonts that is tried first; empty: none.
  public var font = ""
  /// The program and its version.
  public var tool = "sockline"
  /// What is plotted; nil: a ladder is drawn.
  public var plot: PlotChoice?

  /// What is plotted: the kind, and whose bytes; nil those of the end that sent more.
  public struct PlotChoice: Sendable {
    /// What is plotted.
    public var kind: PlotKind
    /// Whose bytes; nil: those of the end that sent more.
    public var side: Side?
    /// Makes a choice.
    public init(kind: PlotKind, side: Side? = nil) {
      self.kind = kind
      self.side = side
    }
  }

  /// Whose packets and calls a script of packetdrill has.
  public var side = Side.server

  /// The picture that a report in Markdown shows: beside it, with another ending.
  var pictureBeside: String {
    let name = outputFile.hasSuffix(".md") ? String(outputFile.dropLast(3)) : outputFile
    return name + ".svg"
  }

  /// Makes a request.
  public init(paths: [String], outputFile: String, format: PictureFormat) {
    self.paths = paths
    self.outputFile = outputFile
    self.format = format
  }
}

/// Draws captures and recordings as pictures.
public enum DrawSession {
  /// Reads the files to their ends, lays the picture out and writes it.
  ///
  /// - Returns: what kept the files from being read to their ends: what came before was drawn.
  public static func hold(_ request: DrawRequest) throws(SessionError) -> [ReplayDamage] {
    TracerThread.outliveReaders()
    var sources = ReplaySources(request.paths, follows: false)
    if sources.contains(request.outputFile) { throw .sameFile(request.outputFile) }
    if request.format == .md { try checkBeside(request, sources) }
    let writer = PictureWriter(request: request, drawable: try read(&sources, request))
    try write(writer.bytes(), request.outputFile)
    if request.format == .md {
      var beside = request
      beside.format = .svg
      beside.outputFile = request.pictureBeside
      let picture = PictureWriter(request: beside, drawable: writer.drawable)
      try write(picture.bytes(), beside.outputFile)
    }
    return sources.damages
  }

  /// The picture of a report has a name that nobody typed: it may only take the place of the picture
  /// that an earlier report of this name shows.
  private static func checkBeside(
    _ request: DrawRequest, _ sources: ReplaySources
  ) throws(SessionError) {
    let picture = request.pictureBeside
    if sources.contains(picture) { throw .sameFile(picture) }
    guard Environment.exists(picture) else { return }
    let report = SystemFile.text(request.outputFile) ?? ""
    guard ReportPicture.isShown(name(picture), by: report) else {
      throw .pictureBeside(picture, of: request.outputFile)
    }
  }

  static func write(_ bytes: [UInt8], _ path: String) throws(SessionError) {
    let output = try Output.file(path)
    let error = output.write(bytes)
    output.close()
    if error != 0 { throw .file(path, error) }
  }

  private static func read(
    _ sources: inout ReplaySources, _ request: DrawRequest
  ) throws(SessionError) -> any Drawable {
    let facts = FigureFacts(
      tool: request.tool, filter: request.filter,
      file: request.paths.map(name).joined(separator: ", "))
    if let plot = request.plot {
      return try collect(&sources, request, facts) { heading, selection in
        PlotPen(
          plot: Plot(
            heading, kind: plot.kind, side: plot.side, style: request.style, selection: selection,
            facts: facts, notes: request.notes))
      }
    }
    return try collect(&sources, request, facts) { heading, selection in
      FigurePen(
        figure: Figure(
          heading, style: request.style, selection: selection, facts: facts, notes: request.notes))
    }
  }

  /// Reads the files to their ends.
  static func collect<Pen: ReplayPen>(
    _ sources: inout ReplaySources, _ request: DrawRequest, _ facts: FigureFacts,
    pen: @escaping (Heading, Selection) -> Pen
  ) throws(SessionError) -> Pen {
    var reading = ReplayRequest(paths: request.paths)
    reading.filter = request.filter
    reading.selection = request.selection
    var replay = Replay(reading) { heading, selection in
      var heading = heading
      // Where the file lies is nobody's business who sees the picture.
      if !heading.hasCalls { heading.source = facts.file }
      return pen(heading, selection)
    }
    var page = Page(file: nil)
    do throws(ReplayStop) {
      try replay.draw(&sources, &page)
    } catch {
      if case .failed(let failure) = error { throw failure }
    }
    if !replay.missing.isEmpty, sources.damages.isEmpty { throw .missing(replay.missing) }
    guard let pen = replay.pen else {
      throw sources.damages.first?.error ?? .picture(.nothing)
    }
    return pen
  }

  /// The last part of a path.
  static func name(_ path: String) -> String {
    path == Input.standardInput
      ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// Collects the rows of a ladder; it gives no lines.
struct FigurePen: ReplayPen, Drawable {
  var figure: Figure
  private var totals = Totals()
  private var ending = Ending()

  init(figure: Figure) { self.figure = figure }

  mutating func append(
    _ rows: [Row], matches: (Int) -> Bool, joins: (Connection) -> Bool
  ) -> [String] {
    figure.append(rows, matches: matches, joins: joins)
    return []
  }

  mutating func advance(to time: Instant) -> [String] { [] }

  mutating func finish(_ totals: Totals, _ ending: Ending) -> [String] {
    self.totals = totals
    self.ending = ending
    return []
  }

  func picture() throws(FigureError) -> Picture { try figure.picture(totals, ending) }

  func text(_ format: PictureFormat, _ request: DrawRequest) throws(FigureError) -> String? {
    switch format {
    case .mmd: try figure.mermaid(totals)
    case .pkt: try figure.packetdrill(side: request.side)
    case .md:
      try figure.markdown(
        picture: DrawSession.name(request.pictureBeside), totals, ending)
    case .txt: try figure.ladder(totals, ending).map { $0 + "\n" }.joined()
    default: nil
    }
  }

  func pages(
    _ paper: FigureStyle.Paper
  ) throws(FigureError) -> (pages: [Picture], scale: Double) {
    try figure.pages(paper, totals, ending)
  }
}

/// Collects the points of a plot; it gives no lines.
private struct PlotPen: ReplayPen, Drawable {
  var plot: Plot

  mutating func append(
    _ rows: [Row], matches: (Int) -> Bool, joins: (Connection) -> Bool
  ) -> [String] {
    plot.append(rows, matches: matches, joins: joins)
    return []
  }

  mutating func advance(to time: Instant) -> [String] { [] }
  mutating func finish(_ totals: Totals, _ ending: Ending) -> [String] { [] }
  func picture() throws(FigureError) -> Picture { try plot.picture() }
}
