import Glibc
import Process
import Testing

/// The files that a live session writes.
@Suite(.ownNetwork) struct LiveFileTests {
  /// Packets have the same numbers and times in the ladder as other tools find in the file.
  @Test func otherToolsReadTheSavedPackets() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/packets.pcap"
    let outcome = try Live.run([
      "demo", "tcp", "--private", "--lines", "--time", "absolute", "-w", file,
    ])
    #expect(outcome.status == 0)
    let drawn = Recorded(outcome.text).packets
    let times = outcome.text.split(separator: "\n").map {
      $0.split(separator: "  ").map(String.init)
    }
    .filter { $0.count > 4 && Int($0[1]) != nil }.map { "\($0[1]) \($0[0])" }

    let tshark = try runText([
      "tshark", "-r", file, "-T", "fields", "-e", "frame.number", "-e", "frame.time_epoch", "-e",
      "tcp.srcport", "-e", "tcp.len",
    ])
    let rows = tshark.text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(
      rows.map { "\($0[0]) \($0[2]) \($0[3])" }
        == drawn.map { "\($0.number) \($0.source.split(separator: ":")[1]) \($0.length)" })
    // Of `HH:MM:SS.ffffff` the digits after the point.
    #expect(times.count == rows.count)
    for (drawn, row) in zip(times, rows) {
      let fraction = row[1].split(separator: ".")[1]
      let shown = drawn.split(separator: ".").last ?? ""
      #expect(!shown.isEmpty && fraction.hasPrefix(shown), "\(drawn) is not \(row[1])")
    }
    let tcpdump = try runText(["tcpdump", "-nr", file])
    #expect(tcpdump.text.split(separator: "\n").count == drawn.count)
    let capinfos = try runText(["capinfos", "-cEM", file])
    #expect(capinfos.text.contains("Number of packets:   \(drawn.count)\n"))
    // And sockline itself.
    let replayed = try Live.run(["replay", "--lines", file])
    #expect(Recorded(replayed.text).packets.map(\.label) == drawn.map(\.label))
  }

  @Test func aFileThatCannotBeMadeIsASentence() throws {
    for option in ["-o", "-w"] {
      let path = "/no-such-folder/a" + (option == "-w" ? ".pcap" : "")
      let outcome = try Live.run(["run", "--private", option, path, "--", "echo", "ran"])
      #expect(outcome.status == 125)
      #expect(outcome.text == "")
      #expect(
        outcome.errorText
          == "sockline: \(path): no such file or directory.\n")
    }
  }

  @Test func aFullDiskIsASentenceAndTheProgramGoesOn() throws {
    let outcome = try Live.run(["run", "--private", "-o", "/dev/full", "--", "echo", "ran"])
    #expect(outcome.status == 125)
    #expect(outcome.text == "ran\n")
    #expect(outcome.errorText == "sockline: /dev/full: no space left on device.\n")
  }

  @Test func aFullDiskForPacketsIsASentence() throws {
    // A name that ends in .pcap, on a device that is full.
    let folder = try TemporaryFolder()
    let file = folder.path + "/full.pcap"
    #expect(symlink("/dev/full", file) == 0)
    let outcome = try Live.run(["run", "--private", "-w", file, "--", "echo", "ran"])
    #expect(outcome.status == 125)
    #expect(outcome.errorText.hasSuffix("sockline: \(file): no space left on device.\n"))
  }

  /// Recordings are their owner's alone; who reads texts and pictures says the umask.
  @Test(arguments: [("022", "644"), ("027", "640"), ("077", "600"), ("000", "666")])
  func whoMayReadThem(_ umask: String, _ mode: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Live.script(
      """
      umask \(umask); cd \(folder.path)
      $s demo udp --private -o ladder -w recording.pcapng
      $s run --private -o ladder2 -w packets.pcap -- true
      for name in a.svg a.png a.pdf a.html b.md a.txt a.mmd a.pkt; do
        $s draw recording.pcapng -o $name || echo failed
      done
      $s export recording.pcapng --format csv -o a.csv
      $s export recording.pcapng --format jsonl -o a.jsonl
      $s export recording.pcapng --format pcap -o b.pcap
      $s summary recording.pcapng -o summary
      $s replay recording.pcapng -o replay
      stat -c "%a %n" ladder ladder2 a.* b.md b.svg summary replay
      stat -c "%a %n" *.pcap *.pcapng
      """)
    let modes = outcome.text.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(modes.count == 18, "\(outcome.text)\(outcome.errorText)")
    for row in modes {
      let isRecording = row[1].contains(".pcap")
      #expect(row[0] == (isRecording ? "600" : mode), "\(row)")
    }
  }
}
