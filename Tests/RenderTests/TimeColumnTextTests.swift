import Testing
import Timeline

@testable import Render

@Suite struct TimeColumnTextTests {
  private func column(_ change: (inout LadderStyle) -> Void = { _ in }) -> TimeColumnText {
    var style = LadderStyle()
    change(&style)
    var column = TimeColumnText(style)
    column.zero = Instant(1_700_000_000_000_000_000)
    return column
  }

  private func instant(_ microseconds: Int64) -> Instant {
    Instant(1_700_000_000_000_000_000 + microseconds * 1000)
  }

  @Test func relativeTimesAreMilliseconds() {
    var column = column()
    #expect(column.text(instant(1219), room: 7) == "1.219")
    #expect(column.text(instant(-1219), room: 7) == "-1.219")
    #expect(column.text(nil, room: 7) == "")
  }

  @Test func decimalsGoWhereThereIsNoRoom() {
    var column = column()
    #expect(column.text(instant(1_234_567), room: 7) == "1234.56")
    #expect(column.text(instant(1_234_567_890), room: 7) == "1234567")
    #expect(column.text(instant(123_456_789_012), room: 7) == "123456789")
  }

  @Test func deltasBeginAtTheRowBefore() {
    var column = column { $0.time = .delta }
    #expect(column.text(instant(100), room: 7) == "0.000")
    #expect(column.text(nil, room: 7) == "")
    #expect(column.text(instant(121), room: 7) == "0.021")
  }

  @Test func absoluteTimesAreOfTheDay() {
    var column = column { $0.time = .absolute }
    #expect(column.text(instant(1219), room: 15) == "22:13:20.001219")
    #expect(column.least == 15)
    #expect(column.title == "UTC")
  }

  @Test func timesWithoutAZeroAreEmpty() {
    var column = column()
    column.zero = nil
    #expect(column.text(instant(5), room: 7) == "")
  }
}
