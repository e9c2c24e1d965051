import Process
import Recording
import Scenario
import Testing
import Timeline

@testable import Session

/// Every command that reads captures takes the same: packed files and pipes, several, with a filter.
@Suite struct CaptureInputTests {
  private func packed(_ name: String, in folder: TemporaryFolder) throws -> String {
    let file = folder.path + "/" + name + ".gz"
    let outcome = try runText([
      "sh", "-c", "gzip -c '\(ShippedCaptures.folder)\(name)' > '\(file)'",
    ])
    #expect(outcome.status == 0)
    return file
  }

  /// What commands make of a file, without the name of the file in it.
  private func output(_ command: [String], _ path: String, _ folder: TemporaryFolder) throws
    -> String
  {
    let result =
      folder.path + "/" + (command[0] == "draw" || command[0] == "plot" ? "out.svg" : "out")
    let outcome = try Command.run(command + [path, "-o", result])
    #expect(outcome.status == 0, "\(command) \(outcome.errorText)")
    let name = String(path.split(separator: "/").last ?? "")
    return String(decoding: try contents(of: result), as: UTF8.self)
      .replacing(path, with: "FILE").replacing(name, with: "FILE")
  }

  static let commands: [[String]] = [
    ["replay"], ["summary"], ["summary", "--format", "jsonl"], ["export", "--format", "jsonl"],
    ["export", "--format", "csv", "--rows", "connections"], ["export", "--format", "pcap"],
    ["export", "--format", "perfetto"], ["draw"], ["plot", "--kind", "sequence"],
  ]

  @Test(arguments: commands)
  func packedFilesAreReadAsPlainOnes(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    for name in ["tcp.pcap", "demo-tcp.pcapng"] {
      let file = try packed(name, in: folder)
      let plain = try output(command, ShippedCaptures.folder + name, folder)
      #expect(try output(command, file, folder) == plain, "\(command) \(name)")
    }
  }

