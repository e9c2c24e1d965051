import Scenario
import Testing
import Timeline

@testable import Render

/// Rows that are not drawn since their lines would wait.
@Suite struct SkippedRowsTests {
  /// The lines of a scenario of which some rows, counted from 0, are not drawn.
  private func lines(
    _ scenario: Scenario, without skipped: Range<Int>, _ reason: SkipReason = .unread,
    _ change: (inout LadderStyle) -> Void = { _ in }
  ) -> [String] {
    var style = LadderStyle()
    change(&style)
    var ladder = Ladder(Heading(source: "lo", hasCalls: scenario.hasCalls), style: style)
    var timeline = scenario.timeline
    var rows: [Row] = []
    for event in scenario.events { rows += timeline.append(event) }
    rows += timeline.finish()
    var lines: [String] = []
    var count = 0
    for row in rows {
      ladder.skips = skipped.contains(count) && !row.isOpening ? reason : nil
      lines += ladder.append([row])
      // Nothing is held back after the first row.
      if !row.isOpening {
        count += 1
        lines += ladder.advance(to: row.time + 2 * Ladder.hold)
      }
    }
    return lines + ladder.finish(timeline.totals, ending(hasCalls: scenario.hasCalls))
  }

  private func told(_ lines: [String]) -> [String] { lines.filter { $0.contains("not drawn") } }

  @Test(arguments: [80, 104, 120])
  func theirNumberIsToldWhereDrawingGoesOn(width: Int) {
    let whole = lines(.tcpDemo, without: 0..<0) { $0.width = width }
    let lines = lines(.tcpDemo, without: 6..<16) { $0.width = width }
    #expect(told(whole).isEmpty)
    #expect(told(lines).count == 1)
    #expect(told(lines)[0].contains("10 rows not drawn: the output was not read"))
    #expect(lines.count < whole.count)
    // What comes before is the same, and so are the rows after it but for the names of missing ones.
    let place = lines.firstIndex { $0.contains("not drawn") } ?? 0
    #expect(Array(lines[..<place]) == Array(whole[..<place]))
    #expect(lines.suffix(4) == whole.suffix(4))
  }

  @Test func howThingsStandIsToldThere() throws {
    let lines = lines(.tcpDemo, without: 6..<16)
    let place = try #require(lines.firstIndex { $0.contains("not drawn") })
    #expect(lines[place + 1].contains("state at this point"))
    #expect(lines[place...].contains { $0.contains("*") })
  }

  @Test func theReasonIsTold() {
    #expect(
      told(lines(.tcpDemo, without: 3..<4, .tooFast)).map {
        $0.contains("1 row not drawn: they came too fast")
      }
        == [true])
  }

  @Test func rowsThatAreMissingAtTheEndAreTold() throws {
    let lines = lines(.tcpDemo, without: 10..<Int.max)
    let place = try #require(lines.firstIndex { $0.contains("not drawn") })
    // The footer is behind it.
    #expect(lines[place...].contains { $0.contains("packets") })
  }

  @Test func eachGapIsToldOnce() {
    let style = LadderStyle()
    var ladder = Ladder(Heading(source: "lo", hasCalls: true), style: style)
    var timeline = Scenario.busy.timeline
    var rows: [Row] = []
    for event in Scenario.busy.events { rows += timeline.append(event) }
    rows += timeline.finish()
    var lines: [String] = []
    var drawn = 0
    for (index, row) in rows.enumerated() {
      // Every second piece of ten is missing.
      ladder.skips = index / 10 % 2 == 1 && !row.isOpening ? .unread : nil
      if ladder.skips == nil, !row.isOpening { drawn += 1 }
      lines += ladder.append([row])
      lines += ladder.advance(to: row.time + 2 * Ladder.hold)
    }
    lines += ladder.finish(timeline.totals, ending(hasCalls: true))
    let skipped = told(lines).compactMap { line in
      line.split(separator: " ").compactMap { Int($0) }.first
    }
    #expect(skipped.count >= 2)
    #expect(skipped.reduce(0, +) + drawn == rows.count { !$0.isOpening })
  }

  /// That calls are not seen is told whatever else is skipped.
  @Test func whatIsNotSeenIsToldAllTheSame() throws {
    let process = ProcessName(id: 7, name: "client")
    var ladder = Ladder(Heading(source: "lo", hasCalls: true), style: LadderStyle())
    func row(_ time: Int64, _ content: Row.Content) -> Row {
      Row(time: Instant(time), connection: nil, content: content)
    }
    var lines = ladder.append([row(1, .output("one", process, .client))])
    lines += ladder.advance(to: Instant(2 * Ladder.hold))
    ladder.skips = .tooFast
    lines += ladder.append([
      row(2, .output("two", process, .client)), row(3, .output("three", process, .client)),
      row(4, .blind("5 calls", process, .client)), row(5, .output("four", process, .client)),
    ])
    ladder.skips = nil
    lines += ladder.append([row(6, .output("five", process, .client))])
    let told = lines.filter {
      $0.contains("not drawn") || $0.contains("not seen") || $0.contains("five")
    }
    try #require(told.count == 4)
    #expect(told[0].contains("2 rows not drawn"))
    #expect(told[1].contains("not seen: 5 calls"))
    #expect(told[2].contains("1 row not drawn"))
  }

  /// A plain line tells a call as a whole, also where its entry was missing.
  @Test func plainLinesSayItToo() {
    let whole = lines(.tcpDemo, without: 0..<0) { $0.isLines = true }
    let lines = lines(.tcpDemo, without: 6..<16) { $0.isLines = true }
    #expect(told(lines).count == 1)
    #expect(told(lines)[0].hasPrefix("10 rows not drawn"))
    let bare = Set(lines.map { $0.replacing("*", with: "") })
    #expect(bare.subtracting(whole).count == 1)
    // What a row names that is missing has the mark: the last of the missing ones may be such.
    let marked = (8..<20).filter { end in
      self.lines(.tcpDemo, without: 6..<end) { $0.isLines = true }
        .contains { $0.contains("*") && !$0.contains("not drawn") }
    }
    #expect(!marked.isEmpty)
  }

  /// A connection that begins where nothing is drawn is announced with its first row that is.
  @Test func connectionsThatBeganMeanwhileAreAnnounced() {
    let whole = lines(.fourConnections, without: 0..<0) { $0.isLines = true }
    let missing = lines(.fourConnections, without: 1..<40) { $0.isLines = true }
    for number in 1...4 {
      let name = "TCP \(number)  "
      #expect(whole.contains { $0.contains(name) } == missing.contains { $0.contains(name) })
    }
  }
}
