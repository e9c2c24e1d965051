import Calls
import Testing

@Suite struct CallSourceTests {
  @Test func equality() {
    let one = CallSource(file: "/a/b.c", line: 1, function: "f", module: "m")
    #expect(one == CallSource(file: "/a/b.c", line: 1, function: "f", module: "m"))
    #expect(one != CallSource(file: "/a/b.c", line: 2, function: "f", module: "m"))
    #expect(CallSource(path: 1) != CallSource(path: 2))
    #expect(Set([one, CallSource(file: "/a/b.c", line: 1, function: "f", module: "m")]).count == 1)
  }

  @Test func fileNames() {
    #expect(CallSource(file: "/a/b.c").fileName == "b.c")
    #expect(CallSource(file: "b.c").fileName == "b.c")
    #expect(CallSource(file: "/").fileName == nil)
    #expect(CallSource().fileName == nil)
  }
}
