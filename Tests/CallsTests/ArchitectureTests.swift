import Foundation
import Testing

@testable import Calls

/// The numbers of system calls, against the kernel's own headers.
@Suite struct ArchitectureTests {
  /// `#define __NR_read 0`, and `#define __NR3264_fcntl 25` of the generic table.
  private static func numbers(_ header: String) throws -> [String: Int] {
    let text = try String(contentsOfFile: header, encoding: .utf8)
    var numbers: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard words.count == 3, words[0] == "#define", words[1].hasPrefix("__NR"),
        let number = Int(words[2])
      else { continue }
      let whole = words[1].hasPrefix("__NR3264_") ? words[1].dropFirst(9) : words[1].dropFirst(5)
      numbers[String(whole)] = number
    }
    return numbers
  }

  private static let amd64 = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"
  private static let generic = "/usr/include/asm-generic/unistd.h"

  /// Calls that no 64-bit machine has: C's library makes others of them.
  private static let absent: Set<SystemCall> = [.send, .recv]

  private func check(_ architecture: Architecture, _ header: String) throws {
    let kernel = try Self.numbers(header)
    #expect(kernel.count > 250)
    for call in SystemCall.allCases {
      #expect(architecture.number(of: call) == kernel[call.rawValue], "\(call.rawValue)")
    }
    for call in Self.absent { #expect(kernel[call.rawValue] == nil) }
    #expect(architecture.restart == kernel["restart_syscall"])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: amd64), "no headers of x86-64 here"))
  func amd64Numbers() throws { try check(.amd64, Self.amd64) }

  /// arm64 takes the generic numbers.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: generic), "no linux-libc-dev here"))
  func arm64Numbers() throws { try check(.arm64, Self.generic) }

  @Test(arguments: Architecture.allCases) func inverse(_ architecture: Architecture) {
    for row in SystemCallTable.linux.rows {
      guard let number = row.number(on: architecture) else { continue }
      #expect(architecture.call(number) == (row.stops == .never ? nil : row.call))
    }
    #expect(architecture.call(-1) == nil)
    #expect(architecture.call(100_000) == nil)
    #expect(architecture.call(architecture.restart) == nil)
  }

  /// arm64 never had the calls that others replaced.
  @Test func arm64HasNoLegacyCalls() {
    for call in [SystemCall.poll, .select, .dup2, .epollWait] {
      #expect(Architecture.arm64.number(of: call) == nil)
      #expect(Architecture.amd64.number(of: call) != nil)
    }
  }
}
