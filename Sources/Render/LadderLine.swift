import Timeline

/// What a pen draws: a line with its places, or a text over the whole width.
enum LadderItem {
  case line(LadderLine)
  case text([Word])
  case rule(String)
}

/// A word of a line, with the tone that colour may give it.
struct Word: Hashable {
  var text: String
  var tone = Tone.plain
}

/// What colour means; it never says what the text does not.
enum Tone: Hashable {
  case plain, faint, client, server, state, failure, warning, title
}

/// One line of the ladder. From left to right: time, number, connection, and then the client's
/// words, bar and lifeline, what lies between, and the server's lifeline, bar and words.
struct LadderLine {
  /// When; nil where the line continues another.
  var time: Instant?
  /// What stands in the packet column.
  var mark = Mark.blank
  /// The connection.
  var connection: ConnectionID?
  /// The client's lane.
  var client = Lane()
  /// The server's lane.
  var server = Lane()
  /// What lies between the lifelines.
  var middle = Middle.nothing

  /// What stands in the packet column.
  enum Mark: Hashable {
    case blank
    /// A packet's number.
    case packet(Int)
    /// A call that sends no packet.
    case silent
  }

  /// What lies between the lifelines.
  enum Middle: Hashable {
    case nothing
    /// A text in the middle.
    case note(String, Tone)
    /// An arrow from the sender's side; heavy where a call sent the packet.
    case arrow(from: Side, isHeavy: Bool, label: String, Tone)
  }

  /// The lane of a side.
  subscript(side: Side) -> Lane {
    get { side == .client ? client : server }
    set { if side == .client { client = newValue } else { server = newValue } }
  }
}

/// A lane's part of a line.
struct Lane: Hashable {
  /// The words, the first the nearest to the bar.
  var words: [Word] = []
  /// Threads inside calls.
  var bar = Bar.none
  /// The end of the connection: its socket.
  var end = EndLine.none

  /// The bar of threads that are inside calls; `several`: more than one.
  enum Bar: Hashable {
    case none
    case inside(several: Bool)
    /// A call begins; `several`: others go on.
    case begins(several: Bool)
    /// A call returns; `several`: others go on.
    case returns(several: Bool)
    /// A heavy arrow starts at the bar.
    case sends(several: Bool)
    /// A heavy arrow starts where no bar is: the call is not inside its row.
    case sendsOutside
  }

  /// The line of a connection's end.
  enum EndLine: Hashable {
    case none
    case runs
    /// A heavy arrow passes from the bar to the other end.
    case crossed
    /// A light arrow starts at the line.
    case starts
    /// A light arrow starts where no socket is.
    case startsNowhere
    /// A heavy arrow passes where no socket is shown.
    case crossedNowhere
  }
}
