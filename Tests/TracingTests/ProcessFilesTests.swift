import Foundation
import Testing

@testable import Tracing

@Suite struct ProcessFilesTests {
  private let own = getpid()

  @Test func ownProcess() throws {
    let comm = try String(contentsOfFile: "/proc/self/comm", encoding: .utf8)
    #expect(ProcessFiles.name(own) + "\n" == comm)
    #expect(ProcessFiles.command(own) == CommandLine.arguments)
    #expect(ProcessFiles.family(ofThread: own)?.process == own)
    #expect(ProcessFiles.family(ofThread: own)?.parent == getppid())
    #expect(ProcessFiles.isNative(own))
  }

  @Test func nobody() {
    #expect(ProcessFiles.name(-1) == "")
    #expect(ProcessFiles.command(-1) == [])
    #expect(ProcessFiles.family(ofThread: -1) == nil)
    #expect(ProcessFiles.link("/proc/self/fd/-1") == nil)
    #expect(ProcessFiles.read("/does/not/exist", limit: 10) == [])
  }

  @Test func limits() {
    #expect(ProcessFiles.read("/dev/zero", limit: 10) == [UInt8](repeating: 0, count: 10))
    #expect(ProcessFiles.link("/proc/self/exe")?.hasPrefix("/") == true)
  }
}
