import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Events that make no sense: damaged captures, lost calls, clocks that jump.
@Suite struct NonsenseTests {
  private struct Maker {
    var random: Random
    var time: Int64 = 1_700_000_000_000_000_000
    var packets = 0
    var calls = 0

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func end() -> Endpoint { Endpoint(.loopback4, UInt16(3490 + number(0..<3))) }

    mutating func facts() -> SocketFacts? {
      if number(0..<5) == 0 { return nil }
      var facts = SocketFacts(
        id: SocketID(UInt64(number(1..<8))), kind: [.tcp, .udp, .other][number(0..<3)])
      if number(0..<3) == 0 { facts.local = end() }
      if number(0..<3) == 0 { facts.peer = end() }
      if number(0..<5) == 0 {
        facts.state = UInt8(number(0..<14))
        facts.streamOffset = [0, 1, 100, UInt64.max][number(0..<4)]
      }
      return facts
    }

    mutating func packet() -> Event {
      packets += 1
      var packet = Packet()
      packet.network = .ipv4(IPv4(source: .loopback4, destination: .loopback4))
      let (one, other) = (end().port, end().port)
      let numbers = [0, 1, 2, 14, 1000, UInt32.max, 1 << 31].map { SequenceNumber($0) }
      switch number(0..<6) {
      case 0:
        packet.transport = .udp(
          UDP(source: one, destination: other, length: UInt16(number(0..<40))))
      case 1:
        let quoted = QuotedPacket(
          source: end(), destination: end(), proto: [6, 17, 1][number(0..<3)],
          datagramLength: UInt16(number(0..<10)))
        packet.transport = .icmp(ICMP(isVersion6: false, type: 3, code: 3, quoted: quoted))
      default:
        packet.transport = .tcp(
          TCP(
            source: one, destination: other, sequence: numbers[number(0..<7)],
            acknowledgement: numbers[number(0..<7)],
            flags: TCPFlags(rawValue: UInt16(number(0..<32)))))
        if number(0..<4) == 0 {
          packet.transport = packet.tcp.map {
            var header = $0
            header.options.sackBlocks = [
              SACKBlock(left: numbers[number(0..<7)], right: numbers[number(0..<7)])
            ]
            return .tcp(header)
          }
        }
      }
      packet.payloadLength = [0, 0, 1, 13, 61_440, 1 << 31][number(0..<6)]
      return .packet(
        CapturedPacket(
          number: packets, time: Instant(time), frameLength: 60, capturedLength: 60, packet: packet)
      )
    }

    mutating func call() -> Event {
      let process = Int32(number(1..<4))
      var what: CallEvent.What
      switch number(0..<12) {
      case 0: what = .started(parent: Int32(number(1..<4)), name: "x")
      case 1: what = .exiting(holds: [SocketID(UInt64(number(1..<8)))])
      case 2: what = .exited(status: 0, signal: nil)
      case 3:
        what = .executed(
          name: "y", command: [], closed: [SocketID(UInt64(number(1..<8)))], entered: time - 5)
      case 4: what = .blind("?")
      case 5, 6, 7, 8:
        calls += 1
        what = .entered(
          id: calls, call: SystemCall.allCases[number(0..<SystemCall.allCases.count)],
          arguments: arguments(), socket: facts())
      default:
        let result = [-1, 0, 3, 13, Int64.max, .min][number(0..<6)]
        var outcome = CallOutcome(result: result, error: result < 0 ? Errno(11) : nil)
        outcome.messageLengths = [1, Int.max]
        what = .returned(
          id: number(0..<(calls + 2)), outcome: outcome, socket: facts(), made: facts(),
          ready: [SocketID(UInt64(number(1..<8)))])
      }
      return .call(
        CallEvent(time: time, process: process, thread: process + Int32(number(0..<2)), what: what))
    }

    mutating func arguments() -> CallArguments {
      var arguments = CallArguments()
      arguments.descriptor = Int32(number(-1..<6))
      arguments.other = Int32(number(-1..<6))
      arguments.count = [nil, 0, 13, 1000, Int.max, Int.min][number(0..<6)]
      arguments.flags = [nil, 0, 1, 2, 0x8000, 0x2000_0000, -1][number(0..<7)]
      arguments.address = [nil, .unspecified, .internet(end())][number(0..<3)]
      arguments.option = SocketOption(
        level: [1, 6, 17][number(0..<3)], name: Int32(number(1..<14)))
      arguments.value = Int32(number(0..<2))
      if number(0..<4) == 0 { arguments.messageLengths = [3, Int.max, -1, 13] }
      return arguments
    }

    mutating func event() -> Event {
      switch number(0..<60) {
      case 0: time += 3_000_000_000
      case 1: time -= 1_000_000
      case 2: time = time &+ Int64(number(0..<1000)) * 1_000_000_000
      default: time += Int64(number(0..<30_000))
      }
      return number(0..<2) == 0 ? packet() : call()
    }
  }

  @Test(arguments: UInt64(1)...30)
  func everyPacketHasOneCauseAllTheSame(seed: UInt64) {
    var maker = Maker(random: Random(state: seed))
    let events = (0..<1000).map { _ in maker.event() }
    let played = Played(Scenario(events: events))
    #expect(played.packets.count == maker.packets)
    #expect(Set(played.packets.map(\.packet.number)).count == maker.packets)
    #expect(played.totals.causes.all.values.reduce(0, +) == maker.packets)
    #expect(played.totals.reports.count == min(played.totals.connections, 12))
  }

  @Test func stampsAtBothEndsOfTimeAreBorne() {
    for stamp in [Int64.min, -1, 0, .max] {
      var events = Scenario.tcpDemo.events
      guard case .packet(var packet) = events[15] else { continue }
      packet.time = Instant(stamp)
      events[15] = .packet(packet)
      #expect(Played(Scenario(events: events)).packets.count == 10)
    }
  }
}
