/// A place on a screenshot, and what is said of it.
public struct Mark: Hashable, Sendable {
  /// Where, in pixels of the screenshot from its left upper corner, or which row of a packet list.
  public var place: Place
  /// What it is tied to in a recording; nil: only the text counts.
  public var anchor: Note?
  /// What the user says, raw; empty: what the recording says.
  public var text: String

  /// Makes a mark.
  public init(place: Place, anchor: Note?, text: String) {
    self.place = place
    self.anchor = anchor
    self.text = text
  }

  /// Where a mark is.
  public enum Place: Hashable, Sendable {
    case pixel(Double, Double)
    /// A row, from 1.
    case row(Int)
  }
}

/// Where the rows of a packet list are in a screenshot.
public struct PacketListRows: Hashable, Sendable {
  /// The upper edge of the first row, and the height of each, in pixels.
  public var top: Double
  /// The height of each row.
  public var height: Double
  /// Makes them.
  public init(top: Double, height: Double) {
    self.top = top
    self.height = height
  }
}

/// Why a mark is none.
public enum MarkError: Error, Hashable, Sendable {
  /// It is not `x,y=...` or `row=...`: what was written.
  case noPlace(String)
  /// Rows are numbered, and it was not said where they are.
  case noRows(String)
  /// What stands before the text is no anchor.
  case noAnchor(String)
  /// There is no recording to take a sentence from, and no text.
  case noText(String)
  /// It lies outside of the screenshot, which is so many pixels wide and high.
  case outside(String, Int, Int)
}

extension Mark {
  /// Reads `x,y=ANCHOR`, `x,y=ANCHOR: TEXT`, `x,y=: TEXT`, or the same with the number of a row in
  /// place of `x,y`; without a recording everything behind the sign is text.
  public init(_ words: String, hasRecording: Bool) throws(MarkError) {
    guard let sign = words.firstIndex(of: "="), let place = Mark.place(words[..<sign]) else {
      throw .noPlace(words)
    }
    let rest = String(words[words.index(after: sign)...])
    let own = rest.drop { $0 == " " }
    if own.hasPrefix(":") || !hasRecording {
      let text = String((own.hasPrefix(":") ? own.dropFirst() : own).drop { $0 == " " })
      guard !text.isEmpty else { throw .noText(words) }
      self.init(place: place, anchor: nil, text: text)
      return
    }
    do throws(NoteError) {
      let note = try Note(rest)
      self.init(place: place, anchor: note, text: note.text)
    } catch {
      // Without a text it may still be an anchor.
      do throws(NoteError) {
        var note = try Note(rest + ": -")
        note.text = ""
        self.init(place: place, anchor: note, text: "")
      } catch {
        throw .noAnchor(rest)
      }
    }
  }

  private static func place(_ words: Substring) -> Place? {
    let numbers = words.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.filter { $0 != " " }
    }
    switch numbers.count {
    case 1: return Int(numbers[0]).flatMap { $0 > 0 ? .row($0) : nil }
    case 2:
      guard let x = Double(numbers[0]), let y = Double(numbers[1]), x.isFinite, y.isFinite else {
        return nil
      }
      return .pixel(x, y)
    default: return nil
    }
  }
}
