import Calls
import Testing
import Text
import Timeline
import Wire

@testable import Render

@Suite struct LadderHeaderTests {
  private func header(
    width: Int = 104, hasCalls: Bool = true, source: String = "lo, private network",
    _ change: (inout LadderStyle) -> Void = { _ in }
  ) -> LadderHeader {
    var style = LadderStyle()
    style.width = width
    change(&style)
    return LadderHeader(
      heading: Heading(source: source, hasCalls: hasCalls), style: style, language: .english)
  }

  @Test func oneConnectionStandsOnTheFirstLine() {
    let lines = header().lines([connection(1)])
    #expect(
      lines[0]
        == "TCP 1  client[4121] 127.0.0.1:51514 → server[4120] 127.0.0.1:3490   lo, private network"
    )
    #expect(lines[1] == "seq and ack relative, SYN and FIN count 1; ISN client 1000, server 5000")
    #expect(lines.last == "")
  }

  @Test func noConnectionLeavesTheSource() {
    #expect(
      header().lines([])[0] == "lo, private network   seq and ack relative, SYN and FIN count 1")
  }

  @Test func whatIsNotKnownIsNotSaid() {
    var unknown = Connection(
      id: ConnectionID(3), kind: .tcp, client: connection(1).client, server: connection(1).server)
    unknown.beganBefore = true
    let lines = header(hasCalls: false, source: "a.pcap").lines([unknown])
    #expect(
      lines == [
        "TCP 3  127.0.0.1:51514 → 127.0.0.1:3490   began before the recording   a.pcap",
        "seq and ack relative, SYN and FIN count 1",
        "calls were not recorded: packets only, and which packet each one answers", "",
      ])
  }

  @Test func datagramsHaveNoNumbers() {
    let lines = header().lines([connection(1, kind: .udp)])
    #expect(lines[1] == "no handshake, no connection: each datagram stands alone")
  }

  @Test(arguments: 80...140)
  func noLineIsTooWide(width: Int) {
    var long = connection(1)
    long.clientProcess = ProcessName(id: 99_999, name: "a-process-of-15")
    for connections in [[long], [long, connection(2)], []] {
      for line in header(width: width).lines(connections) { #expect(line.count <= width) }
    }
  }

  @Test func namesAreHarmless() {
    var foreign = connection(1)
    foreign.clientProcess = ProcessName(id: 1, name: "\u{1B}]0;é")
    #expect(header().announcement(foreign)[0].contains("\\x1b]0;é[1]"))
    let ascii = header { $0.isASCII = true }.announcement(foreign)[0]
    #expect(ascii.contains("\\x1b]0;\\u{e9}[1]"))
    #expect(ascii.contains("->"))
  }

  @Test func textsStandBesideEachOther() {
    #expect(LadderHeader.joined(["aa", "bb", "cc"], 7) == ["aa   bb", "cc"])
    #expect(LadderHeader.joined([], 7) == [])
  }

  /// The quick way and the other say the same, wherever the quick way says anything.
  @Test(arguments: [80, 104], [nil, 0, 4_294_967_295] as [UInt32?])
  func announcementsThatAreQuickAreTheSame(width: Int, number: UInt32?) {
    for kind in [TransportKind.tcp, .udp] {
      for address in [IPAddress.v4(0x7F00_0001), .v4(.max), .v6(high: .max, low: 1)] {
        var facts = Connection(
          id: ConnectionID(1_000_000), kind: kind, client: Endpoint(address, 65_535),
          server: Endpoint(address, 1))
        facts.clientISN = number.map { SequenceNumber($0) }
        facts.serverISN = kind == .udp ? nil : SequenceNumber(17)
        let header = header { $0.width = width }
        var lines = Lines()
        let isQuick = header.add(announcement: facts, to: &lines)
        #expect(lines.texts == (isQuick ? header.announcement(facts) : []))
        #expect(isQuick || header.announcement(facts).count > 1)
        facts.clientProcess = ProcessName(id: 1, name: "a")
        #expect(!header.add(announcement: facts, to: &lines))
      }
    }
  }
}
