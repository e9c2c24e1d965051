import Golden
import Render
import Scenario
import Testing
import Timeline

/// The text of a scenario, drawn row by row as a live run would.
func ladder(
  _ scenario: Scenario, _ selection: Selection = Selection(),
  source: String = "lo, private network", _ change: (inout LadderStyle) -> Void = { _ in }
) -> String {
  var style = LadderStyle()
  change(&style)
  let heading = Heading(source: source, hasCalls: scenario.hasCalls)
  var ladder = Ladder(heading, style: style, selection: selection)
  var timeline = scenario.timeline
  var lines: [String] = []
  for event in scenario.events { lines += ladder.append(timeline.append(event)) }
  lines += ladder.append(timeline.finish())
  lines += ladder.finish(timeline.totals, ending(hasCalls: scenario.hasCalls))
  return lines.map { $0 + "\n" }.joined()
}

/// An ending as a live run has it, or a file.
func ending(hasCalls: Bool) -> Ending {
  var ending = Ending()
  guard hasCalls else { return ending }
  ending.lostByKernel = 0
  ending.lostByInterface = 0
  ending.stretch = 2
  ending.addedNanoseconds = 14_000
  return ending
}

/// Whole ladders of the ready scenarios.
@Suite struct LadderTests {
  static let all: [(name: String, scenario: Scenario)] = [
    ("tcp", .tcpDemo), ("udp", .udpDemo), ("refused", .refused),
    ("refused-datagram", .refusedDatagram), ("reset", .reset),
    ("retransmission", .retransmission), ("ipv6", .ipv6),
    ("four-connections", .fourConnections), ("fork", .fork),
    ("dying-program", .dyingProgram), ("without-calls", .withoutCalls), ("busy", .busy),
    ("threads", .threads),
  ]

