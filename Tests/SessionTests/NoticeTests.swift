import Glibc
import Process
import Testing

@testable import Session

@Suite struct NoticeTests {
  @Test func namesWhoIsWaitedFor() throws {
    #expect(
      Director.Notice.waitsFor([7: "b\u{1B}[2J", 5: "a"]).sentence
        == "The command has exited; still waiting for a[5], b\\x1b[2J[7], which it left running: "
        + "Ctrl-C ends it.")
  }

  @Test func tellsOfAStopOnlyWhileItLasts() throws {
    let sleeper = try RunningProcess(["sleep", "20"])
    let process = sleeper.identifier
    let notice = Director.Notice.isStopped(process, "sleep", by: SIGSTOP)
    #expect(notice.sentence == nil)
    sleeper.signal(SIGSTOP)
    #expect(sleeper.wait { ProcessState.isStopped(process) })
    #expect(
      notice.sentence
        == "sleep[\(process)] was stopped by SIGSTOP: `kill -CONT \(process)` resumes it, "
        + "Ctrl-C twice ends it.")
    sleeper.signal(SIGKILL)
    #expect(try sleeper.wait().status == 137)
    #expect(!ProcessState.isStopped(process))
  }
}
