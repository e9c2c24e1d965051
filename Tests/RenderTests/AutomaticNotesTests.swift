import Explain
import Scenario
import Testing
import Timeline

@testable import Render

@Suite struct AutomaticNotesTests {
  private func notes(_ scenario: Scenario) -> [AutomaticNotes.Found] {
    AutomaticNotes.find(scenario.rows, .english)
  }

  @Test func theDemoIsTold() {
    let found = notes(.tcpDemo)
    #expect(found.map(\.packet) == [1, 2, 3, 4, 6, 8, 9, 10])
    #expect(
      found.map(\.text) == [
        "connect() sends the SYN. No bind() chose the port: the kernel picked 51514.",
        "No call sends this: the kernel answers for the listening socket, on a new socket. "
          + "The client's connect() (c6) then returns 0.",
        "The kernel answers 2, and the handshake is complete. The server's accept() (c4) then "
          + "returns fd 4.",
        "write() put 13 bytes into one segment. The server's read() (c7) then returns 13.",
        "write() put 13 bytes into one segment. The client's read() (c9) then returns 13.",
        "The client's close() sends the FIN. The server's read() (c11) then returns 0: EOF.",
        "The server's close() sends the FIN. It also acknowledges 8: three segments, not four.",
        "The client keeps the pair of ports in TIME-WAIT for 60 s.",
      ])
    #expect(found.allSatisfy { !$0.isUnusual })
  }

  @Test func theUsualIsToldOnce() {
    let found = notes(.manyConnections)
    let rows = Scenario.manyConnections.rows
    let syns = found.filter { $0.text.contains("sends the SYN") }
    #expect(syns.count == 1)
    #expect(found.count <= AutomaticNotes.most)
    // Each close is told.
    #expect(found.filter { $0.text.contains("sends the FIN") }.count > 2)
    #expect(rows.count > 100)
  }

  @Test func theUnusualIsTold() {
    let refused = notes(.refused)
    #expect(refused.contains { $0.isUnusual && $0.text.contains("nobody listens") })
    let reset = notes(.reset)
    #expect(reset.contains { $0.isUnusual && $0.text.contains("RST") })
    let again = notes(.retransmission)
    #expect(again.contains { $0.isUnusual && $0.text.contains("retransmits") }, "\(again)")
    #expect(notes(.busy).contains { $0.isUnusual && $0.text.contains("win") || $0.isUnusual })
  }

  /// Where there are too many, what is unusual stays, in the order of the packets.
  @Test func theUnusualStays() {
    var rows = Scenario.manyConnections.rows
    rows += Scenario.reset.rows
    let found = AutomaticNotes.find(rows, .english)
    #expect(found.count == AutomaticNotes.most)
    #expect(found.contains { $0.isUnusual })
  }

  @Test func withoutCallsNothingIsGuessed() {
    let found = notes(.withoutCalls)
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { !$0.text.contains("()") })
  }
}
