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

  /// Makes a request.
  public init(path: String) { self.path = path }
}

/// Draws the packets of a capture file.
public enum ReplaySession {
  /// Reads the file once, from its start to its end, and draws it meanwhile.
  ///
  /// Memory holds one piece of the file and the connections that are open. A reader of the output
  /// that goes away ends it quietly.
  ///
  /// - Returns: nil, or the damage that ended the reading after packets had been read; all of
  ///   these have been drawn.
  public static func hold(
    _ request: ReplayRequest
  ) throws(SessionError) -> CaptureFileError? {
    // Else the death of a reader would be this process's, and no file would be closed.
    signal(SIGPIPE, SIG_IGN)
    let input = try Input(request.path)
    if let path = request.outputFile, input.isSame(as: path) { throw .sameFile(path) }
    var page = Page(file: request.outputFile)
    var replay = Replay(request)
    do throws(ReplayStop) {
      let damage = try replay.draw(input, &page)
      page.close()
      return damage
    } catch {
      if case .failed(let failure) = error { throw failure }
      return nil
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
