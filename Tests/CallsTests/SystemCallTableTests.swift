import Testing

@testable import Calls

@Suite struct SystemCallTableTests {
  private let rows = SystemCallTable.linux.rows

  /// A name and a number stand for one call.
  @Test func nothingStandsTwice() {
    #expect(Set(rows.map(\.call.rawValue)).count == rows.count)
    for architecture in Architecture.allCases {
      let numbers = rows.compactMap { $0.number(on: architecture) }
      #expect(Set(numbers).count == numbers.count)
    }
  }

  /// What a call does, what it gives, what it sleeps for and when it is told fit together.
  @Test(arguments: SystemCallTable.linux.rows.map(\.call)) func rowsAreWhole(_ call: SystemCall) {
    switch call.role {
    case .reads:
      #expect(call.wait == .forPackets)
      #expect(call.gives == (call.shape == .messages ? .messages : .bytes))
      #expect(call.movesMemory)
    case .writes:
      #expect(call.wait == .forRoom)
      #expect(call.gives == (call.shape == .messages ? .messages : .bytes))
      #expect(call.movesMemory || call.movesInKernel)
    case .accepts:
      #expect(call.wait == .forPackets && call.gives == .descriptor)
      #expect(call.shape == .peer || call.shape == .peerAndFlags)
    case .connects, .polls: #expect(call.wait == .forPackets)
    case .opens, .replaces: #expect(call.gives == .descriptor)
    default: #expect(call.wait == (call.role == .closes ? .forEnd : .never))
    }
    #expect(call.isEpoll == (call.polls && call.rawValue.hasPrefix("epoll")))
  }

  /// Calls that have a number are stopped at, unless nothing of them is followed.
  @Test func whatIsFollowedStops() {
    for row in rows where row.call.role != .other && row.amd64 != nil {
      #expect(row.stops != .never, "\(row.call.rawValue)")
    }
  }

  @Test func namesFindTheirRows() {
    #expect(SystemCall(rawValue: "epoll_wait") == .epollWait)
    #expect(SystemCall(rawValue: "frobnicate") == nil)
    #expect(SystemCall.allCases.count == rows.count)
    #expect(rows.filter { $0.family == "accept" }.map(\.call) == [.accept, .accept4])
    #expect(SystemCall.closeRange.rawValue == "close_range")
    #expect(SystemCall.read != .write)
  }

  /// Whole tables are values: a row more is another table.
  @Test func aTableTakesMoreRows() {
    var table = SystemCallTable.linux
    table.add(
      SystemCallRow(
        "frobnicate", 9000, 9001, .bufferAndAddress, .writes, .bytes, .forRoom, .always))
    #expect(table.call(9000, on: .amd64)?.rawValue == "frobnicate")
    #expect(table.call(9001, on: .arm64)?.role == .writes)
    #expect(table.call(9001, on: .amd64) == nil)
    #expect(SystemCallTable.linux.call(9000, on: .amd64) == nil)
    table.add(SystemCallRow("frobnicate", nil, nil, .none, .other, .number, .never, .never))
    #expect(table.row(named: "frobnicate")?.call.shape == SystemCall.Shape.none)
    #expect(table.rows.count == rows.count + 1)
  }
}
