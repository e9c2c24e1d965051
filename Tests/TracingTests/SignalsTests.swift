import Calls
import Foundation
import Process
import Testing

@testable import Tracing

/// Signals that interrupt a call: told as one call, with what the program was told in the end.
@Suite(.serialized, .ownNetwork) struct SignalsTests {
  /// Without SA_RESTART the program sees EINTR.
  @Test func fails() throws {
    let recording = try Recording.ofProgram("signals", "fail")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    #expect(recording.calls(.read).map(\.outcome?.error) == [Errno(EINTR)])
  }

  @Test func restarts() throws {
    let recording = try Recording.ofProgram("signals", "restart")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0"])
    #expect(recording.calls(.read).map(\.outcome?.result) == [4])
  }

  /// The handler made a call of its own in between: that ends the first part of the read.
  @Test func handlerCalls() throws {
    let recording = try Recording.ofProgram("signals", "handler")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0"])
    let calls = recording.calls(.read, .write).filter { $0.process == recording.processes.first }
    #expect(calls.map(\.call) == [.read, .write, .read])
    #expect(calls.map(\.outcome?.result) == [Int64(-EINTR), 1, 4])
    #expect(calls.first?.socket?.id == calls.last?.socket?.id)
  }

  @Test func stopsAndGoesOn() throws {
    let recording = try Recording.ofProgram("signals", "stop")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0"])
    #expect(recording.calls(.read).map(\.outcome?.result) == [4])
    #expect(recording.events.contains { $0.what == .signalled(SIGSTOP) })
  }

  /// poll(2) goes on by restart_syscall(2).
  @Test func pollGoesOn() throws {
    let recording = try Recording.ofProgram("signals", "poll")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0"])
    let polls = recording.calls(.poll, .ppoll)
    #expect(polls.map(\.outcome?.result) == [1])
    #expect(polls.first?.ready == [try #require(recording.calls(.read).first?.socket?.id)])
  }
}