  /// A packed file that is cut short is written as far as it goes, and said to be damaged.
  @Test(arguments: [["summary"], ["export", "--format", "csv"], ["replay"]])
  func aPackedFileThatIsCutIsDamaged(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    let bytes = try contents(of: try packed("bulk.pcap", in: folder))
    let cut = try folder.write(Array(bytes.dropLast(20)), to: "cut.pcap.gz")
    let outcome = try Command.run(command + [cut])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("cut.pcap.gz"))
    #expect(outcome.text.contains("127.0.0.1"))
  }

  @Test func aPackedPipeIsRead() throws {
    let folder = try TemporaryFolder()
    let bytes = try contents(of: try packed("tcp.pcap", in: folder))
    for command in [["summary", "-"], ["export", "-", "--format", "csv"], ["replay", "-"]] {
      let plain = try Command.run(command, input: contents(of: ShippedCaptures.folder + "tcp.pcap"))
      #expect(try Command.run(command, input: bytes).text == plain.text)
      #expect(plain.text.contains("127.0.0.1"))
    }
  }

  /// Several files are merged, and the words behind them are a filter, wherever captures are read.
  @Test func severalFilesAndAFilter() throws {
    let folder = try TemporaryFolder()
    var one = MadeCapture()
    one.addEcho(clientPort: 1111)
    var other = MadeCapture()
    other.addEcho(clientPort: 2222, at: MadeCapture.start + 1_000)
    let paths = [
      try folder.write(one.bytes, to: "one.pcap"), try folder.write(other.bytes, to: "other.pcap"),
    ]
    let both = try Command.run(["export", "--format", "csv"] + paths)
    #expect(both.status == 0)
    #expect(both.text.split(separator: "\n").count == 21)
    let filtered = try Command.run(
      ["export", "--format", "csv"] + paths + ["tcp", "port", "2222"])
    #expect(filtered.text.split(separator: "\n").count == 11)
    let summary = try Command.run(["summary", "--format", "csv"] + paths + ["tcp port 2222"])
    #expect(summary.text.split(separator: "\n").count == 2)
    #expect(summary.text.contains(":2222"))
    let twice = try Command.run(["summary"] + paths + ["--filter", "tcp", "udp"])
    #expect(twice.status == 64)
    for command in ["draw", "plot"] {
      let picture = folder.path + "/\(command).svg"
      let kind = command == "plot" ? ["--kind", "sequence"] : []
      let outcome = try Command.run(
        [command] + kind + paths + ["tcp", "port", "2222", "-o", picture])
      #expect(outcome.status == 0, "\(outcome.errorText)")
      let text = String(decoding: try contents(of: picture), as: UTF8.self)
      #expect(text.contains("2222") && !text.contains("1111"))
    }
    let absent = try Command.run(["export", "--format", "csv", paths[0], "absent.pcap"])
    #expect(absent.errorText.contains("absent.pcap"))
  }

  /// The first line of an export comes before a pipe has said all, and later ones as they are final.
  @Test func anExportStreams() throws {
    let folder = try TemporaryFolder()
    var capture = MadeCapture()
    capture.addEcho()
    let path = try folder.write(capture.bytes, to: "begun.pcap")
    // The writer stays until the first line was read: an export that waited for its end would hang.
    let script =
      "mkfifo '\(folder.path)/pipe'; (cat '\(path)'; "
      + "until [ -e '\(folder.path)/seen' ]; do sleep 0.1; done) > '\(folder.path)/pipe' & "
      + "'\(Command.path)' export '\(folder.path)/pipe' --format jsonl "
      + "| { head -n 1; touch '\(folder.path)/seen'; cat | tail -n 1; }"
    let outcome = try RunningProcess(["sh", "-c", script]).wait(timeout: .seconds(300))
    let lines = outcome.text.split(separator: "\n")
    try #require(lines.count == 2)
    #expect(
      lines[0].contains("\"type\":\"recording\"") && lines[0].contains("\"packet_count\":null"))
    #expect(lines[1].contains("\"type\":\"end\"") && lines[1].contains("\"packet_count\":10"))
  }

  /// The bytes are the same however the file comes in pieces.
  @Test func smallAndPackedInputsGiveTheirBytes() throws {
    let folder = try TemporaryFolder()
    for bytes in [[], [0x1F], [0x1F, 0x8A, 3]] as [[UInt8]] {
      let input = try CaptureInput(try folder.write(bytes, to: "small"))
      var read: [UInt8] = []
      while case .bytes(let more) = try input.next(packet: nil) { read += more }
      #expect(read == bytes)
      try input.finish(packet: nil)
    }
    let input = try CaptureInput(try packed("tcp.pcap", in: folder))
    guard case .bytes(let bytes) = try input.next(behind: [7, 8], packet: nil) else {
      Issue.record("no bytes")
      return
    }
    #expect(try bytes == [7, 8] + contents(of: ShippedCaptures.folder + "tcp.pcap"))
  }

  /// Names of processes that the kernel told a capture are in every format.
  @Test func ownersOfACaptureAreNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(ownedCapture(), to: "owned.pcapng")
    let summary = try Command.run(["summary", path, "--format", "jsonl"]).text
    #expect(summary.contains("\"client_comm\":\"curl\",\"server_comm\":\"python3\""), "\(summary)")
    let export = try Command.run(["export", path, "--format", "jsonl"]).text
    #expect(export.contains("\"client_comm\":\"curl\",\"server_comm\":\"python3\""), "\(export)")
    #expect(export.contains("{\"type\":\"process\",\"pid\":11,\"comm\":\"curl\""))
    let rows = try Command.run(["export", path, "--format", "csv", "--rows", "connections"]).text
    #expect(rows.contains("curl,python3"))
    #expect(try Command.run(["replay", path]).text.contains("curl"))
  }

  /// What `capture -w` writes of a conversation between curl[11] and python3[12].
  private func ownedCapture() -> [UInt8] {
    let scenario = Scenario.withoutCalls
    let first = scenario.events.first?.time ?? Instant(0)
    var start = RecordingStart(run: "5f3a", time: first.nanoseconds - 1_000_000)
    start.hasCalls = false
    start.backend = "none"
    var writer = RecordingWriter(start) { _ in "" }
    var timeline = scenario.timeline
    var bytes = writer.header()
    func take(_ rows: [Row]) {
      writer.take(
        rows.map { row in
          guard case .opening(var facts) = row.content else { return row }
          facts.clientProcess = ProcessName(id: 11, name: "curl")
          facts.serverProcess = ProcessName(id: 12, name: "python3")
          var row = row
          row.content = .opening(facts)
          return row
        })
    }
    for event in scenario.events {
      take(timeline.append(event))
      guard case .packet(let packet) = event else { continue }
      writer.add(event, frame: scenario.frames[packet.number] ?? [])
    }
    take(timeline.finish())
    let last = scenario.events.last?.time ?? first
    writer.finish(RecordingEnd(time: last.nanoseconds + 1_000), into: &bytes)
    return bytes
  }
}
