import Glibc
public import Render
public import Timeline
import Tracing

/// Which file is drawn as a picture, and how.
public struct DrawRequest: Sendable {
  /// The files; several are merged in the order of time.
  public var paths: [String]
  /// What the caption calls the files; empty: by their paths.
  public var names: [String] = []
  /// Whether they are still being written: their ends are waited at until Ctrl-C.
  public var follows = false
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
    var sources = ReplaySources(request.paths, follows: request.follows)
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
      file: (request.names.isEmpty ? request.paths : request.names).map(name)
        .joined(separator: ", "))
    if let plot = request.plot {
      let sink = PictureSink(request.selection) { heading, selection in
        Plot(
          facts.of(heading), kind: plot.kind, side: plot.side, style: request.style,
          selection: selection, facts: facts, notes: request.notes)
      }
      return DrawnPlot(plot: try collect(&sources, request, sink))
    }
    let sink = PictureSink(request.selection) { heading, selection in
      Figure(
        facts.of(heading), style: request.style, selection: selection, facts: facts,
        notes: request.notes)
    }
    let figure = try collect(&sources, request, sink)
    return DrawnFigure(figure: figure, totals: sink.totals, ending: sink.ending)
  }

  /// Reads the files to their ends, and gives what a picture is made of.
  static func collect<Collector: RowCollector>(
    _ sources: inout ReplaySources, _ request: DrawRequest, _ sink: PictureSink<Collector>
  ) throws(SessionError) -> Collector {
    var reading = FileReading(paths: request.paths)
    reading.filter = request.filter
    reading.selection = request.selection
    var run = FileRun(reading, [sink])
    do throws(RunStop) { try run.run(&sources) } catch {
      if case .failed(let failure) = error { throw failure }
    }
    if !run.missing.isEmpty, sources.damages.isEmpty { throw .missing(run.missing) }
    guard let collector = sink.collector else {
      throw sources.damages.first?.error ?? .picture(.nothing)
    }
    return collector
  }

  /// The last part of a path.
  static func name(_ path: String) -> String {
    path == Input.standardInput
      ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
  }
}

extension FigureFacts {
  /// A heading as a picture says it: where the file lies is nobody's business who sees it.
  func of(_ heading: Heading) -> Heading {
    guard !heading.hasCalls else { return heading }
    var heading = heading
    heading.source = file
    return heading
  }
}

/// A ladder whose rows are all there.
private struct DrawnFigure: Drawable {
  let figure: Figure
  let totals: Totals
  let ending: Ending

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

/// A plot whose points are all there.
private struct DrawnPlot: Drawable {
  let plot: Plot
  func picture() throws(FigureError) -> Picture { try plot.picture() }
}
