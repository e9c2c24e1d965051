import Calls
import Explain
import Render
import Scenario
import Testing
import Timeline
import Wire

@testable import Strace
@testable import Tracing

/// Calls that there are not, made by a row each: all rooms know what to do with them.
@Suite struct MadeUpCallTests {
  /// Sends what stands in memory to an address, and sleeps for room.
  private static let hurl = SystemCallRow(
    "hurl", 9000, 9001, .bufferAndAddress, .writes, .bytes, .forRoom, .always)
  /// Receives into several pieces of memory.
  private static let gulp = SystemCallRow(
    "gulp", 9002, 9003, .vectors, .reads, .bytes, .forPackets, .unless(argument: 2, 0))
  /// Takes over a connection.
  private static let usher = SystemCallRow(
    "usher", 9004, nil, .peer, .accepts, .descriptor, .forPackets, .always)

  private static let table: SystemCallTable = {
    var table = SystemCallTable.linux
    for row in [hurl, gulp, usher] { table.add(row) }
    return table
  }()

  private static let server = Endpoint(.loopback4, 3490)

  /// A program's memory: a text, an address, and an array of one piece.
  private static func read(_ address: UInt64, _ count: Int) -> [UInt8] {
    let port = UInt16(3490)
    let bytes: [UInt8] =
      switch address {
      case 0x1000: Array("Hello, server".utf8)
      case 0x2000: [2, 0, UInt8(port >> 8), UInt8(port & 0xFF), 127, 0, 0, 1] + [0, 0, 0, 0]
      case 0x3000: [0, 0x10, 0, 0, 0, 0, 0, 0] + [13, 0, 0, 0, 0, 0, 0, 0]
      default: []
      }
    return Array(bytes.prefix(count))
  }

  // MARK: decoded

  @Test func registersAreRead() {
    let asked = Self.hurl.call.arguments(
      Registers(3, 0x1000, 13, 0x4000, 0x2000, 16), payloadBytes: 5, memory: Self.read)
    #expect(asked.descriptor == 3)
    #expect(asked.count == 13)
    #expect(asked.flags == 0x4000)
    #expect(asked.payload == Array("Hello".utf8))
    #expect(asked.address == .internet(Self.server))

    let registers = Registers(4, 0x3000, 1)
    let wanted = Self.gulp.call.arguments(registers, payloadBytes: 64, memory: Self.read)
    #expect(wanted.count == 13)
    #expect(wanted.payload == [])
    let got = Self.gulp.call.outcome(
      result: 5, registers, payloadBytes: 64, memory: Self.read)
    #expect(got.payload == Array("Hello".utf8))
  }

  @Test func linesOfStraceAreRead() {
    let line =
      #"3, "Hello", 5, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(3490), "#
      + #"sin_addr=inet_addr("127.0.0.1")}, 16)"#
    var values = StraceValues(StraceText(Array(line.utf8)))
    let asked = Self.hurl.call.arguments(values.list(until: UInt8(ascii: ")")), payloadBytes: 64)
    #expect(asked.descriptor == 3)
    #expect(asked.payload == Array("Hello".utf8))
    #expect(asked.flags == 0x4000)
    #expect(asked.address == .internet(Self.server))
  }

  // MARK: filtered

  /// The verdict behind the filter's test of a number, and whether it looks at an argument first.
  private func test(of number: Int, _ filter: SystemCallFilter) -> (stops: Bool, looks: Bool)? {
    let place = filter.code.firstIndex { $0.code == 0x15 && $0.k == UInt32(number) }
    guard let place else { return nil }
    let next = filter.code[place + 1]
    return (next.code == 0x06 && next.k != 0x7FFF_0000, next.code == 0x20)
  }

