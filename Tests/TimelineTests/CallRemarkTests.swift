import Calls
import Scenario
import Testing
import Timeline
import Wire

/// What is said of a call beside its result: the mistake behind it, or what it left behind.
@Suite struct CallRemarkTests {
  private let server = ProcessName(id: 4120, name: "server")

  private func remarks(_ script: Script, _ call: SystemCall) -> [CallRemark] {
    let rows = script.played.calls.filter { $0.record.call == call && $0.part != .enter }
    return rows.last?.remarks ?? []
  }

  private func end(_ text: String) -> Endpoint { Endpoint(parsing: text) }

  // MARK: an address in use

  /// bind() of a second socket to `wanted` fails.
  private func refuses(
    _ script: Script, _ program: Program, _ wanted: String, holders: [AddressHolder] = []
  ) {
    let socket = script.socket(fd: 9)
    program.socket(900...905, socket)
    program.enters(910, .bind, socket) { $0.address = .internet(Endpoint(parsing: wanted)) }
      .returns(915, error: 98, holders: holders)
  }

  @Test func aListenerThatHasTheAddressIsNamed() {
    let script = Script()
    let program = script.process(4120, "server", .server)
    program.listens(0, script.socket(fd: 3), "0.0.0.0:3490")
    refuses(script, program, "127.0.0.1:3490")
    #expect(remarks(script, .bind) == [.inUse(.listener(end("0.0.0.0:3490"), server))])
  }

  @Test func anotherAddressIsNoConflict() {
    let script = Script()
    let program = script.process(4120, "server", .server)
    program.listens(0, script.socket(fd: 3), "127.0.0.2:3490")
    refuses(script, program, "127.0.0.1:3490")
    #expect(remarks(script, .bind) == [])
  }

