import Glibc
import Process
import Testing

/// The network of the calling thread, or of the process's first one, as `net:[4026531840]`.
private func namespace(of task: String) -> String {
  var room = [CChar](repeating: 0, count: 64)
  let count = readlink("/proc/\(task)/ns/net", &room, room.count)
  return String(decoding: room.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The network that a test asks for with a trait.
@Suite(.ownNetwork) struct OwnNetworkTests {
  /// Each case is on a thread that is elsewhere than the process's first, and what it starts is with
  /// it; `lo` is up, and nobody else's sockets are there.
  @Test(arguments: 1...3) func eachCaseHasItsOwn(_ number: Int) throws {
    let own = namespace(of: "thread-self")
    #expect(own.hasPrefix("net:["))
    #expect(own != namespace(of: "self"))
    #expect(try runText(["readlink", "/proc/self/ns/net"]).text == own + "\n")
    let sockets = try runText(["cat", "/proc/self/net/tcp", "/proc/self/net/udp"]).text
    #expect(sockets.split(separator: "\n").count == 2)
    let server = try LoopbackSocket(datagrams: false)
    try server.listen()
    _ = try exchangeStrings(with: server)
    try OwnNetwork.requireChoice()
  }

  /// A test that stops to wait goes on where it was.
  @Test func itStaysThereAfterAWait() async throws {
    let before = namespace(of: "thread-self")
    await Task.yield()
    try await Task.sleep(for: .milliseconds(1))
    #expect(namespace(of: "thread-self") == before)
  }
}

/// A test that says nothing of its network gets none for its programs.
@Suite struct NetworkChoiceTests {
  @Test(.machinesNetwork) func aTestOfTheMachinesIsThere() throws {
    #expect(namespace(of: "thread-self") == namespace(of: "self"))
    try OwnNetwork.requireChoice()
  }

  @Test func aChoiceIsAskedFor() {
    #expect(throws: (any Error).self) { try OwnNetwork.requireChoice() }
  }
}
