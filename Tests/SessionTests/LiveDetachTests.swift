import Glibc
import Process
import Testing

/// What a program sees of being traced for a while: nothing.
@Suite(.needs(Attached.isPossible, "attaching to what others started needs root"), .ownNetwork)
struct LiveDetachTests {
  @Test func noWaitEndsByIt() throws {
    let outcome = try Attached.script(
      """
      python3 waits.py & t=$!
      until [ -e waiting ]; do sleep 0.02; done
      for i in 1 2 3; do begin $t; end; done
      touch enough; wait $t
      """, arguments: "--lines")
    #expect(!outcome.text.contains("EINTR in"), "\(outcome.text)")
    #expect(outcome.text.split(separator: "\n").filter { $0 == "status 0" }.count == 3)
    // Later on, the waits are those that go on since the first time.
    let first = outcome.text.firstRange(of: "status 0").map { outcome.text[..<$0.lowerBound] }
    let recorded = Recorded(String(first ?? ""))
    for name in ["accept", "recvfrom", "epoll_wait", "poll"] {
      let call = recorded.calls.values.first { $0.name == name }
      #expect(call?.notes.contains("began before the trace") ?? false, "\(name)")
    }
  }

  @Test func theLoadGoesOnTwentyTimes() throws {
    let outcome = try Attached.script(
      """
      load
      for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        $s attach $t -q 2>/dev/null & attached=$!
        until is_traced $t; do sleep 0.02; done
        rounds 1; kill -TERM $attached; wait $attached || echo "status $?"
      done
      touch enough; wait $client || echo "client $?"
      kill $t
      """, timeout: .seconds(120))
    #expect(outcome.text == "all well\n", "\(outcome.text.suffix(300))")
  }

  /// Nobody reads the ladder, as where a pager or a terminal (Ctrl-S) stands still: the program goes on, all
  /// is recorded, and one signal ends it.
  @Test func aReaderWhoDoesNotReadFreezesNobody() throws {
    let outcome = try Attached.script(
      """
      load
      mkfifo pipe; sleep 1000 < pipe & reader=$!
      $s attach $t -w recording.pcapng > pipe 2>/dev/null & attached=$!
      until is_traced $t; do sleep 0.02; done
      # The pipe is full long before, and so is a megabyte behind it.
      rounds 500
      kill -TERM $attached; wait $attached; echo "status $?"
      kill $reader
      rounds 20
      touch enough; wait $client || echo "client $?"
      kill $t
      $s replay recording.pcapng | wc -c
      """)
    #expect(outcome.text.contains("status 0\n"), "\(outcome.text.suffix(300))")
    #expect(outcome.text.contains("all well\n"), "\(outcome.text.suffix(300))")
    // The recording has what nobody read.
    let size = outcome.text.split(separator: "\n").last.flatMap { Int($0) } ?? 0
    #expect(size > 1_200_000, "\(outcome.text.suffix(300))")
  }

