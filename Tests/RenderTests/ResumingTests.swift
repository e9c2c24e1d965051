import Calls
import Scenario
import Testing
import Timeline

@testable import Render

/// What is shown begins in the middle: bars that run, and the states of the ends.
@Suite struct ResumingTests {
  private func late(_ from: Double, width: Int = 120) -> [Substring] {
    var selection = Selection()
    selection.from = from
    return ladder(.tcpDemo, selection) { $0.width = width }.split(separator: "\n")
  }

  /// At 1.350 ms the connection is made, and the server is inside read(): c7, until 1.384 ms.
  @Test func callsThatRunAndStatesAreTold() throws {
    let lines = late(0.00135)
    let line = try #require(lines.first { $0.contains("state at this point") })
    #expect(line.contains("ESTABLISHED"))
    #expect(line.contains("inside c7 read(4)"))
    #expect(line.contains("┃"))
    // Its return is that of a call that runs, and says which.
    let exit = try #require(lines.first { $0.contains("┗") })
    #expect(exit.contains("c7 read = 13"))
  }

  @Test func whatIsOverIsNotTold() {
    let lines = late(0.00153)
    #expect(!lines.contains { $0.contains("inside c7") })
    #expect(lines.contains { $0.contains("state at this point") && $0.contains("FIN-WAIT") })
  }

  @Test func nothingIsToldWhereNothingIsLeftOut() {
    #expect(!late(0).contains { $0.contains("state at this point") })
  }

  /// Calls that run, but were not chosen, have no bars.
  @Test func whatIsNotChosenDoesNotRun() {
    var selection = Selection()
    selection.from = 0.00135
    selection.calls = [.write]
    let text = ladder(.tcpDemo, selection)
    #expect(!text.contains("inside c7"))
  }

  /// A picture begins with the same line, with bars and bands from there on.
  @Test func picturesBeginSoToo() throws {
    var selection = Selection()
    selection.from = 0.00135
    let (figure, _, _) = try figure(.tcpDemo, selection: selection)
    let (letters, _) = try figure.lettered()
    let panel = try #require(figure.panels(letters, figure.room(columns: 120)).first)
    #expect(panel.entries[0].line.middle == .note("state at this point", .faint))
    #expect(panel.bars.contains { $0.call == CallID(7) && $0.first == 0 && ($0.last ?? 0) > 0 })
    #expect(panel.spans.contains { $0.state == .established && $0.first == 0 })
  }

  /// A plain line tells a call as a whole, also where it began before or returns after what is shown.
  @Test func plainLinesAreWhole() {
    var selection = Selection()
    selection.to = 0.00137
    let text = ladder(.tcpDemo, selection) { $0.isLines = true }
    #expect(text.contains("c7  #1  server[4120]  read(fd 4, 1024) = 13"))
    #expect(!text.contains("= ?"))
  }
}
