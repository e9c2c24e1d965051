import Calls
import CaptureFile
import Scenario
import Testing
import Timeline
import Wire

@testable import Recording

@Suite struct RecordingOwnerTests {
  private let client = Endpoint(.v4(0x7F00_0001), 40_000)
  private let server = Endpoint(.v6(high: 0, low: 1), 80)

  private func facts(_ kind: TransportKind) -> Connection {
    var facts = Connection(id: ConnectionID(1), kind: kind, client: client, server: server)
    facts.clientProcess = ProcessName(id: 7, name: "cu\u{1B}rl\n_PID=9")
    facts.serverProcess = ProcessName(id: 8, name: "")
    return facts
  }

  private func file(hasCalls: Bool) -> [UInt8] {
    var start = RecordingStart(run: "5f3a", time: 1_000_000)
    start.hasCalls = hasCalls
    var writer = RecordingWriter(start) { _ in "" }
    var file = writer.header()
    for (kind, time) in [(TransportKind.tcp, 2_000_001), (.udp, 3_000_999)] {
      let row = Row(
        time: Instant(Int64(time)), connection: ConnectionID(1), content: .opening(facts(kind)))
      writer.take([row])
    }
    writer.finish(RecordingEnd(time: 4_000_000), into: &file)
    return file
  }

  @Test func ownersReadBackInTheirOrder() {
    let owners = RecordingContents(file(hasCalls: false)).items.compactMap {
      if case .owner(let owner) = $0.content { owner } else { nil }
    }
    let expected =
      RecordedOwner.owners(of: facts(.tcp), at: Instant(2_000_001))
      + RecordedOwner.owners(of: facts(.udp), at: Instant(3_000_999))
    #expect(owners == expected)
    #expect(owners.map(\.process.id) == [7, 8, 7, 8])
    #expect(owners.map(\.local) == [client, server, client, server])
    #expect(owners.map(\.peer) == [server, client, server, client])
  }

  @Test func whereCallsWereRecordedTheyTell() {
    let items = RecordingContents(file(hasCalls: true)).items
    #expect(items.count == 2)
  }

  @Test(arguments: [
    [("SOCK_KIND", "sctp"), ("SOCK_LOCAL", "1.2.3.4:5"), ("SOCK_PEER", "1.2.3.4:6")],
    [("SOCK_KIND", "tcp"), ("SOCK_LOCAL", "1.2.3.4"), ("SOCK_PEER", "1.2.3.4:6")],
    [("SOCK_KIND", "tcp"), ("SOCK_LOCAL", "1.2.3.4:5")],
  ])
  func whatCannotBeReadIsShownAsText(_ own: [(String, String)]) {
    var reader = RecordingReader()
    let head = [
      ("__REALTIME_TIMESTAMP", "1000"), ("__CURSOR", "run=5f3a;entry=1;ev=owner"),
      ("MESSAGE", "somebody holds something"), ("SOCK_V", "1"), ("SOCK_EV", "owner"),
      ("SOCK_TNS", "1000000"), ("_PID", "7"), ("_COMM", "curl"),
    ]
    _ = reader.take(JournalEntry(fields: (head + own).map { JournalEntry.Field($0.0, $0.1) }))
    let line = PrintedLine(
      time: Instant(1_000_000), process: 7, text: "somebody holds something")
    #expect(reader.finish().map(\.content) == [.event(.printed(line))])
  }
}
