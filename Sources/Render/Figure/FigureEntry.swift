import Calls
import Timeline

/// A line of the ladder on its way into a picture.
struct FigureEntry {
  var line: LadderLine
  /// What the row is, where this is its first line.
  var thing: Thing?
  /// What the time column says.
  var time = ""
  /// Whether it is a long silence.
  var isSilence = false
  /// The file and line of the call that begins here, escaped.
  var source: String?
  /// The letters of the notes that are anchored here.
  var letters: [String] = []
  /// The fields of the packet that notes are about.
  var fields: [NoteAnchor.Field] = []
  /// Whether the arrow's label stands above the letters, since there are several.
  var isLifted: Bool { letters.count > 1 }
  /// How the arrow is drawn.
  var arrow = ArrowLook.plain
  /// The slot of the bar that the arrow starts at, and of the bars that stand here.
  var fromSlot: Int?

  /// What an arrow tells beside who sent it.
  enum ArrowLook { case plain, again, unknown, failure }
}

/// A call's bar: from the entry where it begins to the one where it ends.
struct FigureBar {
  var side: Side
  /// Its place, counted from the connection's line outwards.
  var slot: Int
  var call: CallID
  var first: Int
  /// nil: it has not returned.
  var last: Int?
}

/// A stretch of the band of a connection's end in one state.
struct FigureSpan {
  var side: Side
  var state: TCPState?
  var first: Int
  var last: Int
  /// Whether its name is written into it; else the words of its first line name it.
  var isNamed = false
}

/// A listening socket: apart from the connections.
struct FigureListener {
  var side: Side
  /// Its place, counted from the connection's band outwards.
  var slot: Int
  var socket: SocketID
  var name: String
  var first: Int
  var last: Int?
}

/// The part of a picture that belongs to one connection, or to all of them.
struct FigurePanel {
  var connection: Connection?
  /// What stands above both lanes.
  var heads: [Side: [String]] = [:]
  var room: Room
  var entries: [FigureEntry] = []
  var bars: [FigureBar] = []
  var spans: [FigureSpan] = []
  var listeners: [FigureListener] = []

  /// How many bars stand beside each other at most.
  func slots(_ side: Side) -> Int {
    (bars.lazy.filter { $0.side == side }.map(\.slot).max() ?? 0) + 1
  }

  /// How many listening sockets stand beside each other at most.
  func listeners(_ side: Side) -> Int {
    (listeners.lazy.filter { $0.side == side }.map(\.slot).max() ?? -1) + 1
  }
}
