import Calls
import CaptureFile
import Testing

@testable import Recording

@Suite struct RecordingSourceTests {
  private func read(_ source: CallSource) -> CallSource? {
    var fields = RecordingFields()
    fields.put(source)
    return RecordingValues(JournalEntry(fields.shared + fields.own)).source
  }

  @Test func readsBack() {
    for source in [
      CallSource(file: "/a/client.c", line: 15, function: "dial", module: "client"),
      CallSource(function: "f\n_PID=1", module: "\u{1B}[31m", offset: .max),
      CallSource(file: "", line: 0),
    ] {
      #expect(read(source) == source)
    }
  }

  /// Where nothing is known nothing is written, and a path that was not looked up is nothing.
  @Test func nothing() {
    #expect(read(CallSource()) == nil)
    #expect(read(CallSource(path: 3)) == nil)
    #expect(RecordingValues(JournalEntry(fields: [])).source == nil)
  }

  @Test func garbage() {
    let entry = JournalEntry(fields: [.init("CODE_LINE", "x"), .init("SOCK_OFFSET", "-1")])
    #expect(RecordingValues(entry).source == nil)
  }
}
