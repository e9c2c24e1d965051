import Foundation
import Testing

/// The walls between the rooms, as docs/ARCHITECTURE.md draws them.
@Suite struct RoomTests {
  static let pure = [
    "Wire", "Calls", "Text", "Timeline", "Strace", "CaptureFile", "Recording", "Explain", "Render",
  ]
  static let machine = ["Capture", "Tracing", "Sandbox", "Gzip", "Raster", "Symbols"]
  static let all = pure + machine + ["Session"]

  /// What the files of a target may import.
  static let mayImport: [String: [String]] = [
    "Wire": [],
    "Calls": ["Wire"],
    "Text": [],
    "Timeline": ["Wire", "Calls"],
    "Strace": ["Wire", "Calls", "Timeline"],
    "CaptureFile": ["Wire"],
    "Recording": ["Wire", "Calls", "Timeline", "CaptureFile", "Text"],
    "Explain": ["Wire", "Calls", "Timeline", "Text"],
    "Render": ["Wire", "Calls", "Timeline", "Explain", "Text"],
    "Capture": ["CPcap", "Wire", "Glibc", "Synchronization"],
    "Tracing": ["CPtrace", "Calls", "Wire", "Glibc", "Synchronization"],
    "Sandbox": ["CPtrace", "Glibc"],
    "Gzip": ["CZlib"],
    "Raster": ["CRsvg", "CZlib"],
    "Symbols": ["CDwarf", "Calls", "Glibc"],
    "Session": all.filter { $0 != "Session" } + ["Glibc", "Synchronization"],
    "sockline": all + ["ArgumentParser", "Glibc"],
    "SocklineDemo": ["Glibc"],
  ]

  @Test func imports() throws {
    let files = try House.files(below: "Sources", "swift")
    #expect(files.count > 50)
    let offences = files.flatMap { file in
      file.imports.filter { !(Self.mayImport[file.target] ?? []).contains($0) }
        .map { "\(file.path) imports \($0)" }
    }
    #expect(offences == [])
  }

  /// A target that the table above does not know has no rules yet.
  @Test func everyTargetIsKnown() throws {
    let targets = Set(try House.files(below: "Sources", "swift").map(\.target))
    #expect(targets.subtracting(Self.mayImport.keys) == [])
  }

  /// All of the product's thinking is free of memory that the compiler does not check.
  @Test func whereUnsafeStands() throws {
    let allowed = Self.machine + ["Session", "SocklineDemo"]
    let offences = try House.files(below: "Sources", "swift").filter { file in
      // In the session only the files of threads and descriptors touch the machine.
      !allowed.contains(file.target)
        || (file.target == "Session" && !file.imports.contains("Glibc"))
    }.flatMap {
      $0.places(of: /\bunsafe\b(?!-)|@unchecked|nonisolated\(unsafe\)|\bUnsafe\w*Pointer/)
    }
    #expect(offences == [])
  }

  /// Threads are made by hand: the tracer's calls are answered on the thread that attached.
  @Test func noTasksNoActors() throws {
    let offences = try House.files(below: "Sources", "swift")
      .flatMap { $0.places(of: /\b(actor \w|async\b|await\b|Task(Group)?\b|DispatchQueue)/) }
    #expect(offences == [])
  }

  /// The folder of a target's tests has the target's name.
  @Test func testsMirrorSources() throws {
    let sources = Set(try House.files(below: "Sources", "swift").map(\.target))
    let tests = Set(
      try House.files(below: "Tests", "swift").map(\.target).filter { $0.hasSuffix("Tests") })
    let strays = tests.subtracting(sources.map { $0 + "Tests" }).subtracting(["HouseTests"])
    #expect(strays == [])
    #expect(Set(Self.all.map { $0 + "Tests" }).subtracting(tests) == [])
  }

  @Test func readsImports() {
    let file = House.File(
      path: "Sources/Wire/Made.swift",
      text: """
        import Foundation
        public import Calls // why
        @testable import Text
        @preconcurrency internal import struct Glibc.timespec
        // import Dispatch
        let importance = 1
        """)
    #expect(file.imports == ["Foundation", "Calls", "Text", "Glibc"])
    #expect(file.target == "Wire")
  }

  @Test func readsCode() {
    let file = House.File(
      path: "Sources/Wire/Made.swift",
      text: """
        /// This is not unsafe.
        let page = "https://example.org"; unsafe free(page)
        let unsafely = 1  // unsafe
        """)
    #expect(file.places(of: /\bunsafe\b/) == ["Sources/Wire/Made.swift:2"])
  }
}
