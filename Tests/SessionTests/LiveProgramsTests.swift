import Foundation
import Process
import Testing

/// Programs of other people, for real: every cause, byte and call of them is calculated anew.
@Suite(.serialized, .ownNetwork) struct LiveProgramsTests {
  /// The scripts that start the programs; the comparison with the kernel runs the same.
  private static let scripts: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/") + "/Tests/Oracle"
  }()

  /// Why a test cannot be held.
  private struct Missing: Error, CustomStringConvertible { var description: String }

  /// Records a program of `programs.sh`, and reads the export of it.
  private func recorded(
    _ name: String, _ environment: [String] = []
  ) throws -> (run: ExportedRun, ladder: String) {
    let folder = try TemporaryFolder()
    let script = ["sh", Self.scripts + "/programs.sh", name]
    let outcome = try runText(
      ["env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"] + environment
        + [
          Installed.shared?.sockline ?? "sockline", "run", "--private", "-o",
          folder.path + "/ladder", "-w", folder.path + "/run.pcapng", "--",
        ] + script, timeout: .seconds(180))
    guard outcome.status != 127 else { throw Missing(description: outcome.errorText) }
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let export = try runText(
      [Command.path, "export", folder.path + "/run.pcapng", "--format", "jsonl"],
      timeout: .seconds(180))
    #expect(export.status == 0, "\(export.errorText)")
    let ladder = String(decoding: try contents(of: folder.path + "/ladder"), as: UTF8.self)
    return (try ExportedRun(export.text), ladder)
  }

  /// What holds of every program; and that enough of it was seen for that to mean something.
  private func hold(
    _ recorded: (run: ExportedRun, ladder: String), connections: Int, bytes: Int
  ) {
    let run = recorded.run
    #expect(run.recording?.complete == true)
    #expect(recorded.ladder.contains("lost by the capture 0"))
    #expect(recorded.ladder.contains("unexplained 0"))
    // Stamps of two processors may cross, and rows are in the order of time.
    #expect(run.packets.map(\.number).sorted() == Array(1...max(1, run.packets.count)))
    let offences = run.offences()
    #expect(offences == [], "\(offences.count) in \(run.packets.count) packets")
    #expect(run.connections.values.filter { $0.protocol == "tcp" }.count >= connections)
    #expect(run.streams().map(\.size).reduce(0, +) >= bytes)
  }

  @Test func curlAndPythonsServer() throws {
    hold(try recorded("http.server"), connections: 6, bytes: 11_010_101)
  }

  @Test func nginxWithSendfile() throws {
    let recorded = try recorded("nginx")
    hold(recorded, connections: 8, bytes: 11_310_101)
    #expect(recorded.run.calls.values.contains { $0.name == "sendfile" && $0.bytes != nil })
  }

  @Test(arguments: [("redis", 100), ("redis.pipelined", 1600)])
  func redisBenchmark(_ name: String, _ count: Int) throws {
    hold(try recorded(name, ["COUNT=\(count)"]), connections: 80, bytes: 20_000)
  }

  @Test func iperfInTwoStreams() throws {
    // Of 144 MiB that both write together, what is under way when the other is done is lost.
    hold(try recorded("iperf"), connections: 3, bytes: 140_000_000)
  }

  @Test func fiftyConnectionsOfAsyncio() throws {
    hold(try recorded("asyncio"), connections: 50, bytes: 21_000_000)
  }

  @Test func aStaticGoProgram() throws {
    let program = Command.folder + "/live-programs-web"
    if access(program, X_OK) != 0 {
      let outcome = try runText(
        [
          "env", "PATH=/usr/bin:/bin", "CGO_ENABLED=0", "GOFLAGS=",
          "GOCACHE=\(Command.folder)/live-programs-cache", "go", "build", "-o", program,
          Self.scripts + "/programs/web.go",
        ], timeout: .seconds(300))
      guard outcome.status == 0 else { throw Missing(description: "go: " + outcome.errorText) }
    }
    hold(try recorded("go", ["WEB=\(program)"]), connections: 8, bytes: 280_000)
  }

  @Test func eightThreadsAndResets() throws {
    let programs = Installed.shared?.programs ?? ""
    let recorded = try recorded("many", ["PROGRAMS=\(programs)"])
    hold(recorded, connections: 200, bytes: 400_000)
    let resets = recorded.run.packets.filter { $0.has("R") && $0.cause.kind == "call" }
    #expect(resets.count > 20)
  }
}
