import Calls
import Glibc
import Process
import Testing

@testable import Tracing

/// Processes that cannot be asked as others are: no call of theirs is lost.
@Suite(.serialized, .ownNetwork) struct TracerHoldingsTests {
  /// What was written in each conversation: all by sockets that are known, with both ends.
  private func texts(_ recording: Recording) -> [String] {
    recording.calls(.write).filter { $0.socket?.local?.port ?? 0 > 0 && $0.socket?.peer != nil }
      .map { String(decoding: $0.arguments.payload, as: UTF8.self) }
  }

  /// The number of calls of one conversation.
  private static let conversation = 12

  @Test(arguments: [
    ("exec", ["again"]), ("gone", ["alone"]), ("gone-exec", ["alone", "again"]),
    ("chain", ["second", "third"]),
  ])
  func everyConversationIsSeen(_ name: String, _ expected: [String]) throws {
    let recording = try Recording.ofProgram("leader", name)
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    #expect(texts(recording) == expected)
    // socket, bind, listen, getsockname, socket, connect, accept, close, write, read, close, close.
    #expect(recording.calls.count == Self.conversation * expected.count)
    #expect(!recording.events.contains { if case .blind = $0.what { true } else { false } })
  }

  /// As root, whom the kernel tells everything, nothing is hidden.
  @Test(.needs(geteuid() == 0, "the kernel tells root alone")) func rootSeesWhatIsHidden() throws {
    let recording = try Recording.ofProgram("leader", "hidden")
    #expect(recording.problems == [])
    #expect(texts(recording) == ["hidden"])
  }
}
