import Calls
import Foundation
import Process
import Testing

@testable import Tracing

/// Processes and threads that come and go.
@Suite(.serialized, .ownNetwork) struct TracerProcessesTests {
  @Test func manyShortOnes() throws {
    let recording = try Recording.of(
      [
        "sh", "-c", "for i in $(seq 300); do /bin/true; done; exit 4",
      ], timeout: 60)
    #expect(recording.problems == [])
    // The shell, seq in a process of a process or not, 300 times true.
    #expect(recording.processes.count >= 302)
    #expect(recording.endings.filter { $0 == "0" }.count >= 301)
    #expect(recording.endings.last == "4")
  }

  @Test func fiftyAtOnce() throws {
    let recording = try Recording.ofProgram("children", "many", "50")
    #expect(recording.problems == [])
    #expect(recording.processes.count == 51)
    #expect(recording.endings.filter { $0 == "3" }.count == 25)
    // Each child ends with its own socket and that of the parent, which listens.
    let listening = try #require(recording.calls(.listen).first?.socket?.id)
    let clients = recording.calls(.connect)
    #expect(clients.count == 50)
    for call in clients {
      let own = try #require(call.socket?.id)
      #expect(Set(recording.held[call.process] ?? []) == [listening, own])
    }
  }

  @Test func killedInACall() throws {
    let recording = try Recording.ofProgram("children", "killed", "5")
    #expect(recording.problems == [])
    #expect(recording.endings.filter { $0 == "signal 9" }.count == 5)
    // Each died in a read that never returned, or in one that was about to begin.
    let children = recording.processes.dropFirst()
    for child in children {
      let last = recording.calls.last { $0.process == child }
      #expect(last?.returned == nil || last?.call != .connect)
      #expect(recording.held[child]?.count == 2)
    }
  }

  @Test func threadDiesInACall() throws {
    let recording = try Recording.ofProgram("children", "thread")
    #expect(recording.problems == [])
    #expect(recording.endings == ["5"])
    let read = try #require(recording.calls(.read).first)
    #expect(read.thread != read.process)
    #expect(read.returned == nil)
  }

  /// exec from another thread than the first: the process lives on under its number.
  @Test func execFromAThread() throws {
    let recording = try Recording.ofProgram("processes", "threads")
    #expect(recording.problems == [])
    #expect(recording.processes.count == 1)
    #expect(recording.endings == ["0"])
    let commands = recording.events.compactMap {
      if case .executed(_, let command, _, _) = $0.what { command.first } else { nil }
    }
    #expect(commands == [Recording.programs, "true"])
  }

  @Test func stopsItself() throws {
    let recording = try Recording.ofProgram("processes", "stop")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0"])
    #expect(recording.events.contains { $0.what == .signalled(SIGSTOP) })
  }

  /// A child that outlives its parent is waited for.
  @Test func daemon() throws {
    let recording = try Recording.ofProgram("processes", "daemon", "1")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0"])
    let (first, last) = (recording.processes.first, recording.processes.last)
    #expect(recording.gone == [first, last])
  }

  @Test func brokenPipe() throws {
    let port: UInt16 = 3490
    let recording = try Recording.ofProgram("processes", "sigpipe", "\(port)")
    #expect(recording.problems == [])
    #expect(recording.endings == ["signal 13"])
    let writes = recording.calls(.write)
    #expect(writes.map(\.outcome?.error) == [Errno(ECONNRESET), Errno(EPIPE)])
    let signal = recording.events.firstIndex { $0.what == .signalled(SIGPIPE) }
    #expect(signal != nil)
  }

  @Test func staticBinary() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(
      Array(
        """
        #include <sys/socket.h>
        #include <unistd.h>
        int main(void) { int s = socket(AF_INET, SOCK_DGRAM, 0); return close(s); }
        """.utf8), to: "static.c")
    let binary = folder.path + "/static"
    let built = try runText(["cc", "-static", "-o", binary, source])
    try Machine.require(built.status == 0, "cc -static says \(built.errorText)")
    let recording = try Recording.of([binary])
    #expect(recording.problems == [])
    #expect(recording.calls.map(\.call) == [.socket, .close])
  }

  /// A program of 32 bits runs as it would alone, and the recorder says that it sees nothing.
  @Test func thirtyTwoBits() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Array("int main(void) { return 3; }".utf8), to: "small.c")
    let binary = folder.path + "/small"
    let built = try runText(["cc", "-m32", "-o", binary, source])
    try Machine.require(built.status == 0, "there is no compiler for 32 bits: \(built.errorText)")
    let recording = try Recording.of([binary])
    #expect(recording.endings == ["3"])
    #expect(recording.events.contains { if case .blind = $0.what { true } else { false } })
  }
}
