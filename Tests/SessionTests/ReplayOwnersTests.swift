import Calls
import Recording
import Testing
import Timeline
import Wire

@testable import Session

@Suite struct ReplayOwnersTests {
  private let client = Endpoint(.v4(0x7F00_0001), 40_000)
  private let server = Endpoint(.v4(0x7F00_0001), 80)

  private func owner(_ time: Int64, _ process: Int32, isServer: Bool = false) -> RecordedOwner {
    RecordedOwner(
      time: Instant(time), kind: .tcp, local: isServer ? server : client,
      peer: isServer ? client : server, process: ProcessName(id: process, name: "p"))
  }

  private func opening(_ id: Int, _ time: Int64, _ kind: TransportKind = .tcp) -> Row {
    let facts = Connection(id: ConnectionID(id), kind: kind, client: client, server: server)
    return Row(time: Instant(time), connection: facts.id, content: .opening(facts))
  }

  /// The processes of openings, 0 for none.
  private func processes(_ rows: [Row]) -> [[Int32]] {
    rows.compactMap {
      guard case .opening(let facts) = $0.content else { return nil }
      return [facts.clientProcess?.id ?? 0, facts.serverProcess?.id ?? 0]
    }
  }

  @Test func eachConnectionHasItsOwn() {
    var owners = ReplayOwners()
    // All are known before the first row is made.
    for owner in [owner(10, 1), owner(10, 2, isServer: true), owner(30, 3)] { owners.take(owner) }
    var rows = [opening(1, 10), opening(2, 20), opening(3, 30, .udp), opening(4, 30)]
    owners.name(&rows, from: 0, keepsReports: false)
    #expect(processes(rows) == [[1, 2], [0, 0], [0, 0], [3, 0]])
    rows.append(opening(5, 40))
    owners.name(&rows, from: 4, keepsReports: false)
    #expect(processes(rows).last == [0, 0])
  }

  @Test(arguments: [false, true])
  func reportsOfManyConnectionsAreNotKeptUnasked(keepsReports: Bool) {
    var owners = ReplayOwners()
    for id in 1...20 {
      owners.take(owner(Int64(id), Int32(id)))
      var rows = [opening(id, Int64(id))]
      owners.name(&rows, from: 0, keepsReports: keepsReports)
    }
    func client(_ id: Int) -> Int32? {
      let facts = Connection(
        id: ConnectionID(id), kind: .tcp, client: self.client, server: server)
      return owners.named(ConnectionReport(connection: facts)).connection.clientProcess?.id
    }
    #expect(client(Totals.reportLimit) == Int32(Totals.reportLimit))
    #expect(client(20) == (keepsReports ? 20 : nil))
    owners.forget(ConnectionID(20))
    owners.forget(ConnectionID(1))
    #expect(client(20) == nil)
    #expect(client(1) == 1)
  }
}
