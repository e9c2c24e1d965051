import Text
import Timeline

/// What stands in a place of a phrase: written where it goes, without a text of its own.
enum Argument {
  /// A packet's number; `?` where it is not known.
  case packet(Int?)
  case calls([CallID])
  /// `client[4121]`.
  case process(ProcessName?)
  /// `1,448 bytes`.
  case bytes(Int)
}

/// Takes the ways to say something, the longest first.
protocol Wording {
  /// Whether a shorter way is of use.
  var isOpen: Bool { get }
  /// Takes what `write` adds to a line.
  mutating func take(_ write: (inout [UInt8]) -> Void)
}

extension Wording {
  /// Takes ways that are texts already.
  mutating func take(_ texts: [String]) {
    for text in texts where isOpen { take { $0.add(text) } }
  }
}

/// All ways, each a text.
struct EveryWay: Wording {
  private(set) var texts: [String] = []
  var isOpen: Bool { true }

  mutating func take(_ write: (inout [UInt8]) -> Void) {
    var bytes: [UInt8] = []
    write(&bytes)
    texts.append(String(decoding: bytes, as: UTF8.self))
  }
}

/// The longest way alone, at the end of a line.
struct LongestWay: Wording {
  private(set) var line: [UInt8]
  private(set) var isOpen = true

  init(after line: consuming [UInt8]) { self.line = line }

  mutating func take(_ write: (inout [UInt8]) -> Void) {
    guard isOpen else { return }
    isOpen = false
    write(&line)
  }
}
