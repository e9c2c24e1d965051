import Glibc
import Process
import Sandbox
import Testing

/// `-w FILE.pcapng` and `replay` of it, by the real programs in a private network.
@Suite(.ownNetwork) struct CommandRecordingTests {
  private let folder: TemporaryFolder
  private var file: String { folder.path + "/x.pcapng" }
  private var programs: String { Command.folder + "/sockline-test-programs" }

  init() throws { folder = try TemporaryFolder() }

  /// Records a command while it draws, and compares with the replay.
  private func compare(_ command: [String], _ showing: [String] = []) throws {
    let live = folder.path + "/live.txt"
    let options = ["-w", file, "-o", live] + showing
    let name = command.first ?? ""
    let words =
      name == "run"
      ? ["run", "--private"] + options + command.dropFirst()
      : command + options
    _ = try Command.run(words)
    let drawn = String(decoding: try contents(of: live), as: UTF8.self)
    let replay = try Command.run(["replay", file] + showing)
    #expect(replay.status == 0)
    #expect(replay.text == drawn)
    #expect(drawn.split(separator: "\n").count > 4)
    let verified = try Command.run(["replay", "--verify", file])
    #expect(verified.status == 0, "\(verified.text)")
  }

  @Test(arguments: [80, 104, 152], ["tcp", "udp"])
  func demosReplayAsTheyWere(width: Int, lesson: String) throws {
    try compare(["demo", lesson], ["--width", "\(width)"])
  }

  @Test(
    arguments: [
      [], ["--by-connection"], ["--ascii", "--call", "connect,close"],
      ["--lines", "--time", "absolute", "--seq", "raw"], ["--style", "c", "--control"],
    ])
  func manyEndingsReplayAsTheyWere(showing: [String]) throws {
    try compare(["run", "--", programs, "endings", "3491"], showing)
  }

  @Test func manyConnectionsReplayAsTheyWere() throws {
    try compare([
      "pair", "--server", "\(programs) many-server 3493 4 40", "--client",
      "\(programs) many-client 3493 4 40",
    ])
  }

  @Test(arguments: [["sigpipe", "3492"], ["threads"], ["stop"]])
  func processesReplayAsTheyWere(arguments: [String]) throws {
    try compare(["run", "--", programs, "processes"] + arguments)
  }

  @Test func aKilledRecorderLeavesAllButTheLastMoment() throws {
    let session = try RunningProcess([
      Command.path, "run", "--private", "-q", "-w", file, "--", "sh", "-c",
      "\(Command.path) doctor >/dev/null; exec \(programs) processes silent 60",
    ])
    let isThere = session.wait {
      let text = String(decoding: (try? contents(of: file)) ?? [], as: UTF8.self)
      return text.contains("processes silent 60\n") || text.contains("\"silent\" \"60\"")
    }
    #expect(isThere)
    session.signal(SIGKILL)
    _ = try session.wait() as Outcome
    let replay = try Command.run(["replay", file])
    #expect(replay.status == 2)
    #expect(replay.text.contains("The recording was cut off."))
    #expect(replay.errorText.contains("the end of the recording is missing, at byte"))
  }

  @Test func nobodyElseMayReadIt() throws {
    _ = try folder.write([1, 2, 3], to: "x.pcapng")
    _ = try Command.run(["demo", "udp", "-w", file])
    var status = stat()
    #expect(stat(file, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(status.st_size > 3)
  }

  @Test func aPcapHoldsThePacketsAlone() throws {
    let packets = folder.path + "/x.pcap"
    _ = try Command.run(["demo", "tcp", "-w", packets])
    let replay = try Command.run(["replay", packets])
    #expect(replay.text.contains("calls were not recorded"))
    let verified = try Command.run(["replay", "--verify", packets])
    #expect(verified.status == 1)
  }

  @Test func aFullDiskIsTold() throws {
    let link = folder.path + "/full.pcapng"
    #expect(symlink("/dev/full", link) == 0)
    let outcome = try Command.run(["demo", "tcp", "-w", link])
    #expect(outcome.status == 125)
    #expect(outcome.errorText.contains("no space left on device"))
  }

  @Test func programsThatBringHostileText() throws {
    let name = "e\u{1B}[31m\n_PID=6"
    let hostile = try folder.write(
      Array("#!/bin/sh\nprintf 'a\\n\\033[31mb\\r\\n'\n".utf8), to: name)
    chmod(hostile, 0o755)
    let live = folder.path + "/live.txt"
    _ = try Command.run([
      "pair", "--server", "\(Command.folder)/SocklineDemo server udp", "--client",
      "\(Command.folder)/SocklineDemo client udp", "-w", file, "-o", live,
    ])
    let outcome = try Command.run(["run", "--private", "-w", file, "-o", live, "--", hostile, "\n"])
    #expect(outcome.status == 0)
    let drawn = String(decoding: try contents(of: live), as: UTF8.self)
    #expect(try Command.run(["replay", file]).text == drawn)
    let pids = try runText(["tshark", "-r", file, "-T", "fields", "-e", "systemd_journal.pid"])
    #expect(!pids.text.split(separator: "\n").contains("6"))
  }
}
