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
    var page = Page(file: request.outputFile)
    var replay = Replay(request) { heading, selection in
      NotedLadder(
        Ladder(heading, style: request.style, selection: selection, notes: request.marks),
        request.notedFile == nil ? [] : request.marks)
    }
    do throws(ReplayStop) {
      try replay.draw(&sources, &page)
      page.close()
    } catch {
      if case .failed(let failure) = error { throw failure }
    }
    var outcome = ReplayOutcome(
      damages: sources.damages, isVerified: replay.analysis.verification.isGood)
    outcome.missingAnchor = replay.pen?.ladder.missingNote?.words
    outcome.missing = replay.missing
    try keepNotes(request, replay)
    return outcome
  }

  /// Writes the copy that has the notes as comments.
  private static func keepNotes(
    _ request: ReplayRequest, _ replay: Replay<NotedLadder>
  ) throws(SessionError) {
    guard let copy = request.notedFile, let found = replay.pen?.found else { return }
    guard request.paths.count == 1, replay.analysis.recordings < 2 else {
      throw .severalForComments
    }
    try NotedFile.write(
      found.comments, from: request.paths[0], to: copy, isRecording: replay.analysis.isRecording)
  }
}

/// Why a replay ends early.
enum ReplayStop: Error {
  /// Nobody reads the output any more.
  case readerIsGone
  /// Something failed.
  case failed(SessionError)
}
