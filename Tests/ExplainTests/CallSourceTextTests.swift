import Calls
import Explain
import Testing

@Suite struct CallSourceTextTests {
  private func texts(_ source: CallSource) -> [String?] {
    [CallSourceText(source).brief, CallSourceText(source).full]
  }

  @Test func theMostThatIsKnown() {
    let line = CallSource(file: "/a/b/client.c", line: 15, function: "dial", module: "client")
    #expect(texts(line) == ["client.c:15", "client.c:15 in dial"])
    #expect(texts(CallSource(file: "c.swift", line: 2)) == ["c.swift:2", "c.swift:2"])
    let function = CallSource(function: "serve", module: "server", offset: 0x1A2B)
    #expect(texts(function) == ["serve", "serve in server"])
    #expect(
      texts(CallSource(module: "server", offset: 0x1A2B)) == ["server+0x1a2b", "server+0x1a2b"])
    #expect(texts(CallSource(module: "server")) == ["server", "server"])
    #expect(texts(CallSource()) == [nil, nil])
    #expect(texts(CallSource(path: 4)) == [nil, nil])
  }

  @Test func namesAreForeignText() {
    let source = CallSource(file: "/a/\u{1B}[2J.c", line: 1, function: "f\n\u{202E}g")
    #expect(CallSourceText(source).full == "\\x1b[2J.c:1 in f\\n\\u{202e}g")
    let long = CallSource(file: String(repeating: "x", count: 5_000), line: 1)
    #expect((CallSourceText(long).full ?? "").count < 300)
  }
}
