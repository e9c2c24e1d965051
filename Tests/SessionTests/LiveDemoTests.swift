import Glibc
import Process
import Testing

/// The demo programs, recorded live: who runs it, in which language, idle and under load.
@Suite(.ownNetwork) struct LiveDemoTests {
  /// Runs a demo, and gives what is wrong with it.
  private func deviations(_ lesson: String, _ more: [String] = [], as invoker: Invoker = .own)
    throws -> [String]
  {
    let outcome = try Live.run(["demo", lesson, "--lines"] + more, as: invoker)
    var wrong = DemoClaims(recorded: Recorded(outcome.text)).deviations(lesson: lesson)
    if outcome.status != 0 { wrong.append("status \(outcome.status)") }
    if !outcome.errorText.isEmpty { wrong.append(outcome.errorText) }
    return wrong.isEmpty ? [] : wrong + [outcome.text]
  }

  @Test(arguments: Invoker.allCases, ["tcp", "udp"])
  func everyPacketHasItsCause(_ invoker: Invoker, _ lesson: String) throws {
    #expect(try deviations(lesson, as: invoker) == [])
    #expect(try deviations(lesson, ["--c"], as: invoker) == [])
  }

  @Test(arguments: ["tcp", "udp"])
  func twentyTimesIdle(_ lesson: String) throws {
    let wrong = try (0..<20).map { _ in try deviations(lesson) }.filter { !$0.isEmpty }
    #expect(wrong == [])
  }

  @Test(arguments: ["tcp", "udp"])
  func twentyTimesUnderLoad(_ lesson: String) throws {
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let load = try (0..<cores).map { _ in
      try RunningProcess(["sh", "-c", "while :; do :; done"])
    }
    let wrong = try (0..<20).map { _ in try deviations(lesson) }.filter { !$0.isEmpty }
    for process in load { process.signal(SIGKILL) }
    #expect(wrong == [])
  }

  @Test func theLadderSaysWhatTheLinesSay() throws {
    let outcome = try Live.run(["demo", "tcp", "--width", "104"])
    #expect(outcome.status == 0)
    for words in [
      "SYN-SENT", "SYN-RCVD", "ESTABLISHED", "LISTEN", "connect(fd 3", "TIME-WAIT, 60 s",
      "13 bytes each way", "unexplained 0", "lost by the capture 0", "private network",
    ] {
      #expect(outcome.text.contains(words), "\(words) is not in \(outcome.text)")
    }
  }

  /// Two sessions at once, each in a network of its own: neither sees the other's packets.
  @Test func twoAtOnceDoNotMeet() throws {
    let both = try (0..<2).map { _ in
      try RunningProcess(Live.command(["demo", "tcp", "--lines"]))
    }
    for process in both {
      let outcome = try process.wait()
      let recorded = Recorded(outcome.text)
      #expect(DemoClaims(recorded: recorded).deviations(lesson: "tcp") == [])
      #expect(outcome.status == 0)
    }
  }
}
