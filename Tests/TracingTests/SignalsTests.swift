import Calls
import Foundation
import Process
import Testing

@testable import Tracing

/// Signals that interrupt a call: it ends there, with the signal, and what begins again is another one.
@Suite(.serialized, .ownNetwork) struct SignalsTests {
  private func run(_ name: String) throws -> Recording {
    let recording = try Recording.ofProgram("signals", name)
    #expect(recording.problems == [])
    #expect(Set(recording.endings) == ["0"])
    return recording
  }

  /// The calls of a kind by the first process.
  private func calls(_ recording: Recording, _ kinds: SystemCall...) -> [RecordedCall] {
    recording.calls.filter { kinds.contains($0.call) && $0.process == recording.processes.first }
  }

  /// Which of the calls each one goes on with, counted from 0.
  private func again(_ calls: [RecordedCall]) -> [Int?] {
    calls.map { call in call.arguments.again.flatMap { id in calls.firstIndex { $0.id == id } } }
  }

  private func signals(_ recording: Recording) -> [Int32] {
    recording.events.compactMap { if case .signalled(let signal) = $0.what { signal } else { nil } }
  }

  /// ERESTARTSYS, ERESTART_RESTARTBLOCK (linux/errno.h).
  private static let restarted: Int64 = -512
  private static let byRestart: Int64 = -516

  /// Without SA_RESTART the program sees EINTR.
  @Test func fails() throws {
    let recording = try run("fail")
    #expect(calls(recording, .read).map(\.outcome?.error) == [Errno(EINTR)])
    #expect(signals(recording) == [SIGALRM])
  }

  @Test func restarts() throws {
    let recording = try run("restart")
    let reads = calls(recording, .read)
    #expect(reads.map(\.outcome?.result) == [Self.restarted, 4])
    #expect(again(reads) == [nil, 0])
    #expect(signals(recording) == [SIGALRM])
    // The signal stands between the two.
    let place = try #require(recording.events.firstIndex { $0.what == .signalled(SIGALRM) })
    let second = try #require(
      recording.events.firstIndex {
        if case .entered(let id, _, _, _) = $0.what { id == reads.last?.id } else { false }
      })
    #expect(place < second)
  }

  /// The handler makes a call of its own in between.
  @Test func handlerCalls() throws {
    let recording = try run("handler")
    let calls = self.calls(recording, .read, .write)
    #expect(calls.map(\.call) == [.read, .write, .read])
    #expect(calls.map(\.outcome?.result) == [Self.restarted, 1, 4])
    #expect(again(calls) == [nil, nil, 0])
    #expect(calls.first?.socket?.id == calls.last?.socket?.id)
  }

  /// Three times: each part begins where the last one ended.
  @Test func restartsThrice() throws {
    let recording = try run("receives")
    let reads = calls(recording, .recvfrom)
    #expect(reads.map(\.outcome?.result) == [-512, -512, -512, 4])
    #expect(again(reads) == [nil, 0, 1, 2])
    #expect(signals(recording) == [SIGUSR1, SIGUSR1, SIGUSR1])
  }

  @Test func acceptRestarts() throws {
    let recording = try run("accepts")
    let accepts = calls(recording, .accept)
    #expect(accepts.count == 2)
    #expect(accepts.first?.outcome?.result == Self.restarted)
    #expect(accepts.last?.outcome?.result ?? -1 > 0)
    #expect(again(accepts) == [nil, 0])
  }

  @Test func stopsAndGoesOn() throws {
    let recording = try run("stop")
    let reads = calls(recording, .read)
    #expect(reads.map(\.outcome?.result) == [Self.restarted, 4])
    #expect(again(reads) == [nil, 0])
    #expect(signals(recording).contains(SIGSTOP))
  }

  /// poll(2) goes on by restart_syscall(2).
  @Test func pollGoesOn() throws {
    let recording = try run("poll")
    let polls = calls(recording, .poll, .ppoll)
    #expect(polls.map(\.outcome?.result) == [Self.byRestart, 1])
    #expect(again(polls) == [nil, 0])
    #expect(polls.last?.ready == [try #require(recording.calls(.read).first?.socket?.id)])
  }

  /// With a handler poll(2) gives EINTR: what the program asks again alike is another call.
  @Test func pollIsAskedAgain() throws {
    let recording = try run("polls")
    let polls = calls(recording, .poll, .ppoll)
    #expect(polls.map(\.outcome?.result) == [Int64(-EINTR), Int64(-EINTR), 1])
    #expect(again(polls) == [nil, nil, nil])
  }

  /// The same without SA_RESTART, of a call that would begin again with it.
  @Test func readIsAskedAgain() throws {
    let recording = try run("reads")
    let reads = calls(recording, .read)
    #expect(reads.map(\.outcome?.result) == [Int64(-EINTR), 4])
    #expect(again(reads) == [nil, nil])
  }
}
