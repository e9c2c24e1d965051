import Calls
import Testing
import Timeline

@testable import Render

@Suite struct CallWordsTests {
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
      words(layout.lines(of: row(5, client)), .client) == [
        ["client[4121]"], ["c5 close(3)"], ["= 0"],
      ])
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
