public import Render
public import Timeline

/// Which file is drawn as a picture, and how.
public struct DrawRequest: Sendable {
  /// The files; several are merged in the order of time.
  public var paths: [String]
  /// A filter expression of pcap-filter(7), empty for all: what is shown, not what is analysed.
  public var filter = ""
  /// What of it is shown.
  public var selection = Selection()
  /// Notes of the user's.
  public var notes: [Note] = []
  /// How it is laid out.
  public var style = FigureStyle()
  /// The program and its version.
  public var tool = "sockline"

  /// Makes a request.
  public init(paths: [String]) { self.paths = paths }
}

/// A picture that is ready for a pen, and what kept the files from being read to their ends.
public struct DrawOutcome {
  /// The rows, and what is known at their end.
  public var figure: Figure
  public var totals: Totals
  public var ending: Ending
  /// Damages of the files.
  public var damages: [ReplayDamage]
}

/// Draws captures and recordings as pictures.
public enum DrawSession {
  /// Reads the files to their ends and lays the picture out.
  public static func hold(_ request: DrawRequest) throws(SessionError) -> DrawOutcome {
    var sources = ReplaySources(request.paths, follows: false)
    var reading = ReplayRequest(paths: request.paths)
    reading.filter = request.filter
    reading.selection = request.selection
    var page = Page(file: nil)
    let facts = FigureFacts(
      tool: request.tool, filter: request.filter,
      file: request.paths.map(FileName.last).joined(separator: ", "))
    var replay = Replay(reading) { heading, selection in
      FigurePen(Figure(heading, style: request.style, selection: selection, facts: facts,
          notes: request.notes))
    }
    do throws(ReplayStop) {
      try replay.draw(&sources, &page)
    } catch {
      if case .failed(let failure) = error { throw failure }
    }
    let damages = sources.damages
    guard let pen = replay.pen, let (totals, ending) = pen.end else {
      throw damages.first?.error ?? .picture(.nothing)
    }
    return DrawOutcome(figure: pen.figure, totals: totals, ending: ending, damages: damages)
  }
}

/// Names of files.
enum FileName {
  /// The last part of a path.
  static func last(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
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
