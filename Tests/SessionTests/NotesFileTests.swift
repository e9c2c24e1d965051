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

  #if YAML
    @Test(arguments: [
      "packet 3: one\nfin client: \"two: too\"\n",
      "- packet 3: one\n- fin client: \"two: too\"\n",
      "- {at: packet 3, text: one}\n- at: fin client\n  text: \"two: too\"\n",
      "# a remark\n- packet 3: >\n    one\n- 'fin client: two: too'\n",
    ])
    func yaml(text: String) throws {
      let found = try notes(text, "notes.yaml")
      #expect(
        found.map { $0.split(separator: "\n").joined() } == [
          "packet 3: one", "fin client: two: too",
        ])
    }

    @Test func errorsOfYAMLNameTheLine() throws {
      #expect(try failure("packet 3: one\npaket 4: two\n", "a.yaml").0 == 2)
      #expect(try failure("packet 3: one\n\tx: [\n", "b.yml").0 == 2)
      #expect(try failure("packet 3: one\nsyn: [1, 2]\n", "c.yaml").0 == 2)
      #expect(try failure("packet 3: one\n\npacket 3: two\n", "d.yaml").1.contains("twice"))
      #expect(try failure("- {at: syn, text: a, more: b}\n", "e.yaml").1 == "shape")
      #expect(try failure("", "f.yaml").1 == "empty")
    }
  #endif

  @Test func errorsNameTheLine() throws {
    #expect(try failure("# Lab\n\n- packet 3: one\n- paket 4: two\n", "a.md").0 == 4)
    #expect(try failure("- packet 3\n", "b.md").0 == 1)
    #expect(try failure("nothing\n", "c.md").1 == "empty")
    #expect(try failure("- packet 3: one\n", "d.txt").1 == "unknownFormat")
  }
}
