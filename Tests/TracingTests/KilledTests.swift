import CPtrace
import Foundation
import Process
import Testing

@testable import Tracing

/// A tracer that dies leaves nobody behind.
@Suite(.serialized, .ownNetwork) struct KilledTests {
  /// The command that was built beside these tests traces a program that waits; killed with
  /// SIGKILL it can do nothing more, and the kernel ends its tracees.
  @Test func traceesDieWithIt() throws {
    let mark = "\(UInt32.random(in: 100_000...UInt32.max))"
    let tracer = try RunningProcess([
      Recording.folder + "/sockline", "run", "--", "sh", "-c", "sleep \(mark) & sleep \(mark)",
    ])
    func sleepers() -> [Int32] {
      let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return all.compactMap { Int32($0) }
        .filter { ProcessFiles.command($0) == ["sleep", mark] && !isZombie($0) }
    }
    #expect(tracer.wait { sleepers().count == 2 })
    tracer.signal(SIGKILL)
    #expect(try tracer.wait().status == 128 + SIGKILL)
    #expect(tracer.wait { sleepers().isEmpty })
    for sleeper in sleepers() { kill(sleeper, SIGKILL) }
  }

  private func isZombie(_ process: Int32) -> Bool {
    let status = ProcessFiles.read("/proc/\(process)/stat", limit: 512)
    return String(decoding: status, as: UTF8.self).contains(") Z ")
  }
}
