import Calls
import Testing
import Timeline
import Wire

/// The same packet at two places, and packets that were sent again.
@Suite struct PacketCopiesTests {
  /// Packets as two or more places see them.
  private struct Sightings {
    var packets: [CapturedPacket] = []
    var isVersion6 = false
    private var identifications: [Side: UInt16] = [.client: 100, .server: 9000]
    private var last: [Side: CapturedPacket] = [:]

    /// A segment, so many microseconds after the start.
    mutating func send(
      _ time: Int, _ side: Side, _ sequence: UInt32, _ acknowledgement: UInt32, _ flags: UInt16,
      _ length: Int = 0, place: UInt64 = 1, hops: UInt8 = 64, identification: UInt16? = nil
    ) {
      var packet = RandomSegments.packet(0, side, sequence, acknowledgement, flags, length)
      let next = identification ?? (identifications[side] ?? 0) + 1
      if identification == nil { identifications[side] = next }
      guard
        let (source, destination) = packet.packet.sourceAddress.flatMap({ source in
          packet.packet.destinationAddress.map { (source, $0) }
        })
      else { return }
      if isVersion6 {
        var header = IPv6(
          source: .v6(high: 1, low: number(source)),
          destination: .v6(high: 1, low: number(destination)))
        header.hopLimit = hops
        packet.packet.network = .ipv6(header)
      } else {
        var header = IPv4(source: source, destination: destination)
        header.identification = next
        header.timeToLive = hops
        packet.packet.network = .ipv4(header)
      }
      packet.packet.place = place
      add(packet, time)
      last[side] = packet
    }

    private func number(_ address: IPAddress) -> UInt64 {
      if case .v4(let value) = address { UInt64(value) } else { 0 }
    }

    /// The last packet of a side once more.
    mutating func again(_ time: Int, _ side: Side, place: UInt64 = 2, hops: UInt8 = 64) {
      guard var packet = last[side] else { return }
      packet.packet.place = place
      if case .ipv4(var header) = packet.packet.network {
        header.timeToLive = hops
        packet.packet.network = .ipv4(header)
      }
      add(packet, time)
    }

    private mutating func add(_ packet: CapturedPacket, _ time: Int) {
      var packet = packet
      packet.number = packets.count + 1
      packet.time = Instant(1_700_000_000_000_000_000 + Int64(time) * 1000)
      packet.stamp = packet.time
      packets.append(packet)
    }

    /// The causes of all packets; the table counts as the timeline does.
    func causes() -> (texts: [String], summary: ConnectionSummary) {
      let (table, timeline) = FlowTableTests.summaries(packets)
      #expect(table == timeline)
      #expect(table.count == 1)
      var model = Timeline(hasCalls: false)
      var rows: [Row] = []
      for packet in packets { rows += model.append(.packet(packet)) }
      rows += model.finish()
      return (Played(rows: rows, totals: model.totals).causes, table[0])
    }
  }

  /// A connection that two places see, the second one 5 microseconds later.
  private func connected(_ sightings: inout Sightings, copies: Bool = true, hops: UInt8 = 64) {
    sightings.send(0, .client, 1000, 0, 0x02)
    if copies { sightings.again(5, .client, hops: hops) }
    sightings.send(100, .server, 5000, 1001, 0x12)
    if copies { sightings.again(105, .server, hops: hops) }
    sightings.send(200, .client, 1001, 5001, 0x10)
    if copies { sightings.again(205, .client, hops: hops) }
  }

