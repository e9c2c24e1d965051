import Explain
import Text

/// The columns that each part of a line has.
struct Room: Hashable {
  /// Columns of the time, of the packet's number and of the connection's number; 0: none.
  var time: Int
  var number: Int
  var connection: Int
  /// Columns of the words of both lanes.
  var client: Int
  var server: Int
  /// Columns between the lifelines.
  var arrow: Int

  /// Shares out the columns of a page.
  init(width: Int, time: Int, number: Int, connection: Int) {
    let width = min(max(width, LadderStyle.narrowest), Room.widest)
    self.time = time
    self.number = number
    self.connection = connection
    arrow = width < 104 ? 24 + (width - 80) / 12 : 26 + (width - 104) * 5 / 12
    let words = width - Room.ladder - arrow - Room.margin(time, number, connection)
    client = (words - 2) / 2
    server = words - client
  }

  /// The most columns that lines take.
  static let widest = 200
  /// Columns of bars and lifelines, with a space before each bar.
  private static let ladder = 6

  private static func margin(_ time: Int, _ number: Int, _ connection: Int) -> Int {
    time + 1 + number + 1 + (connection > 0 ? connection + 1 : 0)
  }

  /// Columns before the client's words.
  var margin: Int { Room.margin(time, number, connection) }

  /// Makes room in the margin, at the cost of the client's words: no other column moves.
  mutating func widen(time: Int = 0, number: Int = 0, connection: Int = 0) {
    let before = margin
    self.time = max(self.time, time)
    self.number = max(self.number, number)
    self.connection = max(self.connection, connection)
    client = max(8, client - (margin - before))
  }

  /// Columns of the words of a side.
  func words(_ isClient: Bool) -> Int { isClient ? client : server }

  /// The longest label that an arrow has room for.
  var label: Int { arrow - 3 }
}

extension [Word] {
  /// Columns of the words, two spaces between.
  var columns: Int {
    reduce(0) { $0 + DisplayWidth.columns(of: $1.text) } + Swift.max(0, count - 1) * 2
  }
}
