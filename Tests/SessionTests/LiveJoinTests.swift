import Glibc
import Process
import Testing

/// Programs under strace(1) and tcpdump(8) in a network of their own: what is joined of the two has the
/// causes that our own recording of the same program has.
@Suite(.needs(isAllowedToCapture, "tcpdump needs root"), .serialized, .ownNetwork)
struct LiveJoinTests {
  /// Programs that do the same each time.
  static let programs = [
    "endings 3490", "datagrams", "descriptors", "waits", "children many 6", "signals restart",
    "signals poll", "bench connections 10", "bench ping 10",
  ]

  @Test(arguments: programs)
  func theCausesAreThoseOfOurOwnRecording(_ program: String) throws {
    let folder = try TemporaryFolder()
    let command = Command.folder + "/sockline-test-programs " + program
    let own = folder.path + "/own.pcapng"
    let recorded = try Command.run(
      ["run", "--private", "-q", "-w", own, "-o", "/dev/null", "--"]
        + command.split(separator: " ").map(String.init))
    #expect(recorded.status == 0, "\(recorded.errorText)")
    let pair = try JoinedPair(command, options: "-f -ttt -T -yy", in: folder)
    let expected = try JoinedCauses([own])
    #expect(expected.connections.count > 0)
    let wrong = expected.wrong(in: try JoinedCauses(pair.arguments))
    #expect(wrong == [])
  }

  /// What strace can be asked for, and what it is asked for at least.
  @Test(arguments: [
    "-f -tt -T -yy", "-f -ttt", "-f -ttt -y -T", "-f -ttt -yy -xx -s 4", "-f -k -ttt -yy",
  ])
  func otherOptionsTellTheSame(_ options: String) throws {
    let folder = try TemporaryFolder()
    let command = Command.folder + "/sockline-test-programs endings 3490"
    let pair = try JoinedPair(command, options: options, in: folder)
    let expected = try JoinedCauses([ShippedCaptures.folder + "endings.pcapng"])
    let wrong = expected.wrong(in: try JoinedCauses(pair.arguments))
    #expect(wrong == [])
  }

  /// Nothing of a server and a client that others wrote is left without a cause.
  @Test func aServerInPythonAndCurl() throws {
    let folder = try TemporaryFolder()
    let script = """
      python3 -m http.server 8000 --bind 127.0.0.1 >/dev/null 2>&1 & server=$!
      curl -s --retry 20 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/ >/dev/null
      kill $server; wait $server 2>/dev/null; true
      """
    let file = try folder.write(Array(script.utf8), to: "script")
    let pair = try JoinedPair("sh " + file, options: "-f -ttt -T -yy", in: folder)
    let ladder = try Command.run(["replay"] + pair.arguments)
    #expect(ladder.status == 0)
    #expect(ladder.text.contains("python3["))
    #expect(ladder.text.contains("curl["))
    #expect(ladder.text.contains("unexplained 0"), "\(ladder.text)")
  }
}

/// A capture and a log that were taken at once.
struct JoinedPair {
  /// What sockline is given.
  let arguments: [String]

  init(_ command: String, options: String, in folder: TemporaryFolder) throws {
    // A last datagram says when the capture has all that came before; the copy is without it.
    let script = """
      : >ready
      tcpdump -i lo -w all.pcap --immediate-mode -U -B 65536 -Z root 2>ready &
      while ! grep -q listening ready; do sleep 0.05; done
      timeout 60 strace \(options) -o \(folder.path)/calls.log \(command) >/dev/null 2>&1
      python3 -c 'import socket
      end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); end.bind(("127.0.0.1", 9))
      end.sendto(b"this is the end of it", end.getsockname())'
      until grep -aq "this is the end of it" all.pcap; do sleep 0.02; done
      kill $!
      wait
      tcpdump -r all.pcap -w packets.pcap 'not udp port 9' 2>/dev/null
      """
    let outcome = try runText([
      "sh", "-c", "cd \(folder.path) && \(script)",
    ])
    #expect(outcome.errorText == "")
    arguments = [folder.path + "/packets.pcap", "--calls", folder.path + "/calls.log"]
  }
}
