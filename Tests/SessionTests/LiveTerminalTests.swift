import Process
import Testing

/// Programs that run on a terminal, and the keys that send signals.
@Suite(.ownNetwork) struct LiveTerminalTests {
  private let sockline = Live.command(["run", "--private"])

  @Test func theProgramKeepsTheTerminal() throws {
    let outcome = try LiveTerminal.run(
      [], sockline + ["-q", "--", "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && tty"])
    #expect(outcome.status == 0)
    #expect(outcome.shown.contains("/dev/pts/"))
  }

  @Test func theProgramReadsWhatIsTyped() throws {
    let outcome = try LiveTerminal.run(
      ["wait:name?", "send:Ada\\r"],
      sockline + ["-q", "--", "sh", "-c", "echo name?; read name; echo hello, $name"])
    #expect(outcome.status == 0)
    #expect(outcome.shown.contains("hello, Ada"))
  }

  @Test func controlCEndsTheProgramAndTheFooterComes() throws {
    // By default the signal ends it; Python by itself would send it once more.
    let script = """
      import signal, time
      signal.signal(signal.SIGINT, signal.SIG_DFL)
      print('ready', flush=True)
      time.sleep(30)
      """
    let outcome = try LiveTerminal.run(
      ["wait:ready", "send:\\x03"], sockline + ["--", "/usr/bin/python3", "-c", script])
    #expect(outcome.shown.components(of: "gets SIGINT") == 1)
    #expect(outcome.shown.contains("0 packets, 0 calls"))
    #expect(outcome.status == 130)
  }

  @Test func theSecondControlCEndsAProgramThatIgnoresIt() throws {
    let script = """
      import signal, time
      signal.signal(signal.SIGINT, lambda number, frame: print('heard', flush=True))
      print('ready', flush=True)
      while True: time.sleep(1)
      """
    let outcome = try LiveTerminal.run(
      // Signals that come before the first is taken are one (signal(7)).
      ["wait:ready", "send:\\x03", "wait:heard", "send:\\x03", "again:\\x03"],
      sockline + ["--", "/usr/bin/python3", "-c", script])
    #expect(outcome.shown.contains(/ended by sockline with\s+SIGKILL/))
    #expect(outcome.shown.contains("0 packets, 0 calls"))
    #expect(outcome.status == 137)
  }

  @Test func controlZStopsBothAndFgLetsThemGoOn() throws {
    let folder = try TemporaryFolder()
    let line =
      "\(sockline.joined(separator: " ")) -o /dev/null -- "
      + "sh -c 'echo be''gun; until [ -e \(folder.path)/on ]; do sleep 0.02; done; echo en''ded'"
    let outcome = try LiveTerminal.run(
      [
        "wait:$ ", "send:\(line)\\r", "wait:begun", "send:\\x1a", "wait:Stopped", "wait:$ ",
        "send:touch \(folder.path)/on; fg\\r", "wait:ended", "wait:$ ", "send:exit $?\\r",
      ], ["env", "PS1=$ ", "bash", "--norc", "-i"])
    #expect(!outcome.shown.contains("never came"), "\(outcome.shown)")
    #expect(outcome.status == 0)
  }

  @Test func controlCEndsADaemonThatWasLeft() throws {
    let outcome = try LiveTerminal.run(
      ["wait:Ctrl-C ends it", "send:\\x03"],
      sockline + ["--"] + Live.program("processes daemon 30").split(separator: " ").map(String.init)
    )
    #expect(outcome.shown.contains("still waiting for sockline-test-p["))
    #expect(outcome.shown.contains(/ended by sockline with\s+SIGTERM/))
    #expect(outcome.status == 0)
  }
}

extension String {
  /// How often `words` stand in it.
  fileprivate func components(of words: String) -> Int { ranges(of: words).count }
}