  @Test func theRecorderStops() throws {
    let amd64 = SystemCallFilter(.amd64, table: Self.table)
    let always = try #require(test(of: 9000, amd64))
    #expect(always.stops && !always.looks)
    let sometimes = try #require(test(of: 9002, amd64))
    #expect(!sometimes.stops && sometimes.looks)
    #expect(test(of: 9004, amd64)?.stops == true)
    let arm64 = SystemCallFilter(.arm64, table: Self.table)
    #expect(test(of: 9001, arm64)?.stops == true)
    #expect(test(of: 9000, arm64) == nil)
    #expect(test(of: 9000, SystemCallFilter(.amd64)) == nil)
    #expect(Self.table.call(9000, on: .amd64) == Self.hurl.call)
  }

  // MARK: told, with its part

  /// A client that hurls a greeting to a server that gulps it.
  private static var rows: [Row] {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let client = script.process(4121, "client", .client)
    let listener = script.socket(fd: 3, local: "127.0.0.1:3490")
    let accepted = script.socket(fd: 4)
    let socket = script.socket(fd: 5)
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    server.listens(0, listener, "127.0.0.1:3490")
    let usher = server.enters(40, Self.usher.call, listener)
    client.socket(60...64, socket)
    let connect = client.connect(
      100, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    stream.client(110, .syn)
    stream.server(120, [.syn, .ack])
    stream.client(130, .ack)
    connect.returns(140)
    usher.returns(
      150, accepted: accepted, local: "127.0.0.1:3490", peer: "127.0.0.1:51514")
    let gulp = server.enters(160, Self.gulp.call, accepted) { $0.count = 1024 }
    let hurl = client.enters(200, Self.hurl.call, socket) {
      $0.count = 13
      $0.payload = Array("Hello, server".utf8)
    }
    stream.client(210, [.psh, .ack], length: 13)
    stream.server(220, .ack)
    hurl.returns(230, 13)
    gulp.returns(240, 13)
    return script.scenario.rows
  }

  @Test func theTimelineKnowsItsPart() throws {
    let rows = Self.rows
    let calls = rows.compactMap { row -> CallRow? in
      guard case .call(let call) = row.content, call.part != .enter else { return nil }
      return call
    }
    func returned(_ call: SystemCall) throws -> CallRow {
      try #require(calls.first { $0.record.call == call })
    }
    #expect(try returned(Self.hurl.call).sends == .packets)
    #expect(try returned(Self.gulp.call).sends == CallRow.Sends.none)
    #expect(try returned(Self.usher.call).accepted == ConnectionID(1))
    guard case .packet(let waker, _) = try returned(Self.gulp.call).wake else {
      Issue.record("nothing woke the call that reads")
      return
    }
    let data = try #require(
      rows.lazy.compactMap { row -> PacketRow? in
        guard case .packet(let packet) = row.content else { return nil }
        return packet.packet.packet.payloadLength > 0 ? packet : nil
      }.first)
    #expect(waker == data.packet.number)
    #expect(data.cause.kind == .call)
    #expect(data.cause.calls == [try returned(Self.hurl.call).record.id])
  }

  @Test func itIsTold() throws {
    var texts: [String] = []
    for row in Self.rows {
      guard case .call(let call) = row.content, call.part != .enter else { continue }
      guard [Self.hurl, Self.gulp, Self.usher].map(\.call).contains(call.record.call) else {
        continue
      }
      let text = try #require(CallText(call.record).text(.full, room: 80))
      texts.append(text + " " + CallResultText(call.record).text(.full))
    }
    #expect(
      texts == [
        "usher(fd 3) = fd 4 from 127.0.0.1:51514", "hurl(fd 5, \"Hello, server\") = 13",
        "gulp(fd 4, 1024) = 13",
      ])
  }

  /// `--control` shows what opens connections, and not what moves bytes.
  @Test func itIsSelected() {
    var selection = Selection()
    selection.isControl = true
    var selector = Selector(selection)
    var shown: Set<String> = []
    for row in Self.rows {
      guard case .call(let call) = row.content else { continue }
      if selector.judge(row, since: 0, matches: { _ in true }) == .shown {
        shown.insert(call.record.call.rawValue)
      }
    }
    #expect(shown.contains("usher"))
    #expect(shown.isDisjoint(with: ["hurl", "gulp"]))
  }
}
