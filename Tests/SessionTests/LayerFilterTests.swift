import CaptureFile
import Process
import Testing
import Wire

@testable import Session

/// What a filter expression finds, by the shipped captures of each link type.
@Suite struct LayerFilterTests {
  /// The numbers of the packets that a replay keeps.
  private func kept(_ expression: String, _ file: String) throws -> [Int] {
    var reader = CaptureReader()
    reader.append(try contents(of: Shipped.path(file)))
    var filter = ReplayFilter(expression)
    var count = 0
    while let record = try reader.next() {
      count += 1
      let packet = Packet.decode(
        record.bytes.span, link: record.link, frameLength: record.frameLength)
      try filter.take(record, packet, number: count)
    }
    return (1...count).filter(filter.keeps)
  }

  /// IPv6 has another number on each system, and either byte order.
  @Test(arguments: [
    ("null.pcap", [2, 4, 5, 6]), ("null-swapped.pcap", [2, 4, 5, 6]), ("loop.pcap", [2, 4]),
    ("raw.pcap", [2, 4]), ("ipv4.pcap", []), ("ipv6.pcap", [1, 2]), ("vlan.pcap", [2]),
    ("ppp.pcap", [2, 4]), ("ppp-serial.pcap", [2, 4]), ("hdlc.pcap", [2, 4]),
    ("nflog.pcap", [2, 4]),
    ("fddi.pcap", [2, 4]), ("token-ring.pcap", [2]), ("wlan.pcap", [2, 4]),
    ("radiotap.pcap", [2, 4]),
    ("avs.pcap", [2, 4]), ("prism.pcap", [2, 4]), ("ppi.pcap", [2]), ("ipoib.pcap", [2, 4]),
    ("pktap.pcap", [2, 3]), ("atm.pcap", [2, 4]), ("protocols.pcap", [2]),
    ("tunnels.pcap", [2, 8, 9, 10, 13, 18, 27]),
  ])
  func versionSixIsFoundOnEachLinkType(file: String, packets: [Int]) throws {
    #expect(try kept("ip6", file) == packets)
  }

  @Test(arguments: [
    ("null.pcap", [1, 2, 5]), ("null-swapped.pcap", [1, 2, 5]), ("loop.pcap", [1, 2]),
    ("vlan.pcap", [1, 2]), ("ppp.pcap", [1, 2]), ("nflog.pcap", [1, 2]), ("wlan.pcap", [1, 2]),
    ("radiotap.pcap", [1, 2]), ("ipoib.pcap", [1, 2]), ("pktap.pcap", [1, 2]), ("ipv6.pcap", [1]),
    ("tunnels.pcap", [2, 8, 10, 13, 18, 25, 27]),
  ])
  func portsAreFoundOnEachLinkType(file: String, packets: [Int]) throws {
    #expect(try kept("tcp port 3490", file) == packets)
    #expect(try kept("tcp dst port 3490 and greater 50", file) == packets)
  }

  @Test func anyLayerOfATunnelMayBeMeant() throws {
    #expect(try kept("udp port 4789", "tunnels.pcap") == [11, 12, 13, 23])
    #expect(try kept("ip proto 47", "tunnels.pcap") == [1, 2, 3, 4, 5, 6, 20, 23])
    #expect(try kept("udp dst port 2152", "tunnels.pcap") == [16, 17])
  }

  /// Some layer is always something else: what negates is asked of the shown packet.
  @Test func negationsAreAskedOfTheShownPacket() throws {
    // Behind AH libpcap finds no UDP.
    #expect(try kept("not udp", "tunnels.pcap") == [2, 8, 10, 13, 18, 22, 25, 27])
    #expect(try kept("not ip6", "null.pcap") == [1, 3])
    #expect(try kept("ip[0] != 0x45", "vlan.pcap") == [])
    #expect(try kept("not tcp", "vlan.pcap") == [3])
  }

  @Test func framesAreAskedForTheirOwnHeaders() throws {
    #expect(try kept("vlan 100", "vlan.pcap") == [1, 3])
    #expect(try kept("ether dst 02:00:00:00:00:02", "vlan.pcap") == [1, 2, 3])
    #expect(try kept("not ether dst 02:00:00:00:00:02", "tunnels.pcap") == [])
    #expect(try kept("type mgt", "wlan.pcap") == [5])
    #expect(try kept("arp", "protocols.pcap") == [8])
    #expect(try kept("not arp", "protocols.pcap") == Array(1...21).filter { $0 != 8 })
  }

  /// The table and the ladder keep the same.
  @Test(arguments: ["ip6", "tcp port 3490", "not udp", "udp port 4789", "not ip6"])
  func summariesKeepTheSame(expression: String) throws {
    for file in ["null.pcap", "vlan.pcap", "tunnels.pcap", "wlan.pcap", "nflog.pcap", "tcp.pcap"] {
      let lines = try Command.run(
        ["replay", Shipped.path(file), expression, "--lines"], environment: ["LC_ALL=C.UTF-8"])
      let shown = Set(lines.text.matches(of: #/  \#([0-9]+)  /#).map { String($0.output.1) })
      let table = try Command.run(
        ["summary", Shipped.path(file), "--filter", expression, "--format", "jsonl"])
      let rows = Set(
        table.text.matches(of: /"type":"connection","id":([0-9]+)/).map { String($0.output.1) })
      // The ladder makes a new flow of datagrams after a pause, so it may have more.
      #expect(rows.isEmpty == shown.isEmpty, "\(file)")
      #expect(rows.count <= max(1, shown.count), "\(file): \(rows), \(shown)")
    }
  }
}