  @Test(arguments: all.indices, [80, 104, 152])
  func ladderIsTheGoldenText(index: Int, width: Int) {
    let (name, scenario) = LadderTests.all[index]
    let text = ladder(scenario) { $0.width = width }
    let difference = Golden.difference(of: text, from: "\(name)-\(width).txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test(arguments: all.indices)
  func asciiLadderIsTheGoldenText(index: Int) {
    let (name, scenario) = LadderTests.all[index]
    let text = ladder(scenario) { $0.isASCII = true }
    #expect(text.utf8.allSatisfy { $0 == 10 || 0x20...0x7E ~= $0 })
    let difference = Golden.difference(of: text, from: "\(name)-ascii.txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test(arguments: all.indices)
  func replayDrawsWhatLiveDrew(index: Int) {
    let scenario = LadderTests.all[index].scenario
    let heading = Heading(source: "lo, private network", hasCalls: scenario.hasCalls)
    var ladder = Ladder(heading, style: LadderStyle())
    let (rows, totals) = scenario.played()
    var lines = ladder.append(rows)
    lines += ladder.finish(totals, ending(hasCalls: scenario.hasCalls))
    let live = RenderTests.ladder(scenario)
    #expect(lines.map { $0 + "\n" }.joined() == live)
  }

  @Test(arguments: all.indices)
  func timeThatPassesChangesNothing(index: Int) {
    let scenario = LadderTests.all[index].scenario
    let heading = Heading(source: "lo, private network", hasCalls: scenario.hasCalls)
    var ladder = Ladder(heading, style: LadderStyle())
    var timeline = scenario.timeline
    var lines: [String] = []
    var last: Instant?
    for event in scenario.events {
      // As a live run that looks every 10 ms.
      if var now = last {
        while now + 10_000_000 < event.time {
          now = now + 10_000_000
          lines += ladder.append(timeline.advance(to: now))
          lines += ladder.advance(to: now + -Timeline.lookahead)
        }
      }
      lines += ladder.append(timeline.append(event))
      last = event.time
    }
    lines += ladder.append(timeline.finish())
    lines += ladder.finish(timeline.totals, ending(hasCalls: scenario.hasCalls))
    #expect(lines.map { $0 + "\n" }.joined() == RenderTests.ladder(scenario))
  }

  @Test func rowsHeldBackAreDrawnInTime() {
    let scenario = Scenario.tcpDemo
    let rows = scenario.rows
    var ladder = Ladder(Heading(source: "lo", hasCalls: true), style: LadderStyle())
    #expect(ladder.append([rows[0]]).isEmpty)
    #expect(ladder.advance(to: rows[0].time + Ladder.hold).isEmpty)
    let lines = ladder.advance(to: rows[0].time + (Ladder.hold + 1))
    #expect(lines.last?.contains("c1 socket(TCP) = fd 3") ?? false)
    #expect(ladder.advance(to: rows[0].time + 2 * Ladder.hold).isEmpty)
  }

  @Test(arguments: all.indices, [80, 93, 104, 117, 152, 200])
  func noLineIsWiderThanThePage(index: Int, width: Int) {
    for line in ladder(LadderTests.all[index].scenario, Selection(), { $0.width = width }).split(
      separator: "\n")
    {
      #expect(line.count <= width, "\(line)")
    }
  }

  @Test(arguments: all.indices, [80, 104, 152])
  func lifelinesStandInTheirColumns(index: Int, width: Int) {
    let text = ladder(LadderTests.all[index].scenario) { $0.width = width }
    var columns: Set<Int> = []
    for line in text.split(separator: "\n") where !line.hasPrefix("──") {
      let characters = Array(line)
      // The legend has bars of its own.
      if line.contains("━ sent by") { continue }
      columns.formUnion(characters.indices.filter { "│├┤┿".contains(characters[$0]) })
    }
    // Nobody is at the other end of a refusal.
    let isRefused = LadderTests.all[index].name.hasPrefix("refused")
    #expect(columns.count == (isRefused ? 1 : 2), "\(columns.sorted())")
  }

  @Test func aRecordingOfNothingHasHeaderAndFooter() {
    var ladder = Ladder(Heading(source: "lo", hasCalls: true), style: LadderStyle())
    let lines = ladder.finish(Totals(), Ending())
    #expect(lines.first == "lo   seq and ack relative")
    #expect(lines.last == "0 packets, 0 calls   unexplained 0")
  }

  @Test(arguments: [80, 104, 152])
  func foreignTextIsHarmless(width: Int) {
    let script = Script()
    let program = script.process(7, "\u{1B}[31mevil\n\u{202E}", .client)
    let socket = script.socket(fd: 3)
    program.socket(0...8, socket)
    let connect = program.connect(20, socket, "127.0.0.1:3490")
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    stream.handshake(25, 26, 27)
    connect.returns(30)
    program.write(40...50, socket, "\u{1B}]0;title\u{7}\r\n\u{9B}2J\u{200B}")
    stream.client(45, [.psh, .ack], length: 19)
    script.prints(60, program, "\u{1B}[2J\u{1B}[Hcleared\u{85}")
    program.event(70, .blind("\u{1B}c"))
    program.event(80, .signalled(13))
    program.dies(90...95, signal: 9)
    for change: (inout LadderStyle) -> Void in [
      { $0.width = width }, { $0.isASCII = true }, { $0.isLines = true }, { $0.calls = .c },
    ] {
      let text = ladder(script.scenario, Selection(), change)
      #expect(text.contains("evil"))
      for scalar in text.unicodeScalars where scalar != "\n" {
        #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
        #expect(scalar.properties.generalCategory != .format)
      }
    }
  }

  @Test func notesOfAnyOriginAreHarmless() {
    let heading = Heading(
      source: "a\u{1B}[2Jb", hasCalls: true, notes: ["line\nbreak \u{202E}reversed"])
    var ladder = Ladder(heading, style: LadderStyle())
    var ending = Ending()
    ending.notes = ["\u{7}bell"]
    let text = ladder.finish(Totals(), ending).joined(separator: "\n")
    #expect(text.contains("a\\x1b[2Jb"))
    #expect(text.contains("line\\nbreak \\u{202e}reversed"))
    #expect(text.contains("\\x07bell"))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }
}
