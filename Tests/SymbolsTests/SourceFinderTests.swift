import Calls
import Process
import Testing
import Tracing

@testable import Symbols

/// Programs in several languages, built in several ways: each call is told with the very line that
/// made it.
@Suite(.serialized, .enabled(if: SourceFinder.isAvailable, "this build has no libdw"), .ownNetwork)
struct SourceFinderTests {
  private func check(_ command: [String], _ source: String) throws {
    let folder = try TemporaryFolder()
    let program = try TracedLines.build(command, source, in: folder)
    let marked = try TracedLines.markers(source)
    #expect(try TracedLines([program]).found(among: marked) == marked)
  }

  @Test(arguments: [
    ["-O0"], ["-O2"], ["-O2", "-fomit-frame-pointer"], ["-O1", "-fno-omit-frame-pointer"],
    ["-O2", "-gdwarf-4"], ["-O2", "-no-pie"], ["-O2", "-static"], ["-O2", "-static-pie"],
    ["-O2", "-gz"], ["-O3", "-flto"],
  ])
  func linesOfC(_ options: [String]) throws {
    try check(["gcc", "-g"] + options, "plain.c")
  }

  @Test(arguments: [["-O0"], ["-O2"], ["-O2", "-gdwarf-4"]])
  func tailCalls(_ options: [String]) throws {
    try check(["gcc", "-g"] + options, "tails.c")
  }

  /// Its compiler writes no table by which units could be found.
  @Test(.needs(programs: "clang"))
  func linesByClang() throws {
    try check(["clang", "-g", "-O2"], "plain.c")
    try check(["clang", "-g", "-O2"], "tails.c")
  }

  @Test(arguments: ["-O0", "-O2"])
  func linesOfCPlusPlus(_ option: String) throws {
    try Machine.require(Machine.has("g++"), "g++ is not installed")
    let folder = try TemporaryFolder()
    let program = try TracedLines.build(["g++", "-g", option, "-pthread"], "ways.cpp", in: folder)
    let library = try TracedLines.build(
      ["gcc", "-g", option, "-shared", "-fPIC"], "plugin.c", in: folder)
    let marked = try TracedLines.markers("ways.cpp", "plugin.c")
    #expect(try TracedLines([program, library]).found(among: marked) == marked)
  }

  @Test(arguments: ["-Onone", "-O"])
  func linesOfSwift(_ option: String) throws {
    try check(["swiftc", "-g", option], "client.swift")
  }

  @Test(
    .enabled(if: Machine.has("rustc"), "rustc is not installed: lines of Rust are not tested"),
    arguments: [["-g"], ["-g", "-O"]])
  func linesOfRust(_ options: [String]) throws {
    try check(["rustc"] + options, "client.rs")
  }

  @Test(
    .needs(programs: "go"),
    arguments: [[], ["-trimpath"]])
  func linesOfGo(_ options: [String]) throws {
    try check(
      [
        "env", "GOFLAGS=-mod=mod", "GOCACHE=" + TracedLines.products + "/source-finder-cache", "go",
        "build",
      ] + options,
      "client.go")
  }

  /// Without debug information the function is told, without a table of symbols the program.
  @Test func programsWithoutDebugInformation() throws {
    let folder = try TemporaryFolder()
    let plain = try TracedLines.build(["gcc", "-O0"], "plain.c", in: folder)
    let named = try TracedLines([plain]).calls.compactMap(\.source)
    #expect(Set(named.map(\.function)) == ["main", "dial"])
    #expect(named.allSatisfy { $0.line == nil && $0.file == nil && $0.module == "plain" })
    let stripped = try TracedLines.build(["gcc", "-O0", "-s"], "plain.c", in: folder)
    let unnamed = try TracedLines([stripped])
    #expect(unnamed.calls.allSatisfy { $0.source?.module == "plain" && $0.source?.function == nil })
    // Each place has its own offset.
    #expect(Set(unnamed.calls.map(\.source?.offset)).count == unnamed.paths)
  }

  /// What stands in the file on the disk by then is no longer what ran.
  @Test func aFileThatWasReplaced() throws {
    let folder = try TemporaryFolder()
    let program = try TracedLines.build(["gcc", "-g"], "plain.c", in: folder)
    let traced = try TracedLines([
      "sh", "-c", "\(program) & wait; rm \(program)",
    ])
    #expect(traced.calls.allSatisfy { $0.source?.line == nil })
  }

  /// Calls by more paths than are looked up have no source, and none gets that of another.
  @Test func noMorePathsThanTheLimit() throws {
    let folder = try TemporaryFolder()
    let program = try TracedLines.build(["gcc", "-g"], "plain.c", in: folder)
    let traced = try TracedLines([program], limit: 3)
    #expect(traced.paths == 3)
    #expect(traced.calls.prefix(3).allSatisfy { $0.source?.line != nil })
    #expect(traced.calls.dropFirst(3).allSatisfy { $0.source == nil })
  }

  @Test func aPathThatLeadsNowhere() {
    let finder = SourceFinder()
    func source(_ maps: String) -> CallSource? {
      finder.source(
        of: CallPath(
          number: 1, process: 1, code: CodeMap(number: maps.count, text: Array(maps.utf8)),
          counter: 0x1000, registers: [UInt64](repeating: 0xFFFF_FFFF_FFFF_FFF8, count: 17),
          stackPointer: 0xFFFF_FFFF_FFFF_FFF8, stack: [1, 2, 3]))
    }
    #expect(source("") == nil)
    #expect(source("garbage\n\n- -\n") == nil)
    #expect(source("1000-2000 r-xp 00000000 08:01 1 /etc/passwd\n") == nil)
  }
}
