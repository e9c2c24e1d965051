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

  @Test func nothingIsSentByClosingWhatIsClosed() {
    var layout = layout()
    let whole = callRow(8, .close, .whole)
    #expect(layout.lines(of: whole).first?.mark == .blank)
    layout.scene.connections[ConnectionID(1)]?.client.state = .closed
    #expect(layout.lines(of: whole).first?.mark == .silent)
  }
}
