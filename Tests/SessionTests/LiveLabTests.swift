import Process
import Testing

/// The mistakes of a first lab: each is told where it happened, and by whom.
@Suite(.ownNetwork) struct LiveLabTests {
  /// What is drawn of a program in Python, in a network of its own.
  private func ladder(_ program: String, _ more: [String] = []) throws -> (text: String, Outcome) {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(program.utf8), to: "lab.py")
    let outcome = try Live.run(
      ["run", "--private", "--lines", "-o", folder.path + "/ladder"] + more
        + ["--", "python3", path])
    return (try runText(["cat", folder.path + "/ladder"]).text, outcome)
  }

  private let listening = """
    import os, socket, sys
    server = socket.socket()
    server.bind(("127.0.0.1", 3490))
    server.listen(3)

    """

  /// bind() fails: nothing listens, no client is started, and yet the call is seen.
  @Test func aServerThatDiesBeforeItListensIsDrawn() throws {
    let folder = try TemporaryFolder()
    let program = """
      import socket, sys
      own = socket.socket()
      try: own.bind(("192.0.2.1", 3490))
      except OSError: sys.exit(3)
      """
    let path = try folder.write(Array(program.utf8), to: "server.py")
    let outcome = try Live.run([
      "pair", "--private", "--server", "python3 \(path)", "--client", "true",
    ])
    #expect(outcome.status == 125)
    #expect(outcome.errorText.contains("EADDRNOTAVAIL"))
    #expect(outcome.errorText.contains("exit 3"))
    #expect(outcome.errorText.hasSuffix("with status 3: no client was started.\n"))
  }

  /// A program that is not there leaves the sentence alone.
  @Test func aServerThatCannotBeStartedIsASentence() throws {
    let outcome = try Live.run([
      "pair", "--private", "--server", "/nonexistent/server", "--client", "true",
    ])
    #expect(outcome.status == 127)
    #expect(!outcome.errorText.contains("0 packets"))
  }

  @Test func theServerIsEndedBySockline() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Array((listening + "server.accept()\n").utf8), to: "server.py")
    let file = folder.path + "/session.pcapng"
    let outcome = try Live.run([
      "pair", "--private", "--lines", "-w", file, "--server", "python3 \(path)", "--client",
      "true",
    ])
    #expect(outcome.errorText.contains("gets SIGTERM from sockline"))
    #expect(outcome.errorText.contains("ended by sockline with SIGTERM"))
    #expect(!outcome.errorText.contains("killed by"))
    #expect(try Live.run(["replay", "--lines", file]).text == outcome.errorText)
  }

  @Test func aListenerHasTheAddress() throws {
    let (text, _) = try ladder(
      listening + """
        other = socket.socket()
        try: other.bind(("127.0.0.1", 3490))
        except OSError: pass
        """)
    #expect(text.contains(/EADDRINUSE .*python3\[\d+\] listens on 127.0.0.1:3490/))
  }

  @Test func aConnectionInTimeWaitHasTheAddress() throws {
    let (text, _) = try ladder(
      listening + """
        client = socket.create_connection(("127.0.0.1", 3490))
        own, _ = server.accept()
        own.close(); client.recv(1); client.close(); server.close()
        other = socket.socket()
        try: other.bind(("127.0.0.1", 3490))
        except OSError: pass
        """)
    #expect(text.contains(/EADDRINUSE .*TCP 1, 127.0.0.1:3490 ⇄ 127.0.0.1:\d+ is in TIME-WAIT/))
  }

  /// Somebody outside the trace has the port.
  @Test(.enabled(if: isAllowedToCapture, "it makes a network")) func aForeignListener() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Array(
        (listening + "os.write(1, b'ready'); os.close(1)\nsys.stdin.read()\n").utf8),
      to: "other.py")
    let outcome = try Live.script(
      """
      cd \(folder.path); mkfifo told held; exec unshare -n sh -c '
      ip link set lo up
      python3 \(path) > told < held & exec 9<> held; cat told
      $s run --lines -- python3 -c "
      import socket
      try: socket.socket().bind((\\"127.0.0.1\\", 3490))
      except OSError: pass"'
      """)
    #expect(
      outcome.errorText.contains(/EADDRINUSE .*python3\[\d+\] listens on 127.0.0.1:3490/),
      "\(outcome.errorText)")
  }

  @Test func aChildStillHoldsTheSocket() throws {
    let (text, _) = try ladder(
      listening + """
        client = socket.create_connection(("127.0.0.1", 3490))
        own, _ = server.accept()
        end, begin = os.pipe()
        if os.fork() == 0:
          os.close(begin); os.read(end, 1); os._exit(0)
        own.close()
        os.close(begin); os.wait()
        """)
    #expect(text.contains(/close\(fd \d+\) = 0 .*stays open: python3\[\d+\] fd \d+/))
  }

  /// A queue that nobody accepts from: the listening socket closes, or its process exits.
  @Test(arguments: [
    ("server.close()", "1 connection was never accepted"),
    ("os._exit(0)", "never accepted"),
  ])
  func aQueueThatNobodyServed(_ end: String, _ words: String) throws {
    let (text, _) = try ladder(
      listening + """
        end, begin = os.pipe()
        if os.fork() == 0:
          server.close()
          client = socket.create_connection(("127.0.0.1", 3490))
          os.write(begin, b"x")
          try: client.recv(1)
          except OSError: pass
          try: client.send(b"x")
          except OSError: pass
          os._exit(0)
        os.read(end, 1)
        \(end)
        """)
    #expect(text.contains(words))
    #expect(text.contains("TCP 1 was never accepted: when its listening socket was closed"))
    #expect(text.contains(/recvfrom\(.*ECONNRESET .*(woken by|because of) 4/))
    #expect(text.contains(/sendto\(.*EPIPE .*because of 4/))
  }

  @Test func aPortWithoutHtonsIsToldOnBothSides() throws {
    let (text, _) = try ladder(
      """
      import socket
      server = socket.socket(); server.bind(("0.0.0.0", 41485)); server.listen(1)
      client = socket.socket()
      try: client.connect(("127.0.0.1", 3490))
      except OSError: pass
      client = socket.socket(); client.setblocking(False)
      client.connect_ex(("127.0.0.1", 3490))
      client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
      """)
    #expect(text.contains(/bind\(.*41485 is 3490 with its bytes swapped: is htons\(\) missing\?/))
    let words = /python3\[\d+\] listens on 41485, which is 3490 with its bytes swapped/
    #expect(text.contains(/connect\(.*ECONNREFUSED .*listens on 41485, which is 3490/))
    #expect(text.contains(/SO_ERROR\) = 0, ECONNREFUSED .*listens on 41485/))
    #expect(text.matches(of: words).count == 2)
  }

  /// Lines inside an interpreter are nobody's.
  @Test func anInterpreterHasNoLines() throws {
    let (text, _) = try ladder(listening, ["--source"])
    #expect(text.contains("listen("))
    #expect(!text.contains("  at "))
  }
}