  @Test func aConnectionInTimeWaitHasTheAddress() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.server.close(300...310, pair.accepted)
    pair.stream.server(305, [.fin, .ack])
    pair.stream.client(306, .ack)
    pair.client.close(320...330, pair.socket)
    pair.stream.client(325, [.fin, .ack])
    pair.stream.server(326, .ack)
    pair.server.close(340...345, pair.listener)
    refuses(pair.script, pair.server, "0.0.0.0:3490")
    let (here, there) = (end("127.0.0.1:3490"), end("127.0.0.1:51514"))
    #expect(
      remarks(pair.script, .bind) == [
        .inUse(.connection(here, peer: there, .timeWait, ConnectionID(1), nil))
      ])
  }

  @Test func whatTheKernelToldComesFirst() {
    let script = Script()
    let program = script.process(4120, "server", .server)
    var foreign = AddressHolder(local: end("0.0.0.0:3490"), state: 10)
    foreign.process = 77
    foreign.name = "nginx"
    refuses(script, program, "127.0.0.1:3490", holders: [foreign])
    let nginx = ProcessName(id: 77, name: "nginx")
    #expect(remarks(script, .bind) == [.inUse(.listener(end("0.0.0.0:3490"), nginx))])
    let other = Script()
    let again = other.process(4120, "server", .server)
    let waiting = AddressHolder(
      local: end("127.0.0.1:3490"), peer: end("127.0.0.1:40000"), state: 6)
    refuses(other, again, "0.0.0.0:3490", holders: [waiting])
    #expect(
      remarks(other, .bind) == [
        .inUse(
          .connection(
            end("127.0.0.1:3490"), peer: end("127.0.0.1:40000"), .timeWait, nil, nil))
      ])
  }

  // MARK: swapped bytes

  @Test(arguments: [
    ("0.0.0.0:41485", [CallRemark.swappedPort(41485, meant: 3490)]),
    ("0.0.0.0:36895", [.swappedPort(36895, meant: 8080)]),
    ("1.0.0.127:3490", [.swappedAddress(.v4(0x0100_007F), meant: .v4(0x7F00_0001))]),
    // A port that is used itself, one that means nothing either way, and the right address.
    ("0.0.0.0:3490", []), ("0.0.0.0:40001", []), ("127.0.0.1:8080", []),
  ])
  func aBindWithoutHtons(_ address: String, _ expected: [CallRemark]) {
    let script = Script()
    let program = script.process(4120, "server", .server)
    program.listens(0, script.socket(fd: 3), address)
    #expect(remarks(script, .bind) == expected)
  }

  @Test func aRefusedClientIsToldOfTheServer() {
    let script = Script()
    script.process(4120, "server", .server).listens(0, script.socket(fd: 3), "0.0.0.0:45845")
    let client = script.process(4121, "client", .client)
    let socket = script.socket(fd: 3)
    client.socket(90...95, socket)
    let connect = client.connect(100, socket, "127.0.0.1:5555", local: "127.0.0.1:51514")
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:5555")
    stream.client(110, .syn)
    stream.server(112, [.rst, .ack])
    connect.returns(120, error: 111)
    #expect(
      remarks(script, .connect) == [.swappedListener(server, on: 45845, wanted: 5555)])
  }

  // MARK: what is left

  @Test func aCloseThatEndsNothingSaysWhoHoldsTheSocket() {
    let pair = Pair()
    pair.connect(at: 100)
    _ = pair.server.forks(180, 4125, "child")
    pair.server.close(200...205, pair.accepted)
    guard case .heldBy(let holders)? = remarks(pair.script, .close).first else {
      Issue.record("nobody holds it")
      return
    }
    #expect(holders.map(\.process) == [ProcessName(id: 4125, name: "child")])
    #expect(holders.map(\.descriptor) == [pair.accepted.descriptor])
  }

  @Test func theLastCloseHasNothingToSay() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.server.close(200...205, pair.accepted)
    #expect(remarks(pair.script, .close) == [])
  }

  @Test func aListenerThatGoesWithAQueueSaysSo() {
    let script = Script()
    let program = script.process(4120, "server", .server)
    let listener = script.socket(fd: 3)
    program.listens(0, listener, "0.0.0.0:3490")
    for port in [51514, 51515] {
      let stream = script.stream("127.0.0.1:\(port)", "127.0.0.1:3490")
      stream.handshake(100 + port - 51514, 110 + port - 51514, 120 + port - 51514)
    }
    let close = program.enters(200, .close, listener)
    script.stream("127.0.0.1:51514", "127.0.0.1:3490").server(205, [.rst, .ack])
    close.returns(220)
    #expect(remarks(script, .close) == [.neverAccepted(2)])
  }

  @Test func anEmptyQueueIsNotMentioned() {
    let script = Script()
    let program = script.process(4120, "server", .server)
    let listener = script.socket(fd: 3)
    program.listens(0, listener, "0.0.0.0:3490")
    program.close(200...220, listener)
    #expect(remarks(script, .close) == [])
  }

  // MARK: an end that sockline made

  @Test func aSignalOfOursIsNoCrash() {
    let script = Script()
    let program = script.process(4120, "server", .server)
    program.listens(0, script.socket(fd: 3), "0.0.0.0:3490")
    program.event(100, .ending(15))
    program.event(110, .signalled(15))
    program.dies(120...130, signal: 15)
    let rows = script.played.rows.map(\.content)
    #expect(rows.contains(.signal(15, server, .server, isOurs: true)))
    #expect(rows.contains(.exit(status: nil, signal: 15, server, .server, isOurs: true)))
  }

  @Test func anotherSignalIsAnothers() {
    let script = Script()
    let program = script.process(4120, "server", .server)
    program.listens(0, script.socket(fd: 3), "0.0.0.0:3490")
    program.event(100, .ending(15))
    program.dies(120...130, signal: 11)
    let rows = script.played.rows.map(\.content)
    #expect(rows.contains(.exit(status: nil, signal: 11, server, .server)))
  }
}
