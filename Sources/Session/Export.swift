public import CaptureFile
import Glibc
public import Render
import Tracing

/// Which file is exported, and as what.
public struct ExportRequest: Sendable {
  /// The file; `-` is standard input.
  public var path: String
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
  public init(path: String, format: Format) {
    self.path = path
    self.format = format
  }

  /// The formats.
  public enum Format: String, Sendable, CaseIterable {
    case jsonl, csv, pcap, perfetto
  }
}

/// Writes captures and recordings for other programs.
public enum ExportSession {
  /// Reads the file from its start to its end, and writes meanwhile; a file that can be read twice is
  /// counted first, so that the first line can say how many packets and calls follow.
  ///
  /// Memory holds one piece of the file, the connections that are open, and what waits to be complete.
  /// A reader of the output that goes away ends it quietly.
  ///
  /// - Returns: nil, or the damage that ended the reading after packets had been read.
  public static func hold(_ request: ExportRequest) throws(SessionError) -> CaptureFileError? {
    TracerThread.outliveReaders()
    switch request.format {
    case .jsonl: return try write(request, JSONLinesPen())
    case .csv: return try write(request, CSVPen(request.rows))
    case .perfetto: return try write(request, PerfettoPen())
    case .pcap:
      let frames = ExportFrames()
      return try write(request, PcapPen(frames), frames) { pen throws(SessionError) in
        if let links = pen.mixed {
          throw .mixedLinks(request.path, links.first, links.other)
        }
      }
    }
  }

  private static func write<Pen: ExportPen>(
    _ request: ExportRequest, _ pen: Pen, _ frames: ExportFrames? = nil,
    check: @escaping (Pen) throws(SessionError) -> Void = { _ in }
  ) throws(SessionError) -> CaptureFileError? {
    let input = try Input(request.path)
    if let path = request.outputFile, input.isSame(as: path) { throw .sameFile(path) }
    let isCounted = request.path != Input.standardInput && input.size != nil
    let count = try isCounted ? ExportCount.count(request.path) : nil
    var page = Page(file: request.outputFile)
    var export = Export(request, pen, frames, count, check)
    do throws(ReplayStop) {
      let damage = try export.write(input, &page)
      page.close()
      return damage
    } catch {
      if case .failed(let failure) = error { throw failure }
      return nil
    }
  }
}
