import Glibc
import Process
import Testing

/// A traced program behaves as it would alone, and nothing hangs.
@Suite(.ownNetwork) struct LiveRunTests {
  @Test(arguments: Invoker.allCases)
  func theStreamsAreTheProgramsOwn(_ invoker: Invoker) throws {
    let input = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    let folder = try TemporaryFolder()
    _ = try runText(["chmod", "777", folder.path])
    let outcome = try Live.run(
      ["run", "-o", folder.path + "/ladder", "--", "sh", "-c", "cat; echo aside >&2; exit 7"],
      as: invoker, input: input)
    #expect(outcome.standardOutput == input)
    #expect(outcome.errorText == "aside\n")
    #expect(outcome.status == 7)
  }

  @Test(arguments: Invoker.allCases.filter { $0 != .own })
  func theProgramIsTheUsers(_ invoker: Invoker) throws {
    let outcome = try Live.run(["run", "-q", "--", "id", "-u"], as: invoker)
    #expect(outcome.text == Invoker.number + "\n")
    let own = try Live.run(["run", "-q", "--private", "--", "id", "-u"], as: invoker)
    #expect(own.text == Invoker.number + "\n")
  }

  @Test(.needs(Machine.isRoot, "only root gives files to another user"))
  func whatSudoMadeIsTheUsers() throws {
    let folder = try TemporaryFolder()
    let files = ["ladder", "packets.pcap"].map { folder.path + "/" + $0 }
    let outcome = try Live.run(
      ["run", "--private", "-o", files[0], "-w", files[1], "--", "true"], as: .underSudo)
    #expect(outcome.status == 0)
    let owners = try runText(["stat", "-c", "%u"] + files)
    #expect(owners.text == "\(Invoker.number)\n\(Invoker.number)\n")
  }

  /// Packets that others send while the capture begins are passed over, by the replay too: none is
  /// stamped before the recording's own beginning.
  @Test(.needs(isAllowedToCapture, "capturing needs root")) func othersThatSendMeanwhile() throws {
    let sender = """
      import socket, time
      own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      while True: own.sendto(b"x", ("127.0.0.1", 9)); time.sleep(0.0002)
      """
    let folder = try TemporaryFolder()
    let program = try folder.write(Array(sender.utf8), to: "sender.py")
    let outcome = try Live.script(
      """
      cd \(folder.path); exec sh -c '
      python3 \(program) & sender=$!
      until grep -q "^Udp: [0-9]* [1-9]" /proc/self/net/snmp; do sleep 0.02; done
      for n in 1 2 3 4 5; do
        $s run --lines -w $n.pcapng -o live -- true
        $s replay --lines $n.pcapng > again
        cmp live again && echo same
      done
      kill $sender'
      """)
    #expect(outcome.text == String(repeating: "same\n", count: 5), "\(outcome.errorText)")
  }

  @Test func noDescriptorOfSocklinesIsThePrograms() throws {
    let alone = try Live.script("ls /proc/self/fd")
    for network in ["--host", "--private"] {
      let traced = try Live.script("$s run -q \(network) -- ls /proc/self/fd")
      #expect(traced.text == alone.text)
    }
    let pair = try Live.run([
      "pair", "--private", "-q", "--timeout", "5", "--server",
      Live.program("many-server 4000 1 1"), "--client",
      "sh -c 'ls /proc/self/fd >&2; \(Live.program("many-client 4000 1 1"))'",
    ])
    #expect(pair.errorText == alone.text)
  }

  @Test func streamsThatAreClosedStayClosed() throws {
    let outcome = try Live.script(
      "$s run -q -- sh -c 'cat 2>&1; echo in $?' <&-; $s run -q -- sh -c 'echo x' >&- 2>&-; echo $?"
    )
    #expect(outcome.text.contains("Bad file descriptor"))
    #expect(outcome.text.hasSuffix("in 1\n2\n") || outcome.text.hasSuffix("in 1\n1\n"))
    let folder = try TemporaryFolder()
    // No file gets the number of a stream, and with it what is written there.
    let demo = try Live.script("$s demo udp --private -w \(folder.path)/a.pcap >&-")
    #expect(demo.status == 125)
    #expect(demo.errorText == "sockline: standard output: bad file descriptor.\n")
    let saved = try runText(["tcpdump", "-nr", folder.path + "/a.pcap"])
    #expect(saved.text.split(separator: "\n").count == 2)
  }

