import Testing
import Text
import Timeline

@testable import Render

@Suite struct PageTests {
  private func page(width: Int = 104) -> Page {
    var style = LadderStyle()
    style.width = width
    let header = LadderHeader(
      heading: Heading(source: "lo", hasCalls: true), style: style, language: .english)
    return Page(header, style)
  }

  private func ack(_ number: Int, at time: Int64 = 1000, of connection: Int = 1) -> Row {
    packetRow(
      number, cause(.reply, .ackData, packet: 1), flags: .ack, length: 0, at: time, of: connection)
  }

  @Test func longNumbersMoveNoLifeline() {
    var page = page()
    page.noteZero(ack(1, at: 0))
    _ = page.begin([connection(1)], [])
    page.learn(connection(1), at: Instant(0))
    let short = page.lines(ack(2))
    let long = page.lines(ack(123_456))
    #expect(long.count == 2)
    #expect(long[0].hasPrefix("     ms    pkt"))
    #expect(column(short.last) == column(long.last))
    let late = page.lines(ack(123_457, at: 98_765_432_100))
    #expect(column(late.last) == column(short.last))
    #expect(late.last?.contains("98765.432") ?? false)
  }

  @Test func narrowPagesLoseDecimals() {
    var page = page(width: 80)
    page.noteZero(ack(1, at: 0))
    _ = page.begin([connection(1)], [])
    page.learn(connection(1), at: Instant(0))
    let late = page.lines(ack(2, at: 98_765_432_100))
    #expect(late.last?.hasPrefix("98765.4   2") ?? false)
  }

  @Test func aSecondConnectionGetsAColumn() {
    var page = page()
    _ = page.begin([connection(1)], [])
    page.learn(connection(1), at: Instant(0))
    #expect(page.opened(connection(1)) == [])
    let first = page.lines(ack(1))
    page.learn(connection(2), at: Instant(0))
    let announcement = page.opened(connection(2))
    #expect(announcement.count == 1)
    #expect(announcement[0].hasPrefix("── TCP 2  client[4121]"))
    let second = page.lines(ack(2, of: 2))
    #expect(second.count == 2)
    #expect(second[0].contains(" pkt # "))
    #expect(second.last?.contains("  2 2 ") ?? false)
    #expect(column(first.last) == column(second.last))
  }

  private func column(_ line: String?) -> Int? {
    line.flatMap { line in Array(line).firstIndex(of: "├") }
  }
}

extension Page {
  /// The lines of a row, as texts.
  fileprivate mutating func lines(_ row: Row) -> [String] {
    var lines = Lines()
    draw(row, into: &lines)
    return lines.texts
  }

  /// What a connection needs before its first row, as texts.
  fileprivate mutating func opened(_ facts: Connection) -> [String] {
    var lines = Lines()
    open(facts, into: &lines)
    return lines.texts
  }
}