  /// What it writes into takes nothing at all, as a disk that hangs: one signal ends it, and the program
  /// goes on untraced.
  @Test(arguments: ["--export pipe.jsonl", "-w pipe.pcapng"])
  func anOutputThatTakesNothingFreezesNobody(_ output: String) throws {
    let pipe = output.split(separator: " ").last ?? ""
    let outcome = try Attached.script(
      """
      load
      mkfifo \(pipe); sleep 1000 < \(pipe) & reader=$!
      $s attach $t -q \(output) 2>told & attached=$!
      until is_traced $t; do sleep 0.02; done
      # Its main thread sleeps in the kernel's pipe, of which the name is not everywhere to be read.
      until grep -qs '^State:.S' /proc/$attached/task/$attached/status; do sleep 0.02; done
      rounds 300
      kill -TERM $attached; wait $attached; echo "status $?"
      is_traced $t && echo "still traced"
      kill $reader
      rounds 20
      touch enough; wait $client || echo "client $?"
      kill $t
      cat told
      """)
    #expect(outcome.text.hasPrefix("status 143\nall well\n"), "\(outcome.text.suffix(300))")
    #expect(
      outcome.text.contains("sockline: ended by a signal while an output took nothing"),
      "\(outcome.text.suffix(300))")
  }

  /// Two signals in a row give up what waits; the program goes on, and what was recorded can be read.
  @Test func twoSignalsEndAtOnce() throws {
    let outcome = try Attached.script(
      """
      load
      $s attach $t -q -w recording.pcapng 2>/dev/null & attached=$!
      until is_traced $t; do sleep 0.02; done
      rounds 200
      kill -TERM $attached; kill -TERM $attached; wait $attached; echo "status $?"
      rounds 20
      touch enough; wait $client || echo "client $?"
      kill $t
      $s replay recording.pcapng > drawn; echo "replay $?"
      """)
    #expect(outcome.text == "status 0\nall well\nreplay 0\n", "\(outcome.text.suffix(300))")
  }

  /// A FIFO that nobody reads cannot be opened; that too ends by one signal.
  @Test func aFileThatCannotBeOpenedYet() throws {
    let outcome = try Attached.script(
      """
      mkfifo pipe.pcapng
      $s run -w pipe.pcapng -- true 2>told & run=$!
      # SIGTERM is blocked from then on; the next that is done is to open the file.
      blocks() { [ $((0x$(sed -n 's/^SigBlk:.//p' /proc/$1/status) & 0x4000)) -ne 0 ]; }
      until blocks $run; do sleep 0.02; done
      kill -TERM $run; wait $run; echo "status $?"
      """)
    #expect(outcome.text == "status 143\n", "\(outcome.text.suffix(300))")
  }

  @Test func aKilledSocklineLeavesTheProgramRunning() throws {
    let outcome = try Attached.script(
      """
      load
      for i in 1 2 3; do
        $s attach $t -q 2>/dev/null & attached=$!
        until is_traced $t; do sleep 0.02; done
        rounds 5; kill -KILL $attached; wait $attached
        rounds 5
      done
      touch enough; wait $client || echo "client $?"
      kill $t
      """)
    #expect(outcome.text.hasSuffix("all well\n"), "\(outcome.text.suffix(300))")
  }

  @Test func aStoppedProgramStaysStopped() throws {
    let outcome = try Attached.script(
      """
      python3 load.py server & t=$!
      await_port 8000
      kill -STOP $t
      $s attach $t -q --seconds 0.3 2>/dev/null; echo "status $?"
      sed -n 's/^State:.\\(.\\).*/\\1/p' /proc/$t/status
      kill -CONT $t
      python3 load.py client & client=$!
      until [ -e count ]; do sleep 0.02; done
      rounds 21; touch enough; wait $client
      kill $t
      """)
    #expect(outcome.text == "status 0\nT\nall well\n", "\(outcome.text)")
  }

  /// What is sent while sockline lets go, and after it, is after the trace: nobody saw its calls.
  @Test func whatComesLaterIsAfterTheTrace() throws {
    let outcome = try Attached.script(
      """
      load
      begin $t $client; rounds 20; kill -TERM $attached; finish
      touch enough; wait $client; kill $t
      """)
    #expect(outcome.text.contains("status 0\nsame\n"), "\(outcome.text.suffix(300))")
    let recorded = Recorded(outcome.text)
    #expect(recorded.packets.count > 100)
    let unknown = recorded.packets.map(\.cause).filter { $0.hasPrefix("unknown") }
    #expect(
      unknown.filter {
        !$0.hasPrefix("unknown: after the trace") && !$0.hasPrefix("unknown: began before")
      } == [])
  }

  /// A process whose first thread is gone while it serves.
  @Test func aProcessWithoutItsFirstThread() throws {
    let outcome = try Attached.script(
      """
      $p leader serve > port & t=$!
      until [ -s port ]; do sleep 0.02; done
      until grep -q '^State:.Z' /proc/$t/status; do sleep 0.02; done
      $s attach $t --lines -w recording.pcapng > lines & attached=$!
      until [ -s lines ]; do sleep 0.02; done
      python3 -c '
      import socket, sys
      own = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
      own.sendall(b"hello")
      print(own.recv(5).decode())' $(cat port)
      finish
      """)
    #expect(outcome.text.contains("hello\n"))
    #expect(outcome.text.hasSuffix("status 0\nsame\n"), "\(outcome.text.suffix(300))")
    let recorded = Recorded(outcome.text)
    #expect(recorded.calls.values.filter { $0.name == "write" }.map(\.result) == [5])
    let sent = recorded.packets.filter { $0.length > 0 && recorded.names($0) == ["write"] }
    #expect(sent.map(\.length) == [5])
  }

  @Test func theEndOfTheProgramIsTheEnd() throws {
    let outcome = try Attached.script(
      """
      sh -c 'until [ -e enough ]; do sleep 0.02; done' & t=$!
      begin $t; touch enough; finish
      """, arguments: "--lines")
    #expect(outcome.text.hasSuffix("status 0\n"))
    #expect(!outcome.text.contains("runs on"))
  }

  @Test func refusalsAreSentences() throws {
    let outcome = try Attached.script(
      """
      sleep infinity & t=$!
      $s attach 2147483647
      $s attach $t -q & attached=$!
      until is_traced $t; do sleep 0.02; done
      $s attach $t; echo "status $?"
      kill -TERM $attached; wait $attached
      setpriv --reuid=65534 --regid=65534 --clear-groups $s attach $t
      python3 load.py server & python=$!
      await_port 8000
      python3 load.py client & client=$!
      until [ -e count ]; do sleep 0.02; done
      thread=$(ls /proc/$python/task | tail -1)
      $s attach $thread -q --seconds 0.1
      touch enough; wait $client; kill $t $python
      """, arguments: "")
    let text = outcome.errorText
    #expect(text.contains("There is no process 2147483647"))
    #expect(text.contains("is traced by sockline["))
    #expect(outcome.text.contains("status 1"))
    #expect(text.contains("may not be traced: it is not yours"))
    #expect(text.contains("`sudo sockline attach"))
  }
}