  @Test(arguments: [false, true])
  func aBridge(isVersion6: Bool) {
    var sightings = Sightings()
    sightings.isVersion6 = isVersion6
    connected(&sightings)
    sightings.send(300, .client, 1001, 5001, 0x18, 100)
    sightings.again(305, .client)
    sightings.send(400, .server, 5001, 1101, 0x10)
    sightings.again(405, .server)
    let (causes, summary) = sightings.causes()
    #expect(
      [1, 3, 5, 7, 9].map { causes[$0] } == [1, 3, 5, 7, 9].map { "copy capturedAgain of p\($0)" })
    #expect(summary.client.packets == 3 && summary.server.packets == 2)
    #expect(summary.client.retransmissions + summary.server.retransmissions == 0)
    #expect(summary.client.payloadBytes == 100)
    #expect(summary.handshake == 200_000)
  }

  /// A router lowers the time to live, and may hold a packet for long.
  @Test func aSlowRouter() {
    var sightings = Sightings()
    connected(&sightings, hops: 63)
    sightings.send(300, .client, 1001, 5001, 0x18, 100)
    sightings.again(900_300, .client, hops: 63)
    let (causes, summary) = sightings.causes()
    #expect(causes[7] == "copy capturedAgain of p7")
    #expect(summary.client.retransmissions == 0)
  }

  /// It sends what it gets back through the interface that it came by.
  @Test func aRouterWithOneArm() {
    var sightings = Sightings()
    connected(&sightings, copies: false)
    sightings.send(300, .client, 1001, 5001, 0x18, 100)
    sightings.again(30_300, .client, place: 1, hops: 63)
    #expect(sightings.causes().texts[4] == "copy capturedAgain of p4")
  }

  /// A port that mirrors both directions, or an interface that is captured twice without saying so.
  @Test(arguments: [false, true])
  func theSameBytesAgain(isVersion6: Bool) {
    var sightings = Sightings()
    sightings.isVersion6 = isVersion6
    sightings.send(0, .client, 1000, 0, 0x02)
    sightings.again(3, .client, place: 1)
    sightings.send(100, .server, 5000, 1001, 0x12)
    sightings.again(104, .server, place: 1)
    sightings.send(200, .client, 1001, 5001, 0x10)
    sightings.again(203, .client, place: 1)
    let (causes, summary) = sightings.causes()
    #expect([1, 3, 5].map { causes[$0] } == [1, 3, 5].map { "copy capturedAgain of p\($0)" })
    #expect(summary.client.packets == 2 && summary.server.packets == 1)
  }

  /// Of what two places see, only what both see twice was sent again.
  @Test(arguments: [false, true])
  func whatIsSentAgainStaysSo(isVersion6: Bool) {
    var sightings = Sightings()
    sightings.isVersion6 = isVersion6
    connected(&sightings)
    sightings.send(300, .client, 1001, 5001, 0x18, 100)
    sightings.again(305, .client)
    sightings.send(250_300, .client, 1001, 5001, 0x18, 100)
    sightings.again(250_305, .client)
    let (causes, summary) = sightings.causes()
    #expect(causes[7] == "copy capturedAgain of p7")
    #expect(causes[8].hasPrefix("retransmission timeout of p7"))
    #expect(causes[9] == "copy capturedAgain of p9")
    #expect(summary.client.retransmissions == 1)
    #expect(summary.client.payloadBytes == 100)
  }

  /// On the loopback, a few microseconds after duplicate ACKs, with numbers that tell nothing: all
  /// packets have the same identification, or none.
  @Test(arguments: [0, 7] as [UInt16])
  func aFastRetransmissionIsNoCopy(identification: UInt16) {
    var sightings = Sightings()
    for (time, side, sequence, acknowledgement, flags, length) in [
      (0, .client, 1000, 0, 0x02, 0), (5, .server, 5000, 1001, 0x12, 0),
      (10, .client, 1001, 5001, 0x10, 0), (20, .client, 1001, 5001, 0x10, 10),
      (21, .client, 1011, 5001, 0x10, 10), (22, .client, 1021, 5001, 0x10, 10),
      (23, .client, 1031, 5001, 0x10, 10), (30, .server, 5001, 1001, 0x10, 0),
      (31, .server, 5001, 1001, 0x10, 0), (32, .server, 5001, 1001, 0x10, 0),
      (40, .client, 1001, 5001, 0x10, 10),
    ] as [(Int, Side, UInt32, UInt32, UInt16, Int)] {
      sightings.send(
        time, side, sequence, acknowledgement, flags, length, identification: identification)
    }
    let (causes, summary) = sightings.causes()
    #expect(causes[10].hasPrefix("retransmission"))
    #expect(causes[8].hasPrefix("reply") && causes[9].hasPrefix("reply"))
    #expect(summary.client.retransmissions == 1)
  }

  /// A datagram that a program sends twice was sent twice; what a second place sees was not.
  @Test func datagrams() {
    var packets: [CapturedPacket] = []
    for (index, place) in [1, 1, 2, 2].enumerated() {
      var packet = RandomSegments.packet(index + 1, .client, 0, 0, 0, 20)
      packet.packet.transport = .udp(UDP(source: 40_000, destination: 53, length: 28, checksum: 0))
      packet.packet.place = UInt64(place)
      packet.time = Instant(1_700_000_000_000_000_000 + Int64(index) * 2000)
      packet.stamp = packet.time
      packets.append(packet)
    }
    let (table, timeline) = FlowTableTests.summaries(packets)
    #expect(table == timeline)
    #expect(table[0].client.packets == 2)
    #expect(table[0].client.payloadBytes == 40)
  }

  /// Two files of one exchange, whose interfaces have the same number.
  @Test func twoFiles() {
    var packets = (1...2).map { RandomSegments.packet($0, .client, 1000, 0, 0x02, 0) }
    packets[1].file = 1
    var model = Timeline(hasCalls: false)
    var rows: [Row] = []
    for packet in packets { rows += model.append(.packet(packet)) }
    rows += model.finish()
    let played = Played(rows: rows, totals: model.totals)
    #expect(played.causes[1] == "copy capturedAgain of p1")
    #expect(played.totals.reports[0].packets == 1)
    #expect(played.totals.causes[.copy] == 1)
  }
}
