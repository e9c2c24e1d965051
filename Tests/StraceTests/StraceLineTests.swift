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
}
