import Glibc
public import Render
import Timeline
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
    let (figure, totals, ending) = try read(&sources, request)
    let writer = PictureWriter(request: request, figure: figure, totals: totals, ending: ending)
    let bytes = try writer.bytes()
    let isStream = request.outputFile == Input.standardInput
    let output = try isStream ? .standard : Output.file(request.outputFile)
    let error = output.write(bytes)
    if !isStream { output.close() }
    if error != 0, error != EPIPE { throw .file(request.outputFile, error) }
    return sources.damages
  }

  private static func read(
    _ sources: inout ReplaySources, _ request: DrawRequest
  ) throws(SessionError) -> (Figure, Totals, Ending) {
    var reading = ReplayRequest(paths: request.paths)
    reading.filter = request.filter
    reading.selection = request.selection
    let facts = FigureFacts(
      tool: request.tool, filter: request.filter,
      file: request.paths.map(name).joined(separator: ", "))
    var replay = Replay(reading) { heading, selection in
      var heading = heading
      // Where the file lies is nobody's business who sees the picture.
      if !heading.hasCalls { heading.source = facts.file }
      return FigurePen(
        Figure(
          heading, style: request.style, selection: selection, facts: facts, notes: request.notes))
    }
    var page = Page(file: nil)
    do throws(ReplayStop) {
      try replay.draw(&sources, &page)
    } catch {
      if case .failed(let failure) = error { throw failure }
    }
    guard let pen = replay.pen, let (totals, ending) = pen.end else {
      throw sources.damages.first?.error ?? .picture(.nothing)
    }
    return (pen.figure, totals, ending)
  }

  /// The last part of a path.
  private static func name(_ path: String) -> String {
    path == Input.standardInput
      ? "standard input" : path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// Collects the rows of a picture; it gives no lines.
struct FigurePen: ReplayPen {
  private(set) var figure: Figure
  private(set) var end: (totals: Totals, ending: Ending)?

  init(_ figure: Figure) { self.figure = figure }

  mutating func append(_ rows: [Row], matches: (Int) -> Bool) -> [String] {
    figure.append(rows, matches: matches)
    return []
  }

  mutating func advance(to time: Instant) -> [String] { [] }

  mutating func finish(_ totals: Totals, _ ending: Ending) -> [String] {
    end = (totals, ending)
    return []
  }
}
