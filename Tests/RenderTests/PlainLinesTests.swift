import Testing
import Timeline

@testable import Render

@Suite struct PlainLinesTests {
  @Test func aCallHasOneLineWhenItReturns() {
    var plain = PlainLines(style: LadderStyle(), language: .english)
    #expect(plain.lines(of: callRow(8, .close), time: "1.000") == [])
    #expect(
      plain.lines(of: callRow(8, .close, .exit), time: "1.500")
        == ["1.500  c8  #1  client[4121]  close(fd 3) = 0  in 0.500 ms"])
    #expect(plain.finish() == [])
  }

  @Test func aCallThatNeverReturnsHasALineAtTheEnd() {
    var plain = PlainLines(style: LadderStyle(), language: .english)
    _ = plain.lines(of: callRow(8, .read), time: "1.000")
    #expect(
      plain.finish() == ["1.000  c8  #1  client[4121]  read(fd 3, 0) = ?  sends no packet"])
    #expect(plain.finish() == [])
  }

  @Test func deathEndsTheCallsOfAProcess() {
    var plain = PlainLines(style: LadderStyle(), language: .english)
    _ = plain.lines(of: callRow(8, .read), time: "1.000")
    _ = plain.lines(of: callRow(9, .read, .enter, .server), time: "1.000")
    let exit = Row(time: Instant(0), content: .exit(status: nil, signal: 9, client, .client))
    let lines = plain.lines(of: exit, time: "2.000")
    #expect(lines.count == 2)
    #expect(lines.last == "2.000  -  -  client[4121]  killed by SIGKILL")
    #expect(plain.finish().count == 1)
  }

  @Test func packetsNameTheCallThatSentThem() {
    var plain = PlainLines(style: LadderStyle(), language: .english)
    _ = plain.lines(of: callRow(8, .write), time: "1.000")
    var sent = cause(.call, .data, calls: [8])
    sent.bytes = 0..<13
    #expect(
      plain.lines(of: packetRow(4, sent), time: "1.100") == [
        "1.100  4  #1  127.0.0.1:1 > 127.0.0.1:2  PSH,ACK seq=1 ack=1 len=13 win=65535  "
          + "sent by c8 write, bytes 1 to 13 of the stream"
      ])
  }

  @Test func linesAreHarmless() {
    var style = LadderStyle()
    style.isASCII = true
    var plain = PlainLines(style: style, language: .english)
    let row = Row(time: Instant(0), content: .output("a\u{1B}é", client, .client))
    #expect(
      plain.lines(of: row, time: "0.000")
        == ["0.000  -  -  client[4121]  prints \"a\\x1b\\u{e9}\""])
  }
}