  @Test func signalsThatAreBlockedAtTheStartDoNotHang() throws {
    let script = """
      import os, signal, sys
      signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
      os.execvp(sys.argv[1], sys.argv[1:])
      """
    let blocked = ["/usr/bin/python3", "-c", script]
    let outcome = try runText(blocked + Live.command(["demo", "tcp", "--lines"]))
    #expect(DemoClaims(recorded: Recorded(outcome.text)).deviations(lesson: "tcp") == [])
    let mask = "grep SigBlk /proc/self/status"
    let alone = try runText(blocked + ["sh", "-c", mask])
    let traced = try runText(blocked + Live.command(["run", "-q", "--", "sh", "-c", mask]))
    #expect(traced.text == alone.text)
  }

  @Test func signalsThatAreIgnoredStayIgnored() throws {
    let outcome = try Live.script(
      "trap '' INT HUP; $s run -q -- sh -c 'kill -INT $PPID; kill -HUP $PPID; "
        + "until grep -q ^ShdPnd:.0*$ /proc/$PPID/status; do :; done; exit 5'")
    #expect(outcome.status == 5)
  }

  /// A shell starts what is in the background with SIGINT ignored. A program that hears it all the
  /// same hears it under sockline too, one that does not goes on, and so does the ladder.
  @Test func signalsInTheBackgroundOfAScript() throws {
    let folder = try TemporaryFolder()
    let hears = """
      import os, signal, time
      signal.signal(signal.SIGINT, lambda number, frame: os._exit(9))
      open("ready", "w").close()
      while True: time.sleep(0.01)
      """
    let goesOn = """
      import os, time
      open("ready", "w").close()
      while not os.path.exists("enough"): time.sleep(0.01)
      """
    let script = """
      cd \(folder.path)
      for name in hears goes-on; do
        for before in "" "$s run -o $name.ladder --"; do
          rm -f ready enough
          $before /usr/bin/python3 $name.py & one=$!
          until [ -e ready ]; do sleep 0.02; done
          kill -INT $one; kill -INT $one; kill -INT $one; touch enough
          wait $one; echo $name $?
        done
      done
      """
    _ = try folder.write(Array(hears.utf8), to: "hears.py")
    _ = try folder.write(Array(goesOn.utf8), to: "goes-on.py")
    let outcome = try Live.script(script)
    #expect(
      outcome.text == "hears 9\nhears 9\ngoes-on 0\ngoes-on 0\n", "\(outcome.errorText)")
    for name in ["hears", "goes-on"] {
      let ladder = try runText(["cat", folder.path + "/\(name).ladder"]).text
      #expect(ladder.contains("0 packets, 0 calls"))
    }
  }

  @Test func aProcessThatStopsItselfGoesOn() throws {
    let outcome = try Live.script("exec $s run -q -- $p processes stop")
    #expect(outcome.text == "continued\n")
    #expect(outcome.status == 0)
  }

  @Test func aProcessThatStaysStoppedIsToldOfAndEnded() throws {
    let running = try RunningProcess(
      Live.command(["run", "-o", "/dev/null", "--", "sh", "-c", "kill -STOP $$; exit 3"]))
    #expect(running.wait { running.errorSoFar.contains("was stopped by SIGSTOP: `kill -CONT ") })
    running.signal(SIGTERM)
    #expect(try running.wait(timeout: .seconds(300)).status == 143)
  }

  @Test func aSignalIsPassedOnAndTheFooterComes() throws {
    let running = try RunningProcess(
      Live.command([
        "run", "--", "sh", "-c", "trap 'exit 9' INT; echo ready; while :; do sleep 0.1; done",
      ]))
    #expect(running.wait { running.outputSoFar == "ready\n" })
    running.signal(SIGINT)
    let outcome = try running.wait()
    #expect(outcome.status == 9)
    #expect(outcome.errorText.contains("gets SIGINT"))
    #expect(outcome.errorText.contains("0 packets, 0 calls"))
  }

  @Test func whenSocklineIsKilledNoTraceeRuns() throws {
    let running = try RunningProcess(
      Live.command(["run", "-q", "--", "sh", "-c", "sleep 60 & echo $$ $!; wait"]))
    #expect(running.wait { running.outputSoFar.hasSuffix("\n") })
    let processes = running.outputSoFar.split { " \n".contains($0) }.compactMap { pid_t($0) }
    #expect(processes.count == 2)
    // Not its group: the tracees must go by themselves.
    running.signal(SIGKILL)
    #expect(try running.wait().status == 137)
    for process in processes {
      #expect(running.wait { state(of: process).map { "ZX".contains($0) } ?? true })
    }
  }

  private func state(of process: pid_t) -> Character? {
    let text = (try? contents(of: "/proc/\(process)/stat")).map {
      String(decoding: $0, as: UTF8.self)
    }
    return text?.split(separator: ") ").last?.first
  }

  @Test func whoReadsOnlyTheFirstLineEndsIt() throws {
    let script = "import socket, time; own = socket.socket(); time.sleep(40)"
    let outcome = try Live.script(
      """
      { $s run --private -- /usr/bin/python3 -c '\(script)' 2>&1; echo status $? >&2; } | head -1
      """, timeout: .seconds(300))
    #expect(outcome.text.split(separator: "\n").count == 1)
    #expect(outcome.errorText == "status 141\n")
  }

  @Test func aReaderThatHasGoneEndsTheProgram() throws {
    let outcome = try Live.script(
      "{ $s demo tcp --lines; echo status $? >&2; } | exec <&-",
      timeout: .seconds(300))
    #expect(["status 0\n", "status 141\n"].contains(outcome.errorText))
  }

  @Test func aReaderWhoDoesNotReadDoesNotKeepSignalsOff() throws {
    // The first signal comes when its pipe is full, the next ones as nothing happens.
    let script = """
      import array, fcntl, signal, subprocess, sys, termios, time
      one = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
      room, waiting = fcntl.fcntl(one.stderr, fcntl.F_GETPIPE_SZ), array.array("i", [0])
      while waiting[0] < room * 3 // 4:
        time.sleep(0.02)
        fcntl.ioctl(one.stderr, termios.FIONREAD, waiting)
      while one.poll() is None:
        one.send_signal(signal.SIGINT)
        time.sleep(0.5)
      print(one.returncode)
      """
    let outcome = try runText(
      ["/usr/bin/python3", "-c", script]
        + Live.command([
          "pair", "--private", "--server", Live.program("many-server 4000 4 100000"),
          "--client", Live.program("many-client 4000 4 100000"),
        ]), timeout: .seconds(50))
    // The first one ends the programs, if they hear it: a tracer that waits holds them.
    #expect(["130\n", "137\n"].contains(outcome.text))
  }

  @Test func rowsComeWhileTheProgramRuns() throws {
    let folder = try TemporaryFolder()
    let script = """
      import os, socket, time
      server = socket.create_server(("127.0.0.1", 4000))
      client = socket.create_connection(("127.0.0.1", 4000))
      while not os.path.exists("\(folder.path)/seen"): time.sleep(0.02)
      """
    let running = try RunningProcess(
      Live.command(["run", "--private", "--", "/usr/bin/python3", "-c", script]))
    #expect(running.wait(timeout: .seconds(300)) { running.errorSoFar.contains("connect(fd") })
    #expect(!running.errorSoFar.contains("unexplained"))
    _ = try folder.write([], to: "seen")
    let outcome = try running.wait()
    #expect(outcome.status == 0)
    #expect(outcome.errorText.contains("unexplained 0"))
  }

  /// A tracer that is traced cannot trace; it says so and does not wait for ever.
  @Test func socklineInsideSocklineSaysThatItCannot() throws {
    let outcome = try Live.script("exec $s run -q -- $s demo tcp", timeout: .seconds(300))
    #expect(outcome.status == 125)
    #expect(
      outcome.errorText.contains(
        "sockline: Programs cannot be traced: the kernel refuses it, as it does if sockline itself "
          + "is traced; see `sockline doctor`.\n"))
  }
}
