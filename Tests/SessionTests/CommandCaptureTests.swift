import CaptureFile
import Glibc
import Process
import Testing

/// `sockline capture`, which needs root.
@Suite(
  .needs(isAllowedToCapture, "capturing needs root"), .needs(programs: "python3", "setpriv"),
  .ownNetwork)
struct CommandCaptureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two programs that send each other a string, and stay until there is a file `named`.
  private static let peer = """
    import os, socket, sys, time
    kind, side = sys.argv[1:]
    family = socket.AF_INET6 if kind.endswith('6') else socket.AF_INET
    end = ('::1' if kind.endswith('6') else '127.0.0.1', 3490)
    s = socket.socket(family, socket.SOCK_DGRAM if kind.startswith('udp') else socket.SOCK_STREAM)
    if side == 'server':
        s.bind(end)
        print('ready', flush=True)
        if kind.startswith('udp'):
            s.sendto(b'Hello, client', s.recvfrom(100)[1])
        else:
            s.listen()
            print('listens', flush=True)
            s = s.accept()[0]
            s.recv(100)
            s.send(b'Hello, client')
    else:
        s.connect(end)
        s.send(b'Hello, server')
        s.recv(100)
    while not os.path.exists('named'): time.sleep(0.01)
    """

  /// Runs a script for sh(1). `$SOCKLINE` is the program under test, and `ready FILE WORDS` waits
  /// until the file has the words.
  private func script(_ script: String) throws -> Outcome {
    let words = """
      ready() { n=0; until grep -q "$2" "$1" || [ $n -gt 2000 ]; do n=$((n+1)); sleep 0.02; done; }
      cd \(folder.path)
      """
    return try runText(
      ["env", "SOCKLINE=\(Command.path)", "sh", "-c", words + "\n" + script],
      timeout: .seconds(300))
  }

  @Test(arguments: ["tcp", "udp", "tcp6", "udp6"])
  func bothEndsAreNamedByTheirProcesses(_ kind: String) throws {
    _ = try folder.write(Array(Self.peer.utf8), to: "peer.py")
    let word = kind.hasPrefix("tcp") ? "listens" : "ready"
    let outcome = try script(
      """
      $SOCKLINE capture --seconds 30 -w packets.pcap > ladder.txt 2> errors.txt & capture=$!
      while [ ! -s packets.pcap ]; do sleep 0.02; done
      python3 peer.py \(kind) server > server.txt & server=$!
      ready server.txt \(word)
      python3 peer.py \(kind) client & client=$!
      ready ladder.txt "python3\\[$client\\]"; ready ladder.txt "python3\\[$server\\]"
      touch named
      wait $client $server
      kill -TERM $capture
      wait $capture
      echo $? $client $server
      """)
    let words = outcome.text.split(separator: "\n").last?.split(separator: " ").map(String.init)
    let (status, client, server) = try (#require(words)[0], #require(words)[1], #require(words)[2])
    #expect(status == "0")
    let ladder = String(decoding: try contents(of: folder.path + "/ladder.txt"), as: UTF8.self)
    #expect(try contents(of: folder.path + "/errors.txt") == [])
    let host = kind.hasSuffix("6") ? "[::1]" : "127.0.0.1"
    let title = try #require(ladder.split(separator: "\n").first)
    #expect(title.contains("1  python3[\(client)] \(host):"), "\(title)")
    #expect(title.contains("→ python3[\(server)] \(host):3490"), "\(title)")
    // The columns bear the names too.
    #expect(
      ladder.split(separator: "\n").contains {
        $0.contains(" pkt ") && $0.contains("python3[\(client)]")
          && $0.hasSuffix("python3[\(server)]")
      })
    #expect(ladder.contains("lost by the capture 0"))
    // What was saved is what was drawn.
    let saved = try Command.run([folder.path + "/packets.pcap", "--lines"])
    #expect(saved.status == 0)
    let count = ladder.split(separator: "\n").last { $0.contains(" packets") }
    let packets = try #require(count?.firstMatch(of: /(\d+) packets/)?.1)
    #expect(saved.text.contains("\(packets) packets"))
    #expect(try runText(["stat", "-c", "%a", folder.path + "/packets.pcap"]).text == "600\n")
  }

  @Test func endsByItselfAfterPacketsOrSeconds() throws {
    let send = """
      import socket, time
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      for i in range(1000):
          s.sendto(b'x', ('127.0.0.1', 5000 + i % 2))
          time.sleep(0.02)
      """
    _ = try folder.write(Array(send.utf8), to: "send.py")
    let outcome = try script(
      """
      python3 send.py & sender=$!
      $SOCKLINE capture --lines --count 7 udp port 5001; echo status $?
      $SOCKLINE capture --lines --seconds 0.2 port 9999; echo status $?
      $SOCKLINE capture --lines | head -3; echo status $?
      kill $sender
      """)
    let parts = outcome.text.split(separator: "status 0\n").map(String.init)
    #expect(parts.count == 3)
    #expect(parts.first?.contains("capturing only packets that match the filter") == true)
    #expect(parts.first?.matches(of: /UDP len=1/).count == 7)
    #expect(parts.first?.contains(":5000") == false)
    #expect(parts.first?.contains("7 packets") == true)
    #expect(parts.dropFirst().first?.contains("0 packets") == true)
    #expect(parts.last?.split(separator: "\n").count == 3)
    #expect(outcome.errorText == "" || outcome.errorText.contains("erminated"))
  }

  /// In the background of a script too, where the shell has it ignored.
  @Test(arguments: ["INT", "TERM"]) func endsByASignal(_ signal: String) throws {
    let outcome = try script(
      """
      $SOCKLINE capture -w packets.pcap > ladder.txt & capture=$!
      while [ ! -s packets.pcap ]; do sleep 0.02; done
      kill -\(signal) $capture
      wait $capture; echo status $?
      """)
    #expect(outcome.text == "status 0\n")
    #expect(
      String(decoding: try contents(of: folder.path + "/ladder.txt"), as: UTF8.self).contains(
        "0 packets"))
  }

  @Test func whatCannotBeCapturedIsSaid() throws {
    #expect(
      try Command.run(["capture", "-i", "no-such-if"]).errorText
        == "sockline: There is no interface no-such-if: `sockline interfaces` lists them.\n")
    let filter = try Command.run(["capture", "tcp", "prot"])
    #expect(filter.status == 1)
    #expect(filter.errorText.hasSuffix("  tcp prot\n      ^^^^\nDid you mean `port`?\n"))
    let target = try folder.write(Array("Keep me.\n".utf8), to: "keep.pcap")
    let refused = try runText([
      "setpriv", "--bounding-set", "-net_raw", Command.path, "capture", "-w", target,
    ])
    #expect(refused.status == 1)
    #expect(refused.text == "")
    #expect(
      refused.errorText == "sockline: No permission to capture on lo: use `sudo`, or "
        + "`setcap cap_net_raw+ep` on sockline; see `sockline doctor`.\n")
    #expect(try contents(of: target) == Array("Keep me.\n".utf8))
  }
}
