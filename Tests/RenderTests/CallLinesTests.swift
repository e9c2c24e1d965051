import Calls
import Testing
import Timeline

@testable import Render

@Suite struct CallLinesTests {
  @Test func aWholeCallHasOneLineAndNoBar() {
    var layout = layout()
    let lines = layout.lines(of: callRow(8, .shutdown, .whole))
    #expect(words(lines, .client) == [["c8 shutdown(fd 3, ?) = 0"]])
    #expect(lines.first?.client.bar == Lane.Bar.none)
    #expect(lines.first?.mark == .blank)
  }

  @Test func aCallThatSendsNothingIsMarked() {
    var layout = layout()
    #expect(layout.lines(of: callRow(8, .read)).first?.mark == .silent)
    let returned = callRow(8, .read, .exit, result: 13)
    #expect(layout.lines(of: returned).first?.mark == .blank)
    let far = callRow(9, .connect, .whole) { $0.sends = .elsewhere }
    let lines = layout.lines(of: far)
    #expect(lines.first?.mark == .blank)
    #expect(words(lines, .client) == [["c9 connect(fd 3, NULL) = 0"], ["peer not on lo"]])
  }

  @Test func aReturnSaysHowLongAndWhatWoke() {
    var layout = layout()
    _ = layout.lines(of: callRow(8, .read))
    let row = callRow(8, .read, .exit, result: 13) { $0.wake = .packet(4, before: 12_000) }
    let line = layout.lines(of: row).first
    // The client's words are read from left to right too.
    #expect(line?.client.words.map(\.text) == ["in 0.500, woken by 4", "= 13"])
    #expect(line?.client.bar == .returns(several: false))
    #expect(layout.scene.calls.isEmpty)
  }

  @Test func aCallThatDidNotWaitSaysSo() {
    var layout = layout()
    let row = callRow(8, .read, .whole, .server, result: 13) {
      $0.wake = .didNotWait(packet: 4, since: 300_000)
    }
    let texts = words(layout.lines(of: row), .server)
    #expect(texts == [["c8 read(fd 3, 0) = 13"], ["did not wait: 4 was there"]])
    layout.room.server = 80
    #expect(
      words(layout.lines(of: row), .server)
        == [["c8 read(fd 3, 0) = 13", "did not wait: 4 came 0.300 ms before"]])
  }

  @Test func errorsHaveTheirSentence() {
    var layout = layout()
    _ = layout.lines(of: callRow(6, .connect))
    let row = callRow(6, .connect, .exit, result: -111, error: 111) {
      $0.wake = .packet(2, before: 1000)
    }
    #expect(
      words(layout.lines(of: row), .client)
        == [["woken by 2", "= -1 ECONNREFUSED"], ["(Connection refused)"]])
  }

  @Test func aReturnAmongOthersIsNamed() {
    var layout = layout()
    _ = layout.lines(of: callRow(8, .write))
    _ = layout.lines(of: callRow(9, .read, thread: 4122))
    let first = layout.lines(of: callRow(8, .write, .exit, result: 13))
    #expect(words(first, .client)[0].last == "c8 write = 13")
    #expect(first.first?.client.bar == .returns(several: true))
    let second = layout.lines(of: callRow(9, .read, .exit, result: 13))
    #expect(words(second, .client)[0].last == "c9 read = 13")
    #expect(second.first?.client.bar == .returns(several: false))
  }

  @Test func aReturnWhoseBeginningWasNotShownIsWhole() {
    var layout = layout()
    let lines = layout.lines(of: callRow(8, .close, .exit))
    #expect(words(lines, .client)[0].last == "c8 close(fd 3) = 0")
  }

  @Test func anotherProcessOfTheLaneIsNamed() {
    var layout = layout()
    func row(_ number: Int, _ process: ProcessName) -> Row {
      callRow(number, .close, .whole) { $0.record.process = process }
    }
    let child = ProcessName(id: 4125, name: "client")
    let shell = ProcessName(id: 4126, name: "sh")
    #expect(words(layout.lines(of: row(1, client)), .client) == [["c1 close(fd 3) = 0"]])
    #expect(words(layout.lines(of: row(2, child)), .client) == [["[4125] c2 close(fd 3) = 0"]])
    #expect(words(layout.lines(of: row(3, child)), .client) == [["c3 close(fd 3) = 0"]])
    #expect(words(layout.lines(of: row(4, shell)), .client) == [["sh[4126] c4 close(fd 3) = 0"]])
    layout.room.client = 12
    #expect(
      words(layout.lines(of: row(5, client)), .client) == [["client[4121]"], ["c5 close = 0"]])
  }

  @Test func nothingIsSentByClosingWhatIsClosed() {
    var layout = layout()
    let whole = callRow(8, .close, .whole)
    #expect(layout.lines(of: whole).first?.mark == .blank)
    layout.scene.connections[ConnectionID(1)]?.client.state = .closed
    #expect(layout.lines(of: whole).first?.mark == .silent)
  }

  @Test(arguments: SystemCall.allCases)
  func everyCallHasWordsAtEveryWidth(call: SystemCall) {
    for width in stride(from: 80, through: 160, by: 8) {
      for style in [LadderStyle.CallNotation.words, .c] {
        var ladder = LadderStyle()
        ladder.calls = style
        var layout = Layout(
          room: Room(width: width, time: 7, number: 3, connection: 2), style: ladder,
          language: .english)
        for part in [CallRow.Part.whole, .enter, .exit] {
          for line in layout.lines(of: callRow(123, call, part, result: 12_345)) {
            #expect(line.client.words.columns <= layout.room.client)
            #expect(!line.client.words.isEmpty)
          }
        }
      }
    }
  }
}
