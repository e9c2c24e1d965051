import Raster
public import Render
import Timeline
import Tracing

/// Which screenshot is annotated, and with what.
public struct AnnotateRequest: Sendable {
  /// The screenshot, a PNG file.
  public var screenshot: String
  /// The recording or capture that sentences are taken from; nil: the user says everything.
  public var recording: String?
  /// The marks.
  public var marks: [Mark] = []
  /// Where rows of a packet list are.
  public var rows: PacketListRows?
  /// What is painted over: x, y, width and height of each, in pixels.
  public var covered: [Box] = []
  /// What stands above it; empty: nothing.
  public var title = ""
  /// How it is written.
  public var drawing: DrawRequest

  /// Makes a request without marks.
  public init(screenshot: String, drawing: DrawRequest) {
    self.screenshot = screenshot
    self.drawing = drawing
  }
}

/// Draws callouts over screenshots.
public enum AnnotateSession {
  /// Reads both files, and writes the annotated picture.
  ///
  /// - Returns: what kept the recording from being read to its end.
  public static func hold(_ request: AnnotateRequest) throws(SessionError) -> [ReplayDamage] {
    TracerThread.outliveReaders()
    let bytes = try read(request)
    let (sentences, damages) = try sentences(request)
    let page = try page(request, bytes, sentences)
    let writer = PictureWriter(request: request.drawing, drawable: page)
    try DrawSession.write(writer.bytes(), request.drawing.outputFile)
    return damages
  }

  /// Bytes of a screenshot at most.
  private static var most: Int { 1 << 28 }

  private static func read(_ request: AnnotateRequest) throws(SessionError) -> [UInt8] {
    let input = try Input(request.screenshot)
    if input.isSame(as: request.drawing.outputFile) { throw .sameFile(request.drawing.outputFile) }
    var bytes: [UInt8] = []
    while bytes.count < most {
      let piece = try input.read(1 << 18)
      if piece.isEmpty { return bytes }
      bytes += piece
    }
    throw .screenshot(request.screenshot, RasterError("it has more than 256 MiB"))
  }

  /// What is said of each mark.
  private static func sentences(
    _ request: AnnotateRequest
  ) throws(SessionError) -> ([String], [ReplayDamage]) {
    guard let path = request.recording else {
      return (request.marks.map { Annotation.harmless($0.text) }, [])
    }
    var sources = ReplaySources([path], follows: false)
    if sources.contains(request.drawing.outputFile) {
      throw .sameFile(request.drawing.outputFile)
    }
    var drawing = request.drawing
    drawing.paths = [path]
    drawing.style.isLong = true
    let facts = FigureFacts(tool: drawing.tool, filter: drawing.filter, file: path)
    let sink = PictureSink(drawing.selection) { heading, selection in
      Figure(facts.of(heading), style: drawing.style, selection: selection, facts: facts)
    }
    let figure = try DrawSession.collect(&sources, drawing, sink)
    let notes = request.marks.compactMap(\.anchor)
    var found: [String]
    do throws(FigureError) { found = try figure.sentences(for: notes) } catch {
      throw .picture(error)
    }
    var texts: [String] = []
    for mark in request.marks {
      texts.append(mark.anchor == nil ? Annotation.harmless(mark.text) : found.removeFirst())
    }
    return (texts, sources.damages)
  }

  private static func page(
    _ request: AnnotateRequest, _ bytes: [UInt8], _ sentences: [String]
  ) throws(SessionError) -> AnnotatedPage {
    let screenshot: (png: [UInt8], width: Int, height: Int)
    do throws(RasterError) {
      screenshot = try Screenshot.read(
        bytes, covering: request.covered.map { ($0.x, $0.y, $0.width, $0.height) })
    } catch {
      throw error == .absent
        ? .raster(request.drawing.outputFile, error) : .screenshot(request.screenshot, error)
    }
    var annotation = Annotation(
      image: screenshot.png, width: screenshot.width, height: screenshot.height)
    annotation.marks = zip(request.marks, sentences).map { ($0.place, $1) }
    annotation.rows = request.rows
    annotation.title = request.title
    var caption = request.recording.map { [DrawSession.name($0)] } ?? []
    caption.append(request.drawing.tool)
    annotation.caption = [caption.joined(separator: " · ")]
    do throws(MarkError) { return AnnotatedPage(page: try annotation.picture()) } catch {
      throw .mark(error)
    }
  }
}

/// An annotated screenshot that was laid out.
private struct AnnotatedPage: Drawable {
  let page: Picture
  var isOfPixels: Bool { true }
  func picture() -> Picture { page }
}
