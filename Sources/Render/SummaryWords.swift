import Calls
import Timeline

extension ConnectionSummary {
  /// How the connection ended, in one of the words of the JSON Lines; nil for UDP, which has no end.
  var closeWord: String? {
    guard kind == .tcp else { return nil }
    switch close {
    // One end alone has closed: the states say which.
    case .open, .half: return "open"
    case .refused, .reset: return "reset"
    case .fins(let first, _): return first == .client ? "client-fin" : "server-fin"
    case .simultaneous: return "both"
    case .own: return "client-fin"
    }
  }

  /// How many segments the FINs and their acknowledgements took.
  var closeSegments: Int? {
    switch close {
    case .fins(_, let segments): segments
    case .simultaneous: 4
    default: nil
    }
  }

  /// How it ended, in a cell of the table.
  var closeCell: String {
    guard kind == .tcp else { return "-" }
    switch close {
    case .open: return "open"
    case .refused: return "refused"
    case .reset(let side): return "RST by \(side.word)"
    case .fins(let first, let segments): return "\(first.word), \(segments)"
    case .simultaneous: return "both, 4"
    case .half(let first): return "half, \(first.word)"
    case .own: return "by itself"
    }
  }
}

extension Side {
  /// The end in a word.
  var word: String { self == .client ? "client" : "server" }
}

extension ErrorSummary {
  /// What the errors say (RFC 792, RFC 1122, RFC 1812; RFC 4443).
  var words: String {
    let known = key.isVersion6 ? ErrorSummary.version6 : ErrorSummary.version4
    return known[Kind(type: key.type, code: key.code)]
      ?? known[Kind(type: key.type, code: nil)].map { "\($0), code \(key.code)" }
      ?? "type \(key.type), code \(key.code)"
  }

  private struct Kind: Hashable {
    var type: UInt8
    var code: UInt8?
  }

  private static let version4: [Kind: String] = [
    Kind(type: 3, code: 0): "network unreachable", Kind(type: 3, code: 1): "host unreachable",
    Kind(type: 3, code: 2): "protocol unreachable", Kind(type: 3, code: 3): "port unreachable",
    Kind(type: 3, code: 4): "packet too big", Kind(type: 3, code: 5): "source route failed",
    Kind(type: 3, code: 9): "network prohibited", Kind(type: 3, code: 10): "host prohibited",
    Kind(type: 3, code: 13): "prohibited", Kind(type: 3, code: nil): "unreachable",
    Kind(type: 4, code: 0): "source quench", Kind(type: 5, code: nil): "redirect",
    Kind(type: 11, code: 0): "time to live exceeded",
    Kind(type: 11, code: 1): "reassembly time exceeded",
    Kind(type: 12, code: nil): "parameter problem",
  ]

  private static let version6: [Kind: String] = [
    Kind(type: 1, code: 0): "no route", Kind(type: 1, code: 1): "prohibited",
    Kind(type: 1, code: 2): "beyond scope", Kind(type: 1, code: 3): "address unreachable",
    Kind(type: 1, code: 4): "port unreachable", Kind(type: 1, code: 5): "source address refused",
    Kind(type: 1, code: 6): "route rejected", Kind(type: 1, code: nil): "unreachable",
    Kind(type: 2, code: nil): "packet too big", Kind(type: 3, code: 0): "hop limit exceeded",
    Kind(type: 3, code: 1): "reassembly time exceeded",
    Kind(type: 4, code: nil): "parameter problem",
  ]
}
