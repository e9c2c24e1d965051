import Calls
import Timeline

extension Note {
  /// Reads `ANCHOR: TEXT`, as `packet 3: the handshake ends here`.
  public init(_ line: String) throws(NoteError) {
    guard let (words, text) = Note.parts(line), !text.isEmpty else { throw .noText(line) }
    var left = words.split(separator: " ").map { $0.lowercased() }[...]
    var connection: Int?
    if left.first == "connection" || left.first == "tcp" || left.first == "udp",
      let number = left.dropFirst().first.flatMap({ Int($0) }), number > 0
    {
      connection = number
      left = left.dropFirst(2)
    }
    guard let anchor = NoteAnchor(Array(left)) else { throw .noAnchor(words) }
    self.init(connection: connection, anchor: anchor, words: words, text: text)
  }

  /// The anchor and the text; the colon between is the first that a space follows, since `1:14`
  /// has one too.
  private static func parts(_ line: String) -> (words: String, text: String)? {
    var index = line.startIndex
    while let colon = line[index...].firstIndex(of: ":") {
      let after = line.index(after: colon)
      if after == line.endIndex || line[after] == " " || line[after] == "\t" {
        return (trimmed(line[..<colon]), trimmed(line[after...]))
      }
      index = after
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" }
    var end = start
    while let last = end.last, last == " " || last == "\t" || last == "\r" { end.removeLast() }
    return String(end)
  }
}

extension NoteAnchor {
  /// Reads the words of an anchor, in lower case.
  init?(_ words: [String]) {
    switch words.first {
    case "packet"?: self.init(packet: words)
    case "call"?: self.init(call: words)
    case "data"?:
      guard words.count == 3, let side = Side(word: words[1]),
        let range = NoteAnchor.range(words[2])
      else { return nil }
      self = .data(side, range)
    case let word?:
      guard let segment = Segment(rawValue: word == "syn,ack" ? "syn-ack" : word) else {
        return nil
      }
      switch words.count {
      case 1: self = .segment(segment, nil)
      case 2:
        guard let side = Side(word: words[1]) else { return nil }
        self = .segment(segment, side)
      default: return nil
      }
    case nil: return nil
    }
  }

  private init?(packet words: [String]) {
    guard 2...3 ~= words.count, let number = Int(words[1]), number > 0 else { return nil }
    if words.count == 2 {
      self = .packet(number)
    } else if let field = Field(rawValue: words[2]) {
      self = .field(number, field)
    } else {
      return nil
    }
  }

  private init?(call words: [String]) {
    if words.count == 2 {
      let digits = words[1].hasPrefix("c") ? words[1].dropFirst() : words[1][...]
      guard let number = Int(digits), number > 0 else { return nil }
      self = .call(CallID(number))
      return
    }
    guard 3...4 ~= words.count, let side = Side(word: words[1]),
      let call = SystemCall(rawValue: words[2])
    else { return nil }
    let number = words.count == 4 ? Int(words[3]) : 1
    guard let number, number > 0 else { return nil }
    self = .nthCall(side, call, number)
  }

  /// `1:14`: from the first number up to, but not with, the second.
  private static func range(_ word: String) -> Range<Int>? {
    let ends = word.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard ends.count == 2, let first = ends[0], let end = ends[1], first > 0, end > first else {
      return nil
    }
    return first..<end
  }
}

extension Side {
  /// `client` or `server`.
  fileprivate init?(word: String) {
    switch word {
    case "client": self = .client
    case "server": self = .server
    default: return nil
    }
  }
}
