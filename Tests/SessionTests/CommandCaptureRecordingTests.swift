import CaptureFile
import Process
import Testing
import Timeline

/// `sockline capture -w FILE.pcapng` which needs root.
@Suite(.needs(isAllowedToCapture, "capturing needs root"), .needs(programs: "python3"), .ownNetwork)
struct CommandCaptureRecordingTests {
  private let folder: TemporaryFolder
  private var file: String { folder.path + "/x.pcapng" }

  init() throws { folder = try TemporaryFolder() }

  /// TCP from fixed ports twice, so that both connections have the same ends but other processes,
  /// a string by UDP, and a connection that is refused.
  private static let peers = """
    import os, socket, sys, time
    def stay():
        while not os.path.exists('named'): time.sleep(0.01)
    def tcp(server):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\\1\\0\\0\\0\\0\\0\\0\\0')
        if server:
            s.bind(('127.0.0.1', 3490))
            s.listen()
            print('listens', flush=True)
            s = s.accept()[0]
            s.recv(100)
            s.send(b'Hello, client')
            s.recv(100)
            return
        s.bind(('127.0.0.1', 3489))
        s.connect(('127.0.0.1', 3490))
        s.send(b'Hello, server')
        s.recv(100)
        stay()
        s.close()
    def udp(server):
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        if server:
            s.bind(('::1', 3490))
            print('ready', flush=True)
            s.sendto(b'Hello, client', s.recvfrom(100)[1])
        else:
            s.connect(('::1', 3490))
            s.send(b'Hello, server')
            s.recv(100)
        stay()
    def refused(server):
        s = socket.socket()
        s.connect_ex(('127.0.0.1', 3488))
    {'tcp': tcp, 'udp': udp, 'refused': refused}[sys.argv[1]](sys.argv[2] == 'server')
    """

  /// Captures the exchanges of the peers into `file` and `ladder.txt`, and returns what the shell
  /// printed: the numbers of the clients and servers, two exchanges by TCP, one by UDP.
  private func capture(
    _ showing: [String], ending signal: String = "TERM"
  ) throws -> [Substring] {
    _ = try folder.write(Array(Self.peers.utf8), to: "peers.py")
    let script = """
      cd \(folder.path)
      ready() { n=0; until grep -q . "$1" || [ $n -gt 2000 ]; do n=$((n+1)); sleep 0.02; done; }
      named() {
        n=0; until grep -aq "_PID=$1" x.pcapng || [ $n -gt 2000 ]; do n=$((n+1)); sleep 0.02; done
      }
      \(Command.path) capture --seconds 30 -w x.pcapng -o ladder.txt "$@" 2> errors.txt & capture=$!
      while [ ! -s x.pcapng ]; do sleep 0.02; done
      for kind in tcp tcp udp; do
        : > server.txt; rm -f named
        python3 peers.py $kind server > server.txt & server=$!
        ready server.txt
        python3 peers.py $kind client & client=$!
        for one in $client $server; do named $one; done
        touch named
        wait $client $server
        echo $client $server
      done
      python3 peers.py refused client
      kill -\(signal) $capture
      wait $capture
      """
    let outcome = try runText(
      ["sh", "-c", script, "sh"] + showing, timeout: .seconds(300))
    #expect(try contents(of: folder.path + "/errors.txt") == [])
    return outcome.text.split(whereSeparator: \.isWhitespace)
  }

  @Test(arguments: [["--width", "80"], ["--width", "152"], ["--by-connection", "--seq", "raw"]])
  func replayDrawsWhatCaptureDrew(_ showing: [String]) throws {
    let processes = try capture(showing)
    #expect(processes.count == 6)
    let drawn = String(decoding: try contents(of: folder.path + "/ladder.txt"), as: UTF8.self)
    let replay = try Command.run(["replay", file] + showing)
    #expect(replay.status == 0)
    #expect(replay.text == drawn)
    // Each connection bears the names of its own processes.
    for process in processes { #expect(drawn.contains("python3[\(process)]"), "\(drawn)") }
    #expect(drawn.contains("lost by the capture 0"))
    let verified = try Command.run(["replay", "--verify", file])
    #expect(verified.status == 0, "\(verified.text)")
    #expect(try runText(["stat", "-c", "%a", file]).text == "600\n")
  }

  @Test func otherToolsReadItsPacketsAndOwners() throws {
    let processes = try capture([])
    let shown = try runText([
      "tshark", "-n", "-r", file, "-T", "fields", "-e", "systemd_journal.cursor", "-e",
      "systemd_journal.pid", "-e", "frame.comment", "-e", "frame.time_epoch",
    ])
    #expect(shown.status == 0, "\(shown.errorText)")
    let rows = shown.text.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false)
    }
    let owners = rows.filter { $0[0].hasSuffix("ev=owner") }
    #expect(Array(owners.prefix(6).map { $0[1] }) == processes)
    let packets = rows.filter { $0[0].isEmpty }
    let drawn = String(decoding: try contents(of: folder.path + "/ladder.txt"), as: UTF8.self)
    #expect(packets.count > 10 && drawn.contains("\n\(packets.count) packets"), "\(drawn)")
    #expect(packets.allSatisfy { !$0[2].isEmpty })
    #expect(packets.contains { $0[2].hasPrefix("reply to packet 1: SYN-ACK") })
    #expect(packets.contains { $0[2].hasPrefix("untraced") })
    let order = try runText(["capinfos", "-o", "-T", "-r", file])
    #expect(order.text.contains("True"), "\(order.text)")
    let dump = try runText(["tcpdump", "-n", "-r", file])
    #expect(dump.status == 0)
    #expect(dump.text.split(separator: "\n").count == packets.count)
  }

  @Test func aKilledCaptureIsReadableToItsLastMoment() throws {
    let processes = try capture([], ending: "KILL")
    let replay = try Command.run(["replay", file])
    #expect(replay.status == 2)
    #expect(replay.text.contains("The recording was cut off."))
    #expect(replay.text.contains("python3[\(try #require(processes.first))]"))
    #expect(replay.errorText.contains("the end of the recording is missing, at byte"))
    // Within a block too.
    let bytes = try contents(of: file)
    let cut = try folder.write(Array(bytes.dropLast(bytes.count / 2 + 1)), to: "cut.pcapng")
    let rest = try Command.run(["replay", cut])
    #expect(rest.status == 2)
    #expect(rest.text.contains("python3[\(processes[0])]"))
  }

  @Test func aReaderWhoGoesAwayLeavesAWholeRecording() throws {
    let send = """
      import socket, time
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      for i in range(3000):
          s.sendto(b'x', ('127.0.0.1', 5000))
          time.sleep(0.01)
      """
    _ = try folder.write(Array(send.utf8), to: "send.py")
    let script = """
      cd \(folder.path)
      python3 send.py & sender=$!
      \(Command.path) capture --lines -w x.pcapng --seconds 20 | head -3
      kill $sender
      """
    let outcome = try runText(["sh", "-c", script], timeout: .seconds(300))
    #expect(outcome.text.split(separator: "\n").count == 3)
    let verified = try Command.run(["replay", "--verify", file])
    #expect(verified.status == 0, "\(verified.text)\(verified.errorText)")
  }
}
