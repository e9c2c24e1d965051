import Glibc
public import Render
import Timeline
import Tracing

/// Which captures are summed up, and how the table is written.
public struct SummaryRequest: Sendable {
  /// The files; `-` is standard input. Several are merged in the order of time.
  public var paths: [String]
  /// Whether they are still being written: their ends are waited at until Ctrl-C.
  public var follows = false
  /// A filter expression of pcap-filter(7), empty for all: a connection is shown where one of its
  /// packets passes; all its packets are counted.
  public var filter = ""
  /// The file to write into; nil is standard output.
  public var outputFile: String?
  /// How the rows are written.
  public var format = SummaryStyle()
  /// Which rows are written, in which order.
  public var selection = SummarySelection()

  /// Makes a request.
  public init(paths: [String]) { self.paths = paths }
}

/// Sums up captures: one row for each connection.
public enum SummarySession {
  /// Reads the files once, side by side, and writes the table.
  ///
  /// Memory holds the connections and one piece of each file. A reader of the output that goes away
  /// ends it quietly.
  ///
  /// - Returns: the damage that ended the reading of files early; what precedes it is in the table.
  public static func hold(_ request: SummaryRequest) throws(SessionError) -> [ReplayDamage] {
    TracerThread.outliveReaders()
    var reading = try SummaryReading(request)
    try reading.read()
    let page = Page(file: request.outputFile)
    do throws(RunStop) {
      var pen = SummaryPen(
        reading.table, reading.facts, style: request.format, selection: request.selection)
      while let piece = pen.next() {
        try page.add(bytes: piece)
      }
      try page.flush()
      page.close()
    } catch {
      if case .failed(let failure) = error { throw failure }
    }
    let missing = request.selection.connections.filter { $0 > reading.table.connections }.sorted()
    if !missing.isEmpty, reading.damages.isEmpty {
      throw .missing(missing.map { .connection($0, of: reading.table.connections) })
    }
    return reading.damages
  }
}
