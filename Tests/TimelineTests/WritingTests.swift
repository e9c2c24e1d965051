import Calls
import Scenario
import Testing
import Timeline
import Wire

@Suite struct WritingTests {
  /// Bytes that calls wrote, bytes captured and bytes read are the same, in each direction.
  @Test(arguments: UInt64(1)...10)
  func writtenCapturedAndReadAreTheSame(seed: UInt64) {
    let exchange = Exchange(seed: seed, connections: 12)
    let played = exchange.script.played
    var written: [Int: Int] = [:]
    var read: [Int: Int] = [:]
    for row in played.rows {
      guard case .call(let call) = row.content, call.part != .enter,
        let connection = row.connection?.rawValue, let result = call.record.outcome?.result
      else { continue }
      if call.record.call == .write { written[connection, default: 0] += Int(result) }
      if call.record.call == .read { read[connection, default: 0] += Int(result) }
    }
    #expect(played.totals.reports.count == 12)
    for report in played.totals.reports {
      let captured = report.clientBytes + report.serverBytes
      #expect(written[report.connection.id.rawValue, default: 0] == captured)
      #expect(read[report.connection.id.rawValue, default: 0] == captured)
    }
  }

  @Test func manySmallWritesGoInOneSegment() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.setsockopt(180...182, pair.socket, level: 6, name: 3)
    let count = 20_000
    for index in 0..<count {
      pair.client.write((200 + 2 * index)...(201 + 2 * index), pair.socket, count: 1)
    }
    pair.client.setsockopt(50_000...50_020, pair.socket, level: 6, name: 3, value: 0)
    pair.stream.client(50_010, [.psh, .ack], length: count)
    let cause = pair.script.played.packets[3].cause
    #expect(cause.kind == .released)
    #expect(cause.calls.map(\.rawValue) == Array(8..<(8 + count)))
  }

  @Test func threeThreadsShareTheBytesThatTheyWroteAtOnce() {
    let pair = Pair()
    pair.connect(at: 100)
    let long = pair.client.write(200, pair.socket, count: 300)
    pair.client.thread(4130).write(210...220, pair.socket, count: 10)
    pair.stream.client(215, [.psh, .ack], length: 10)
    pair.client.thread(4131).write(230...240, pair.socket, count: 20)
    pair.stream.client(235, [.psh, .ack], length: 20)
    pair.stream.client(245, [.psh, .ack], length: 300)
    long.returns(250, 300)
    pair.client.write(260...270, pair.socket, count: 5)
    pair.stream.client(265, [.psh, .ack], length: 5)
    let played = pair.script.played
    #expect(played.cause(4) == "ambiguous overlap c7+c8 bytes 0..<10")
    #expect(played.cause(5).hasPrefix("ambiguous overlap c7"))
    #expect(played.cause(6).hasPrefix("ambiguous overlap c7"))
    #expect(played.cause(7) == "call data c10 bytes 330..<335")
  }

  @Test func aRetryAfterAnErrorWritesWhereTheFirstWouldHave() {
    let pair = Pair()
    pair.connect(at: 100)
    pair.client.write(200, pair.socket, count: 100).returns(210, error: 11)
    pair.client.write(220...240, pair.socket, count: 100)
    pair.stream.client(230, [.psh, .ack], length: 100)
    #expect(pair.script.played.cause(4) == "call data c8 bytes 0..<100")
  }

  @Test func aThreadThatDiesInItsWriteLeavesUncertaintyBehind() {
    let pair = Pair()
    pair.connect(at: 100)
    let child = pair.client.forks(150, 4130, "client")
    _ = child.write(200, pair.socket, count: 100)
    pair.stream.client(210, [.psh, .ack], length: 40)
    child.dies(220...240, signal: 9)
    pair.client.write(300...320, pair.socket, count: 10)
    pair.stream.client(310, [.psh, .ack], length: 10)
    let played = pair.script.played
    #expect(played.cause(5) == "unknown blind")
  }
}
