import Calls
import Testing

@testable import Symbols

@Suite struct FrameSearchTests {
  private func frame(
    _ function: String?, _ module: String, _ owner: SourceFrame.Owner = .user, line: Int? = nil
  ) -> SourceFrame {
    SourceFrame(
      file: line.map { _ in "/src/\(module).c" }, line: line, function: function, module: module,
      owner: owner)
  }

  private func result(_ stack: [SourceFrame]...) -> String {
    var search = FrameSearch()
    for (index, frames) in stack.enumerated() where !search.isOver {
      search.take(frames, returnsTo: UInt64(index))
    }
    guard let source = search.result else { return "nothing" }
    return "\(source.function ?? "?") \(source.module ?? "?") \(source.line ?? 0)"
  }

  @Test func theInnermostLine() {
    let door = [frame("connect", "libc", .library)]
    #expect(
      result(door, [frame("dial", "a", line: 5)], [frame("main", "a", line: 9)]) == "dial a 5")
  }

  @Test func libraryCodeThatWasInlined() {
    let door = [frame("send", "libc", .library)]
    let inlined = [frame("write", "a", .library, line: 7), frame("say", "a", line: 12)]
    #expect(result(door, inlined) == "say a 12")
  }

  @Test func aLibraryWithoutLinesGivesWayToALine() {
    let stack = [frame(nil, "libcurl")]
    #expect(
      result([frame("send", "libc", .library)], stack, [frame("main", "a", line: 3)]) == "main a 3")
    #expect(result([frame("send", "libc", .library)], stack, [frame("main", "a")]) == "? libcurl 0")
  }

  @Test func theDoorOfAStaticProgram() {
    #expect(result([frame("__libc_connect", "a")], [frame("dial", "a")]) == "dial a 0")
    // Deeper inside it is the program's own function of that name.
    #expect(result([frame("x", "a")], [frame("connect", "a")]) == "x a 0")
  }

  /// An interpreter's or a library's own functions are nobody's line.
  @Test func nothingButLibraries() {
    let stack = [
      [frame("send", "libc", .library)], [frame("flush", "libx", .library, line: 88)],
      [frame("run", "libx", .library)], [frame("__clone3", "libc", .library)],
    ]
    #expect(result(stack[0], stack[1], stack[2], stack[3]) == "nothing")
    #expect(result() == "nothing")
  }

  /// What is seen beyond the function that a thread began in is no caller.
  @Test func whereAThreadBegan() {
    #expect(
      result(
        [frame("runtime.epollwait", "a", .library)], [frame("runtime.mcall", "a", .library)],
        [frame("main.x", "a", line: 4)]) == "nothing")
  }
}
