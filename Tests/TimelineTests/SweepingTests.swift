import Calls
import Scenario
import Testing
import Wire

@testable import Timeline

@Suite struct SweepingTests {
  @Test func manyShortConnectionsLeave() {
    var timeline = Timeline(hasCalls: true)
    var hours = Hours()
    var most: [String: Int] = [:]
    var packets = 0
    let count = 10_000
    hours.step = 100_000
    func take(_ event: Event) {
      if case .packet = event { packets += 1 }
      _ = timeline.append(event)
    }
    hours.begin(take)
    for index in 0..<count {
      hours.connection(take)
      if index % 100 == 0 {
        for (name, number) in timeline.remembered { most[name] = max(most[name] ?? 0, number) }
      }
    }
    // A connection lasts 2.5 ms here, so that some 2,000 lie within the 5 s that are kept, and
    // 1,000 rows within the lookahead.
    for name in ["flows", "conversations"] { #expect(most[name] ?? 0 < 3_000, "\(name)") }
    #expect(most["sockets"] ?? 0 < 6_000)
    for name in ["calls", "drafts"] { #expect(most[name] ?? 0 < 1_100, "\(name)") }
    for name in ["processes", "bound", "pending", "unclaimed", "datagrams", "hints"] {
      #expect(most[name] ?? 0 < 10, "\(name)")
    }
    _ = timeline.finish()
    #expect(timeline.totals.packets == packets)
    #expect(timeline.totals.connections == count)
    #expect(timeline.totals.unexplained == 0)
    #expect(timeline.totals.causes.all == [.call: 3 * count + count, .reply: 4 * count])
  }

  /// A run whose connections are over for long: nothing of them is left.
  @Test func whatIsOverIsForgottenInSilence() throws {
    for scenario in [Scenario.tcpDemo, .udpDemo, .refused, .reset, .fork, .refusedDatagram] {
      var timeline = scenario.timeline
      for event in scenario.events { _ = timeline.append(event) }
      let last = try #require(scenario.events.last).time
      _ = timeline.advance(to: last + 700_000_000_000)
      var left = timeline.remembered
      left["processes"] = nil
      left["hints"] = nil
      #expect(left.values.allSatisfy { $0 == 0 }, "\(left)")
    }
  }

  @Test func processesThatEndedAreForgotten() throws {
    let script = Script()
    let parent = script.process(4120, "server", .server)
    for index in 0..<100 {
      let child = parent.forks(1000 * index, Int32(5000 + index), "child")
      child.dies((1000 * index + 100)...(1000 * index + 200), status: 0)
    }
    var timeline = script.scenario.timeline
    for event in script.scenario.events { _ = timeline.append(event) }
    let last = try #require(script.scenario.events.last).time
    _ = timeline.advance(to: last + 10_000_000_000)
    #expect(timeline.remembered["processes"] == 1)
    #expect(timeline.remembered["hints"] == 1)
  }

  @Test func callsWhoseThreadsDiedAreForgotten() throws {
    let script = Script()
    let server = script.process(4120, "server")
    let listener = script.socket(fd: 3)
    server.listens(0, listener, "0.0.0.0:3490")
    _ = server.thread(4121).accept(100, listener)
    _ = server.accept(110, listener)
    _ = server.accept(1_000_000, listener)
    server.dies(2_000_000...2_000_100, holding: [listener], signal: 9)
    var timeline = script.scenario.timeline
    for event in script.scenario.events { _ = timeline.append(event) }
    let last = try #require(script.scenario.events.last).time
    _ = timeline.advance(to: last + 10_000_000_000)
    #expect(timeline.remembered["calls"] == 0)
    #expect(timeline.remembered["sockets"] == 0)
    #expect(timeline.remembered["bound"] == 0)
  }

  @Test func anOpenConnectionOutlastsAnySilence() throws {
    let pair = Pair()
    pair.connect(at: 100)
    pair.talk(at: 4_000_000_000)
    pair.close(at: 4_000_001_000)
    let played = pair.script.played
    #expect(played.totals.connections == 1)
    #expect(played.totals.unexplained == 0)
    #expect(played.connection(ofPacket: 10) == 1)
  }

  /// One that nobody traces is put aside after some minutes, and is the same when it goes on.
  @Test func aSilentConnectionRests() throws {
    let script = Script()
    script.process(4120, "other").event(0, .signalled(2))
    let stream = script.stream("10.0.0.1:40000", "10.0.0.2:80")
    stream.handshake(0, 5, 10)
    var timeline = script.scenario.timeline
    for event in script.scenario.events { _ = timeline.append(event) }
    let last = try #require(script.scenario.events.last).time
    _ = timeline.advance(to: last + 200_000_000_000)
    #expect(timeline.remembered["conversations"] == 1)
    _ = timeline.advance(to: last + 400_000_000_000)
    #expect(timeline.remembered["conversations"] == 0)
    #expect(timeline.remembered["resting"] == 1)
    stream.client(2_000_000_000, [.psh, .ack], length: 5)
    let late = try #require(script.scenario.events.last)
    _ = timeline.append(late)
    #expect(timeline.remembered["conversations"] == 1)
    _ = timeline.finish()
    #expect(timeline.totals.connections == 1)
    #expect(timeline.totals.reports[0].packets == 4)
    #expect(timeline.totals.reports[0].clientState == .established)
  }

  /// Of more silent ones than are kept, the oldest are taken to be over; each is told of once.
  @Test func theOldestThatRestLeave() {
    var timeline = Timeline(hasCalls: false)
    timeline.keepsReports = true
    let count = Timeline.mostResting + 10
    var packet = RandomSegments.packet(1, .client, 1000, 0, 0x02, 0)
    for index in 0..<count {
      var header = TCP(
        source: UInt16(index % 50_000) + 1000, destination: 80, sequence: SequenceNumber(0),
        flags: .syn, window: 500)
      header.acknowledgement = SequenceNumber(0)
      packet.packet.network = .ipv4(
        IPv4(source: .v4(UInt32(index / 50_000) + 1), destination: .v4(0x0A00_0002)))
      packet.packet.transport = .tcp(header)
      packet.number = index + 1
      _ = timeline.append(.packet(packet))
    }
    _ = timeline.advance(to: packet.time + 2 * Timeline.patience)
    #expect(timeline.remembered["conversations"] == 0)
    #expect(timeline.remembered["resting"] == Timeline.mostResting)
    #expect(timeline.remembered["flows"] == Timeline.mostResting)
    _ = timeline.finish()
    let reports = timeline.takeReports()
    #expect(reports.count == count)
    #expect(Set(reports.map(\.connection.id)).count == count)
  }
}
