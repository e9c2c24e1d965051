import Process
import Render
import Testing

@testable import Session

@Suite struct NotesFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func notes(_ text: String, _ name: String) throws -> [String] {
    let path = try folder.write(Array(text.utf8), to: name)
    return try NotesFile.read(path).map { "\($0.words): \($0.text)" }
  }

  private func failure(_ text: String, _ name: String) throws -> (Int?, String) {
    let path = try folder.write(Array(text.utf8), to: name)
    do {
      _ = try NotesFile.read(path)
    } catch SessionError.notes(let error) {
      return (error.line, "\(error.reason)")
    }
    return (nil, "none")
  }

  @Test func markdown() throws {
    #expect(
      try notes("# Lab 2\n\n- packet 3: one\n- `fin client`: two\n", "notes.md") == [
        "packet 3: one", "fin client: two",
      ])
  }

  @Test func jsonLines() throws {
    #expect(
      try notes(
        "{\"at\": \"packet 3\", \"text\": \"one\"}\r\n\n"
          + " { \"text\" : \"two: \\u00e9 \\uD83D\\uDE00 \\\"so\\\"\", \"at\":\"fin client\" } ",
        "notes.jsonl") == ["packet 3: one", "fin client: two: é 😀 \"so\""])
  }

  @Test(arguments: [
    (
      "{\"at\": \"syn\", \"text\": \"a\"}\n{\"at\": \"syn\"", 2,
      "object(Render.NoteObjectError.notJSON(column: 13))"
    ),
    ("\n\nsyn: a\n", 3, "object(Render.NoteObjectError.notJSON(column: 1))"),
    (
      "{\"at\": \"syn\", \"text\": \"a\"} x", 1,
      "object(Render.NoteObjectError.notJSON(column: 28))"
    ),
    (
      "{\"at\": \"\\ud83d\", \"text\": \"a\"}", 1,
      "object(Render.NoteObjectError.notJSON(column: 15))"
    ),
    ("{\"at\": \"a\tb\"}", 1, "object(Render.NoteObjectError.notJSON(column: 10))"),
    ("{\"at\": \"syn\", \"at\": \"ack\"}", 1, "object(Render.NoteObjectError.twice(\"at\"))"),
    ("{\"at\": \"syn\", \"text\": 3}", 1, "object(Render.NoteObjectError.noString(\"text\"))"),
    ("{\"text\": \"a\"}", 1, "object(Render.NoteObjectError.noString(\"at\"))"),
    ("{}", 1, "object(Render.NoteObjectError.noString(\"at\"))"),
    (
      "{\"at\": \"syn\", \"words\": \"a\"}", 1,
      "object(Render.NoteObjectError.unknownName(\"words\"))"
    ),
  ])
  func errorsOfJSONNameTheLine(text: String, line: Int, reason: String) throws {
    let found = try failure(text, "a.jsonl")
    #expect(found.0 == line)
    #expect(found.1 == reason)
  }

  @Test func errorsOfAnchorsNameTheLine() throws {
    #expect(
      try failure(
        "{\"at\": \"syn\", \"text\": \"a\"}\n{\"at\": \"paket 4\", \"text\": \"b\"}", "a.jsonl"
      ).0
        == 2)
    #expect(try failure("\n \n", "b.jsonl").1 == "empty")
    #expect(try failure("syn: the client asks\n", "c.yaml").1 == "unknownFormat")
  }
  @Test func errorsNameTheLine() throws {
    #expect(try failure("# Lab\n\n- packet 3: one\n- paket 4: two\n", "a.md").0 == 4)
    #expect(try failure("- packet 3\n", "b.md").0 == 1)
    #expect(try failure("nothing\n", "c.md").1 == "empty")
    #expect(try failure("- packet 3: one\n", "d.txt").1 == "unknownFormat")
  }
}
