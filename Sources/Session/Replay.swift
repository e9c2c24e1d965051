import Glibc
public import Render
import Tracing

/// Which files are drawn, and how.
public struct ReplayRequest: Sendable {
  /// The files, of which `-` is standard input; several are merged in the order of time.
  public var paths: [String]
  /// Whether they are still being written: their ends are waited at until Ctrl-C.
  public var follows = false
  /// A filter expression of pcap-filter(7), empty for all: what is shown, not what is analysed.
  public var filter = ""
  /// The file to draw into; nil is standard output.
  public var outputFile: String?
  /// How it is drawn.
  public var style = LadderStyle()
  /// What of it is shown.
  public var selection = Selection()

  /// Whether the causes that the files give are held against those worked out, instead of drawing.
  public var isVerification = false
  /// Notes of the user's, which stand in the ladder.
  public var marks: [Note] = []
  /// The file to write a copy of the capture into that has these notes as comments; nil: none.
  public var notedFile: String?
  /// What the heading says before all else.
  public var notes: [String] = []
  /// Whether packets of other programs, which the live run passed over, are shown.
  public var showsOthers = false

  /// Makes a request.
  public init(paths: [String]) { self.paths = paths }
}

/// What came of a replay.
public struct ReplayOutcome: Sendable {
  /// What kept files from being read, or from being read further.
  public var damages: [ReplayDamage]
  /// Whether the files give causes, and all of them are those worked out.
  public var isVerified: Bool
  /// The anchor of the first note that was tied to nothing that is shown, raw.
  public var missingAnchor: String?
  /// What of the selection was not there.
  public var missing: [SelectionMiss] = []
}

/// Draws capture files and recordings.
public enum ReplaySession {
  /// Reads the files once, from their starts to their ends, and draws them meanwhile.
  ///
  /// Memory holds one piece of each file and the connections that are open. A reader of the output
  /// that goes away ends it quietly.
  ///
  /// - Returns: what came of it: all packets before a damage have been drawn, and nothing at all
  ///   where no file could be read.
  public static func hold(_ request: ReplayRequest) throws(SessionError) -> ReplayOutcome {
    // Else the death of a reader would be this process's, and no file would be closed.
    TracerThread.outliveReaders()
    var sources = ReplaySources(request.paths, follows: request.follows)
    if let path = request.outputFile, sources.contains(path) { throw .sameFile(path) }
    if let path = request.notedFile, sources.contains(path) { throw .sameFile(path) }
    let page = Page(file: request.outputFile)
    let ladder = LadderSink(
      on: page, style: request.style, selection: request.selection, notes: request.marks)
    let notes = request.notedFile.map { _ in NotesSink(request.marks) }
    let shown: any Sink = request.isVerification ? VerificationSink(on: page) : ladder
    var run = FileRun(request.reading, [shown] + (notes.map { [$0] } ?? []))
    do throws(RunStop) { try run.run(&sources) } catch {
      if case .failed(let failure) = error { throw failure }
    }
    var outcome = ReplayOutcome(
      damages: sources.damages, isVerified: run.analysis.verification.isGood)
    outcome.missingAnchor = ladder.missingNote?.words
    if !request.isVerification { outcome.missing = run.missing }
    if let notes, let copy = request.notedFile {
      try keep(notes.comments, of: request, run.analysis, in: copy)
    }
    return outcome
  }

  /// Writes the copy that has the notes as comments.
  private static func keep(
    _ comments: [Int: [String]], of request: ReplayRequest, _ analysis: ReplayAnalysis,
    in copy: String
  ) throws(SessionError) {
    guard request.paths.count == 1, analysis.recordings < 2 else { throw .severalForComments }
    try NotedFile.write(
      comments, from: request.paths[0], to: copy, isRecording: analysis.isRecording)
  }
}

extension ReplayRequest {
  fileprivate var reading: FileReading {
    var reading = FileReading(paths: paths)
    reading.filter = filter
    reading.selection = selection
    reading.showsOthers = showsOthers
    reading.notes = notes
    return reading
  }
}
