import Calls
import CaptureFile
import Testing
import Wire

@testable import Recording

@Suite struct RecordingHoldersTests {
  private func read(_ text: String) -> [HeldDescriptor] {
    RecordingValues(JournalEntry(fields: [JournalEntry.Field("SOCK_HELD", text)]))
      .held("SOCK_HELD")
  }

  @Test func asItIsWritten() {
    var facts = SocketFacts(id: SocketID(.max), kind: .tcp)
    facts.local = Endpoint(.loopback6, 80)
    facts.state = 10
    var fields = RecordingFields()
    let held = [
      HeldDescriptor(3, facts), HeldDescriptor(-1, SocketFacts(id: SocketID(0), kind: .other)),
    ]
    fields.put("SOCK_HELD", held: held)
    #expect(
      fields.fields.map(\.value) == [
        "3/18446744073709551615/tcp/[::1]:80/-/10/-,-1/0/other/-/-/-/-"
      ])
    #expect(read(fields.fields.first?.value ?? "") == held)
  }

  @Test(arguments: ["", ",", "3", "3/4/tcp/-/-/-", "x/4/tcp/-/-/-/-", "3/-1/tcp/-/-/-/-"])
  func unreadable(_ text: String) { #expect(read(text) == []) }
}
