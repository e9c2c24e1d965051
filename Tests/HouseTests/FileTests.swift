import Foundation
import Testing

/// What every file of the house keeps to.
@Suite struct FileTests {
  @Test func under500Lines() throws {
    let long = try House.files(below: "Sources", "swift", "c", "h")
      .filter { $0.lines.count > 500 }.map { "\($0.path): \($0.lines.count) lines" }
    #expect(long == [])
  }

  /// Names are whole words of the field.
  @Test func noEmptyNames() throws {
    let names = try House.files(below: "Sources", "swift").flatMap {
      $0.places(
        of: /\b(struct|class|enum|protocol|typealias) \w*(Manager|Helper|Util|Utils|Info)\b/)
    }
    #expect(names == [])
  }

  /// What is called done is done.
  @Test func nothingIsLeftToDo() throws {
    let pattern = /\b(TOD[O]|FIXM[E]|XX[X])\b|fatalErro[r]\(\)/
    let places = try
      (House.files(below: "Sources", "swift", "c", "h")
      + House.files(below: "Tests", "swift", "sh")).flatMap { file in
        file.lines.enumerated().filter { $0.element.contains(pattern) }
          .map { "\(file.path):\($0.offset + 1)" }
      }
    #expect(places == [])
  }

  /// A file of tests holds a test.
  @Test func filesOfTestsHoldTests() throws {
    let files = try House.files(below: "Tests", "swift").filter { $0.path.hasSuffix("Tests.swift") }
    #expect(files.count > 3)
    #expect(files.filter { !$0.text.contains("@Test") }.map(\.path) == [])
  }
}
