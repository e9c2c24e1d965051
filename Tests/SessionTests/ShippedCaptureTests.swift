import Foundation
import Process
import Testing

@testable import Session

@Suite struct ShippedCaptureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes an empty file into the folder, with the folders on the way to it.
  private func make(_ path: String) throws {
    let file = URL(fileURLWithPath: "\(folder.path)/\(path)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: file)
  }

  /// Where it is found, below the folder, for a program at `program`; nil where it is not.
  private func found(_ name: String, besides program: String) -> String? {
    ShippedCapture.path(of: name, besides: "\(folder.path)/\(program)").map {
      String(URL(fileURLWithPath: $0).standardized.path.dropFirst(folder.path.count + 1))
    }
  }

  @Test func besideAnInstalledProgram() throws {
    try make("usr/bin/sockline")
    try make("usr/share/sockline/captures/tcp.pcap")
    #expect(
      found("tcp.pcap", besides: "usr/bin/sockline") == "usr/share/sockline/captures/tcp.pcap")
    #expect(found("udp.pcap", besides: "usr/bin/sockline") == nil)
  }

  @Test func inTheSourceTreeOfABuild() throws {
    try make(".build/x86_64-unknown-linux-gnu/release/sockline")
    try make("captures/tcp.pcap")
    let program = ".build/x86_64-unknown-linux-gnu/release/sockline"
    #expect(found("tcp.pcap", besides: program) == "captures/tcp.pcap")
    #expect(found("udp.pcap", besides: program) == nil)
  }

  @Test func noProgramNoCapture() {
    #expect(ShippedCapture.path(of: "tcp.pcap", besides: "") == nil)
  }
}
