public import CaptureFile
import Glibc
public import Render

/// Which file is drawn, and how.
public struct ReplayRequest: Sendable {
  /// The file; `-` is standard input.
  public var path: String
  /// A filter expression of pcap-filter(7), empty for all: what is shown, not what is analysed.
  public var filter = ""
  /// The file to draw into; nil is standard output.
  public var outputFile: String?
  /// How it is drawn.
  public var style = LadderStyle()
  /// What of it is shown.
  public var selection = Selection()

  /// Whether the causes that the file gives are held against those worked out, instead of drawing.
  public var isVerification = false

  /// What the heading says before all else.
  public var notes: [String] = []

  /// Whether packets of other programs, which the live run passed over, are shown.
  public var showsOthers = false

  /// Makes a request.
  public init(path: String) { self.path = path }
}

/// What came of a replay.
public struct ReplayOutcome: Sendable {
  /// The damage that ended the reading after packets had been read; all of these have been drawn.
  public var damage: CaptureFileError?
  /// Whether the file gives causes, and all of them are those worked out.
  public var isVerified: Bool
}

/// Draws a capture file or a recording.
public enum ReplaySession {
  /// Reads the file once, from its start to its end, and draws it meanwhile.
  ///
  /// Memory holds one piece of the file and the connections that are open. A reader of the output
  /// that goes away ends it quietly.
  ///
  /// - Returns: what came of it.
  public static func hold(_ request: ReplayRequest) throws(SessionError) -> ReplayOutcome {
    // Else the death of a reader would be this process's, and no file would be closed.
    signal(SIGPIPE, SIG_IGN)
    let input = try Input(request.path)
    if let path = request.outputFile, input.isSame(as: path) { throw .sameFile(path) }
    var page = Page(file: request.outputFile)
    var replay = Replay(request)
    do throws(ReplayStop) {
      let damage = try replay.draw(input, &page)
      page.close()
      return ReplayOutcome(damage: damage, isVerified: replay.analysis.verification.isGood)
    } catch {
      if case .failed(let failure) = error { throw failure }
      return ReplayOutcome(damage: nil, isVerified: false)
    }
  }
}

/// Why a replay ends early.
enum ReplayStop: Error {
  /// Nobody reads the output any more.
  case readerIsGone
  /// Something failed.
  case failed(SessionError)
}
