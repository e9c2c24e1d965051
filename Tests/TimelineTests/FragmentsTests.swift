import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct FragmentsTests {
  private func sent(_ change: (Flow) -> Void) -> Script {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3, .udp)
    client.socket(0...4, socket)
    client.bind(10...14, socket, "127.0.0.1:40512")
    client.enters(100, .sendto, socket) {
      $0.count = 4000
      $0.address = .internet(.init(parsing: "127.0.0.1:3490"))
    }
    .returns(150, 4000)
    change(script.flow("127.0.0.1:40512", "127.0.0.1:3490"))
    return script
  }

  @Test func allFragmentsAreOfTheCall() {
    let played = sent { $0.clientFragments(110, 4000) }.played
    #expect(played.causes == ["call datagram c3", "call datagram c3", "call datagram c3"])
    #expect(played.packets.map(\.sender) == [.client, .client, .client])
    #expect((1...3).map { played.connection(ofPacket: $0) } == [1, 1, 1])
    #expect(played.totals.unexplained == 0)
    // The report counts what has ports.
    #expect(played.totals.reports[0].packets == 1)
    #expect(played.totals.reports[0].clientBytes == 4000)
  }

  @Test func anotherPacketsFragmentIsNot() {
    let script = sent { $0.client(110, 4000) }
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").clientFragments(50_000_000, 4000)
    let other = sent { $0.clientFragments(110, 4000) }
    let whole = other.scenario
    // Without its first one, a fragment has no ports and no cause.
    var cut = whole
    cut.events.removeAll { if case .packet(let packet) = $0 { packet.number == 1 } else { false } }
    #expect(Played(cut).causes == ["unknown undecoded", "unknown undecoded"])
    #expect(script.played.cause(1) == "call datagram c3")
  }

  @Test func withoutCallsTheyAreWhatTheyWere() {
    let script = Script()
    script.hasCalls = false
    script.flow("127.0.0.1:40512", "127.0.0.1:3490").clientFragments(110, 4000)
    let played = script.played
    #expect(played.causes == ["untraced noCalls", "untraced noCalls", "untraced noCalls"])
    #expect(played.connection(ofPacket: 2) == nil)
  }
}
