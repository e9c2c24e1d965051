public import Render
import Tracing

/// Which files are exported, and as what.
public struct ExportRequest: Sendable {
  /// The files, of which `-` is standard input; several are merged in the order of time.
  public var paths: [String]
  /// Whether they are still being written: their ends are waited at until Ctrl-C.
  public var follows = false
  /// What is written.
  public var format: Format
  /// What the rows of CSV are.
  public var rows = CSVPen.Rows.packets
  /// The file to write into; nil is standard output.
  public var outputFile: String?
  /// A filter expression of pcap-filter(7), empty for all: what is written, not what is analysed.
  public var filter = ""
  /// What of it is written.
  public var selection = Selection()
  /// The program and its version, which an export names.
  public var tool = "sockline"

  /// Makes a request.
  public init(paths: [String], format: Format) {
    self.paths = paths
    self.format = format
  }

  /// The formats.
  public enum Format: String, Sendable, CaseIterable {
    case jsonl, csv, pcap, perfetto
  }
}

/// Writes captures and recordings for other programs.
public enum ExportSession {
  /// Reads the files from their starts to their ends, and writes meanwhile; small files are counted
  /// first, so that the first line can say how many packets and calls follow.
  ///
  /// Memory holds one piece of each file, the connections that are open, and what waits to be
  /// complete. A reader of the output that goes away ends it quietly.
  ///
  /// - Returns: what kept files from being read, or from being read further.
  public static func hold(_ request: ExportRequest) throws(SessionError) -> [ReplayDamage] {
    TracerThread.outliveReaders()
    switch request.format {
    case .jsonl: return try write(request, JSONLinesPen())
    case .csv: return try write(request, CSVPen(request.rows))
    case .perfetto: return try write(request, PerfettoPen())
    case .pcap:
      let frames = ExportFrames()
      return try write(request, PcapPen(frames), frames) { pen throws(SessionError) in
        if let links = pen.mixed {
          throw .mixedLinks(request.paths[0], links.first, links.other)
        }
      }
    }
  }

  private static func write<Pen: ExportPen>(
    _ request: ExportRequest, _ pen: Pen, _ frames: ExportFrames? = nil,
    check: @escaping (Pen) throws(SessionError) -> Void = { (_) throws(SessionError) in }
  ) throws(SessionError) -> [ReplayDamage] {
    let count = request.follows ? nil : try? ExportCount.count(request.paths)
    var sources = ReplaySources(request.paths, follows: request.follows)
    if let path = request.outputFile, sources.contains(path) { throw .sameFile(path) }
    let sink = ExportSink(
      pen, on: Page(file: request.outputFile, isPrivate: request.format == .pcap),
      selection: request.selection, frames: frames, count: count, check: check)
    var run = FileRun(request.reading, [sink])
    do throws(RunStop) { try run.run(&sources) } catch {
      if case .failed(let failure) = error { throw failure }
    }
    let damages = sources.damages
    if !run.missing.isEmpty, damages.isEmpty { throw .missing(run.missing) }
    return damages
  }
}

extension ExportRequest {
  fileprivate var reading: FileReading {
    var reading = FileReading(paths: paths)
    reading.filter = filter
    reading.selection = selection
    reading.showsOthers = true
    reading.tool = tool
    return reading
  }
}
