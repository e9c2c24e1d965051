import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Datagrams that are cut, put together, cut short or thrown away: c1 and c2 make the socket, c3
/// connects it.
@Suite struct SentDatagramsTests {
  private func connected() -> (Script, Program, Socket, Flow) {
    let script = Script()
    let client = script.process(4121, "client")
    let socket = script.socket(fd: 3, .udp)
    client.socket(0...4, socket)
    client.bind(10...14, socket, "127.0.0.1:40512")
    client.connect(50, socket, "127.0.0.1:3490", local: "127.0.0.1:40512").returns(54)
    return (script, client, socket, script.flow("127.0.0.1:40512", "127.0.0.1:3490"))
  }

  private func send(
    _ client: Program, _ time: Int, _ socket: Socket, _ count: Int, _ flags: Int32 = 0,
    error: Int32? = nil
  ) {
    let call = client.enters(time, .sendto, socket) {
      $0.count = count
      $0.flags = flags
    }
    if let error { call.returns(time + 5, error: error) } else { call.returns(time + 5, count) }
  }

  @Test func segmentsOfOneCallLeaveAsOnePacketOrApart() {
    let (script, client, socket, flow) = connected()
    client.setsockopt(60...62, socket, level: 17, name: 103, value: 100)
    send(client, 100, socket, 250)
    flow.client(103, 250)
    send(client, 200, socket, 250)
    for (index, length) in [100, 100, 50].enumerated() { flow.client(202 + index, length) }
    client.enters(300, .sendmsg, socket) {
      $0.count = 250
      $0.segmentSizes = [200]
    }
    .returns(305, 250)
    flow.client(302, 200)
    flow.client(303, 50)
    let played = script.played
    #expect(
      played.causes
        == ["c5", "c6", "c6", "c6", "c7", "c7"].map { "call datagram \($0)" })
  }

  @Test func segmentsAreReceivedApartOrTogether() {
    let (script, client, socket, flow) = connected()
    let server = script.process(4120, "server")
    let bound = script.socket(fd: 3, .udp)
    server.socket(20...24, bound)
    server.bind(26...28, bound, "127.0.0.1:3490")
    client.setsockopt(60...62, socket, level: 17, name: 103, value: 100)
    for time in [100, 200] {
      send(client, time, socket, 250)
      flow.client(time + 3, 250)
    }
    for (index, length) in [100, 100, 50, 250].enumerated() {
      server.recvfrom(300 + 10 * index, bound).returns(305 + 10 * index, length)
    }
    let played = script.played
    let numbers = played.numbers(of: .recvfrom)
    #expect(
      numbers.map { played.wake($0) }
        == ["did not wait 1", "did not wait 1", "did not wait 1", "did not wait 2"])
  }

  @Test func aCallThatFailsThrowsAwayWhatWasCorked() {
    let (script, client, socket, flow) = connected()
    send(client, 100, socket, 60_000, 0x8000)
    send(client, 110, socket, 60_000, 0, error: 90)
    send(client, 120, socket, 10)
    flow.client(122, 10)
    #expect(script.played.causes == ["call datagram c6"])
  }

  @Test func aCallThatIsRefusedBeforeLeavesItCorked() {
    let (script, client, socket, flow) = connected()
    send(client, 100, socket, 20, 0x8000)
    send(client, 110, socket, 70_000, 0, error: 90)
    send(client, 120, socket, 10)
    flow.client(122, 30)
    #expect(script.played.causes == ["call datagram c4+c6"])
  }

  @Test func sendfileSendsWhatThereWas() {
    let (script, client, socket, flow) = connected()
    client.enters(100, .sendfile, socket) { $0.count = 65_536 }.returns(110, 3000)
    flow.client(105, 3000)
    client.enters(120, .splice, socket) { $0.count = 100 }.returns(130, 0)
    client.enters(140, .splice, socket) {
      $0.count = 100
      $0.flags = 4
    }
    .returns(150, 50)
    send(client, 160, socket, 10)
    flow.client(162, 60)
    #expect(script.played.causes == ["call datagram c4", "call datagram c6+c7"])
  }

  @Test func anEmptyWritevIsNoDatagram() {
    let (script, client, socket, flow) = connected()
    client.enters(100, .writev, socket) { $0.count = 0 }.returns(105, 0)
    client.enters(110, .write, socket) { $0.count = 0 }.returns(115, 0)
    flow.client(112, 0)
    let played = script.played
    #expect(played.causes == ["call datagram c5"])
    #expect(played.sends(4) == CallRow.Sends.none)
  }

  @Test func aSocketThatGotAnotherPortIsKnownByTheOldOne() {
    let (script, client, socket, flow) = connected()
    send(client, 100, socket, 10)
    flow.client(102, 10)
    client.sendto(110...116, socket, "127.0.0.1:3491", "Hello")
    script.flow("127.0.0.1:40512", "127.0.0.1:3491").client(112, 5)
    client.enters(120, .connect, socket) { $0.address = .unspecified }.returns(122)
    client.sendto(130...136, socket, "127.0.0.1:3490", "Hello", local: "127.0.0.1:40513")
    script.flow("127.0.0.1:40513", "127.0.0.1:3490").client(132, 5)
    #expect(
      script.played.causes == ["call datagram c4", "call datagram c5", "call datagram c7"])
  }
}
