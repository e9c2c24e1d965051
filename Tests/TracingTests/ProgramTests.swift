import Calls
import Foundation
import Process
import Testing

@testable import Tracing

/// Programs that start, or do not.
@Suite(.serialized, .ownNetwork) struct ProgramTests {
  @Test(arguments: [(["/bin/true"], "0"), (["sh", "-c", "exit 7"], "7")])
  func status(_ command: [String], _ status: String) throws {
    let recording = try Recording.of(command)
    #expect(recording.problems == [])
    #expect(recording.endings == [status])
    guard case .running(let process)? = recording.reports.dropFirst().first else {
      Issue.record("not told to run: \(recording.reports)")
      return
    }
    guard case .ended(process, Int32(status), nil)? = recording.reports.last else {
      Issue.record("not told to have ended: \(recording.reports)")
      return
    }
    let executed = recording.events.compactMap {
      if case .executed(_, let command, _, _) = $0.what { command } else { nil }
    }
    #expect(executed == [command])
  }

  /// A program that cannot be executed is told with the reason, and never as a process.
  @Test func failures() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write(Array("no program".utf8), to: "text")
    let broken = try folder.write(Array("#!/does/not/exist\n".utf8), to: "broken")
    chmod(broken, 0o755)
    let rows: [([String], Int32)] = [
      (["/does/not/exist"], ENOENT), (["sockline-no-such-command"], ENOENT), ([text], EACCES),
      ([folder.path], EACCES), ([broken], ENOENT),
    ]
    for (command, error) in rows {
      let recording = try Recording.of(command)
      #expect(recording.events == [])
      guard recording.reports.count == 1, case .failed(_, error)? = recording.reports.first else {
        Issue.record("\(command): \(recording.reports)")
        continue
      }
    }
  }

  @Test func killedBySignal() throws {
    let recording = try Recording.of(["sh", "-c", "kill -TERM $$"])
    #expect(recording.endings == ["signal 15"])
    #expect(recording.events.contains { $0.what == .signalled(SIGTERM) })
    #expect(recording.problems == [])
  }

  /// What a program prints into a pipe that is told comes line by line, the last without its end.
  @Test func printedLines() throws {
    let pipe = Pipe()
    var status = stat()
    fstat(pipe.fileHandleForWriting.fileDescriptor, &status)
    let recording = try Recording.of(
      ["sh", "-c", "echo one; printf 'two\\n\\nth'; printf 'ree'"],
      output: pipe.fileHandleForWriting.fileDescriptor, printers: [UInt64(status.st_ino)])
    let lines = recording.reports.compactMap { report -> String? in
      guard case .printed(_, _, let bytes) = report else { return nil }
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(lines == ["one", "two", "", "three"])
  }

  /// A program starts with the signals of a shell: none blocked, SIGPIPE deadly.
  @Test func signalsAsAlone() throws {
    // As in a main thread: those of this test's pool block signals.
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    TracerThread.prepareSignals()
    pthread_sigmask(SIG_SETMASK, &before, nil)
    let recording = try Recording.of([
      "sh", "-c", "grep -q '^SigBlk:.0000000000000000$' /proc/self/status && kill -PIPE $$",
    ])
    #expect(recording.endings.last == "signal 13")
  }
}
