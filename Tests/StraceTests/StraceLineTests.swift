import Testing

@testable import Strace

@Suite struct StraceLineTests {
  private func line(_ text: String) -> StraceLine { StraceLine(Array(text.utf8)) }

  @Test func whoAndWhen() {
    let epoch = StraceLine.Time(
      nanoseconds: 1_795_817_689_210_196_000, kind: .epoch, digits: 6)
    for start in ["12 ", "[pid    12] ", "12<curl> ", "[pid 12<curl>] "] {
      let line = line(start + "1795817689.210196 close(3) = 0")
      #expect(line.thread == 12)
      #expect(line.time == epoch)
      #expect(line.content == .call("close", Array("3) = 0".utf8)))
      #expect((line.name == "curl") == start.contains("curl"))
    }
    let alone = line("1795817689.210196 close(3) = 0")
    #expect(alone.thread == nil)
    #expect(alone.time == epoch)
  }

  @Test func otherTimes() {
    #expect(line("12:34:56.000007 close(3) = 0").time?.nanoseconds == 45_296_000_007_000)
    #expect(line("12:34:56 close(3) = 0").time?.digits == 0)
    #expect(line("7     0.000123 close(3) = 0").time?.kind == .line)
    #expect(line("7 1795817689.2 (+     0.000010) close(3) = 0").content != .unknown)
    #expect(line("close(3) = 0").time == nil)
    #expect(line("99999999999999999999.1 close(3) = 0").time == nil)
  }

  @Test func whatLinesTell() {
    #expect(line("7 1.000000 +++ exited with 3 +++").content == .exited(status: 3))
    #expect(
      line("7 1.000000 +++ killed by SIGSEGV (core dumped) +++").content == .killed(signal: 11))
    #expect(line("7 1.000000 --- SIGPIPE {si_signo=SIGPIPE} ---").content == .signal(13))
    #expect(line("7 1.000000 --- stopped by SIGSTOP ---").content == .stopped(19))
    #expect(line("strace: Process 99 attached").content == .attached(99))
    #expect(line("strace: exec: No such file").content == .message)
    #expect(
      line("7 1.000000 read(3,  <unfinished ...>").content
        == .unfinished("read", Array("3, ".utf8)))
    #expect(
      line("7 1.000000 <... read resumed>\"\", 1) = 0").content
        == .resumed("read", Array("\"\", 1) = 0".utf8)))
    #expect(line("Hello, world").content == .unknown)
    #expect(line("<html>").content == .unknown)
  }

  @Test func frames() {
    #expect(
      line(" > /bin/program(main+0x12) [0x1234]").content
        == .frame(StraceFrame(module: "/bin/program", function: "main")))
    #expect(
      line(" > /lib/(odd) name(+0x7) [0x1]").content
        == .frame(StraceFrame(module: "/lib/(odd) name", function: nil)))
  }

  @Test func aLineCutByAMessage() throws {
    let parts = try #require(
      StraceLine.parts(Array("1.0 clone(flags=SIGCHLDstrace: Process 7 attached".utf8)))
    #expect(parts.start == Array("1.0 clone(flags=SIGCHLD".utf8))
    #expect(line(String(decoding: parts.message, as: UTF8.self)).content == .attached(7))
  }

  /// Numbers that no time can have, so that no sum of them overflows.
  @Test(arguments: [
    "9223372037.000000", "9999999999.999999999", "4000000001.0", "25:00:00.000001",
    "9999999999:59:59.1", "24:00:00",
  ])
  func timesThatCannotBe(time: String) {
    #expect(line(time + " close(3) = 0").time == nil)
  }

  /// Days and lines do not add up to more than a log lasts.
  @Test func clocksThatGoOnForEver() {
    var relative = StraceLogClock()
    var midnight = StraceLogClock()
    for number in 0..<250_000 {
      _ = relative.take(.init(nanoseconds: 90_000_000_000_000_000, kind: .line, digits: 6))
      let late = number.isMultiple(of: 2)
      _ = midnight.take(
        .init(nanoseconds: late ? 86_399_000_000_000 : 0, kind: .midnight, digits: 6))
    }
    for clock in [relative, midnight] {
      var clock = clock
      let kind = clock.kind ?? .epoch
      let end = clock.take(.init(nanoseconds: 1, kind: kind, digits: 6))
      #expect(end == 4_000_000_000_000_000_000)
    }
  }

  /// strace 6.1 with -i and -n: `strace -f -ttt -i -n true`.
  @Test(arguments: [
    "12 1.000000 [00007f25e0d0e8a7] close(3) = 0", "12 1.000000 [   3] close(3) = 0",
    "12 1.000000 [00007f25e0d0e8a7] [   3] close(3) = 0",
    "12 1.000000 [????????????????] close(3) = 0",
  ])
  func pointersAndNumbersOfCalls(text: String) {
    let line = line(text)
    #expect(line.content == .call("close", Array("3) = 0".utf8)) && line.thread == 12)
    #expect(line.time?.nanoseconds == 1_000_000_000)
  }

  @Test func bracketsOfOtherKindsAreNoPointers() {
    #expect(line("12 1.000000 [xyz] close(3) = 0").content == .unknown)
    #expect(line("[00007f25e0d0e8a7] +++ exited with 3 +++").content == .exited(status: 3))
    #expect(line("[pid 12] 1.000000 [  42] connect(3").thread == 12)
  }

  /// As strace 4.5 to 4.10 wrote them (strace.c and signal.c of these versions).
  @Test func messagesOfOldVersions() throws {
    #expect(line("Process 99 attached").content == .attached(99))
    #expect(line("Process 99 attached (waiting for parent)").content == .attached(99))
    #expect(line("Process 98 resumed (parent 97 ready)").content == .message)
    #expect(line("Process 98 detached").content == .message)
    #expect(
      line("7 1.000000 --- {si_signo=SIGPIPE, si_code=SI_USER, si_pid=1} (Broken pipe) ---").content
        == .signal(13))
    let parts = try #require(
      StraceLine.parts(Array("1.0 clone(child_stack=0, flags=SIGCHLDProcess 7 attached".utf8)))
    #expect(parts.start == Array("1.0 clone(child_stack=0, flags=SIGCHLD".utf8))
    #expect(line(String(decoding: parts.message, as: UTF8.self)).content == .attached(7))
  }

  @Test(arguments: ["<unfinished ...>", "<unfinished #1 ...>", "<unfinished #12 ...>"])
  func unfinishedCalls(mark: String) {
    #expect(line("7 1.0 read(3, \(mark)").content == .unfinished("read", Array("3,".utf8)))
    #expect(
      line("7 1.0 select(4, [3]\(mark)").content == .unfinished("select", Array("4, [3]".utf8)))
  }

  @Test(arguments: ["resumed>", "resumed> ", "resumed #1>"])
  func resumedCalls(mark: String) {
    guard case .resumed("read", let rest) = line("7 1.0 <... read \(mark)\"\", 1) = 0").content
    else {
      Issue.record("not resumed")
      return
    }
    #expect(rest.suffix(7).elementsEqual(", 1) = 0".utf8.suffix(7)))
  }
}
