import Calls
import Glibc
import Process
import Testing

@testable import Tracing

/// Programs with seccomp filters of their own: they run as they do alone, and what their filters refuse
/// is seen. `StraceTests` compares their calls with what strace sees.
@Suite(.serialized, .ownNetwork) struct TracerFiltersTests {
  /// How a program ends without a tracer.
  private func alone(_ name: String) throws -> Int32 {
    try runText([Recording.programs, "filters", name]).status
  }

  private func refused(_ name: String) throws -> (Recording, RecordedCall?) {
    let recording = try Recording.ofProgram("filters", name)
    return (recording, recording.calls(.shutdown).first)
  }

  /// SECCOMP_RET_ERRNO by seccomp(2) and by prctl(2), SECCOMP_RET_TRACE without a tracer of its own,
  /// and a supervisor that answers.
  @Test(arguments: [
    ("errno", EPERM), ("prctl", ENETDOWN), ("trace", ENOSYS), ("notify", EACCES),
  ])
  func aRefusedCallHasItsError(_ name: String, _ error: Int32) throws {
    #expect(try alone(name) == 0)
    let (recording, call) = try refused(name)
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    #expect(call?.outcome?.error == Errno(error))
    #expect(call?.outcome?.isTrapped == false)
    #expect(call?.socket != nil)
  }

  /// What the filter lets through is seen as before: writes and reads after it.
  @Test(arguments: [("errno", 2), ("trace", 2), ("log", 1)])
  func whatIsAllowedGoesOn(_ name: String, _ exchanges: Int) throws {
    let recording = try Recording.ofProgram("filters", name)
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    let results = recording.calls(.write).map(\.outcome?.result)
    #expect(results == Array(repeating: 5, count: exchanges))
    #expect(recording.calls(.read).map(\.outcome?.result) == results)
  }

  /// SECCOMP_RET_TRAP: the result is the handler's; the call did not run.
  @Test func aTrappedCallSaysSo() throws {
    #expect(try alone("trap") == 0)
    let (recording, call) = try refused("trap")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    #expect(call?.outcome?.isTrapped == true)
    #expect(recording.events.contains { $0.what == .signalled(SIGSYS) })
  }

  @Test(arguments: ["kill", "kill-thread"])
  func whatKillsIsSeen(_ name: String) throws {
    let (recording, call) = try refused(name)
    #expect(recording.problems == [])
    #expect(recording.endings == ["signal \(SIGSYS)"])
    #expect(call != nil)
    #expect(call?.outcome?.isTrapped ?? true)
  }

  /// SECCOMP_FILTER_FLAG_TSYNC: a thread that makes no call, and one that waits in one, have the filter
  /// at once; neither hears of the tracer's stop.
  @Test func threadsGetTheFilterTogether() throws {
    #expect(try alone("threads") == 0)
    let recording = try Recording.ofProgram("filters", "threads")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    let refused = recording.calls(.shutdown)
    #expect(refused.map(\.outcome?.error) == [Errno(EPERM), Errno(EPERM)])
    #expect(Set(refused.map(\.thread)).count == 2)
  }

  /// A filter outlives exec, and a child has it.
  @Test func aFilterIsKept() throws {
    #expect(try alone("exec") == 0)
    let recording = try Recording.ofProgram("filters", "exec")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0"])
    let call = try #require(recording.calls(.socket).first)
    #expect(call.outcome?.error == Errno(EPERM))
    #expect(call.process == recording.processes.last)
  }

  /// The strict mode, which the kernel refuses to a program that has a filter.
  @Test func strictMode() throws {
    #expect(try alone("strict") == 0)
    let recording = try Recording.ofProgram("filters", "strict")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    #expect(recording.calls(.write).map(\.outcome?.result) == [5])
    let broken = try Recording.ofProgram("filters", "strict-broken")
    #expect(broken.endings == ["signal 9"])
    #expect(broken.calls(.shutdown).count == 1)
    #expect(broken.calls(.shutdown).first?.outcome == nil)
  }

  /// A child that its maker wants untraced runs as it does alone, and is traced.
  @Test(arguments: ["clone", "clone3"]) func anUntracedChild(_ name: String) throws {
    #expect(try alone(name) == 0)
    let recording = try Recording.ofProgram("filters", name)
    #expect(recording.problems == [])
    #expect(recording.endings == ["7", "0"])
    let child = try #require(recording.processes.last)
    #expect(recording.calls(.connect, .write, .read).filter { $0.process == child }.count == 3)
  }
}
