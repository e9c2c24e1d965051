import Process
import Testing

/// More clients than a listening socket's queue holds.
@Suite(.ownNetwork) struct LiveBacklogTests {
  @Test func clientsThatFindTheQueueFullWaitForRoom() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/session.pcapng"
    let ladder = folder.path + "/ladder"
    let outcome = try Live.run([
      "pair", "--private", "--lines", "-w", file, "-o", ladder, "--server",
      Live.program("backlog-server 4000 2 6"), "--client",
      Live.program("backlog-client 4000 6"),
    ])
    #expect(outcome.status == 0)
    let live = try runText(["cat", ladder]).text
    let recorded = Recorded(live)
    // Three find room, one more than the backlog; the SYNs of the others are not answered.
    let turned = recorded.packets.filter { $0.cause.contains("no answer: accept queue full") }
    #expect(turned.count >= 3)
    #expect(Set(turned.map(\.connection)).count == 3)
    #expect(turned.allSatisfy { $0.cause.contains("full, 3 of 3") && $0.flags == "SYN" })
    // Each of the three is let in by an accept(), which its connect() names.
    let accepts = recorded.calls.values.filter { $0.name == "accept" }.map { "c\($0.number)" }
    let connects = recorded.calls.values.filter { $0.name == "connect" }
    let late = connects.filter { $0.notes.contains("freed a place") }
    #expect(late.count == 3)
    for call in late { #expect(accepts.contains { call.notes.contains($0 + " freed a place") }) }
    #expect(live.contains("accept queue was full: 3 of 3"))
    #expect(live.contains("unexplained 0"))
    #expect(try Live.run(["replay", "--lines", file]).text == live)
    #expect(try Live.run(["replay", "--verify", file]).status == 0)
    let export = try Live.run(["export", "--format", "jsonl", file]).text
    #expect(export.contains("\"queue_before\":3,\"queue_after\":2,\"queue_places\":3"))
    #expect(export.contains("\"accept_queue\":\"full\""))
  }

  /// Clients that find room: nothing is said.
  @Test func aQueueWithRoomIsNotMentioned() throws {
    let outcome = try Live.run([
      "pair", "--private", "--lines", "--server", Live.program("backlog-server 4000 16 2"),
      "--client", Live.program("backlog-client 4000 2"),
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errorText.contains("accept(fd"))
    #expect(!outcome.errorText.contains("queue"))
  }
}
