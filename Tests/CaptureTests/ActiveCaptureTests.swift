import Glibc
import Process
import Testing
import Wire

@testable import Capture

/// Captures on `lo`, each of the one port that its own traffic goes to.
@Suite(.needs(isAllowedToCapture, "capturing needs root"), .ownNetwork) struct ActiveCaptureTests {
  private let receiver: LoopbackSocket
  private let sender: LoopbackSocket

  init() throws {
    receiver = try LoopbackSocket(datagrams: true)
    sender = try LoopbackSocket(datagrams: true)
  }

  private func capture(
    snaplen: Int = InactiveCapture.wholePackets, bufferSize: Int = 8 << 20, device: String = "lo"
  ) throws -> ActiveCapture {
    var inactive = try InactiveCapture(device: device)
    inactive.filter = "udp dst port \(receiver.port)"
    inactive.snaplen = snaplen
    inactive.bufferSize = bufferSize
    return try inactive.activate()
  }

  @Test func everyDatagramOnceInOrderWithItsTime() throws {
    let capture = try capture()
    #expect(capture.linkType == LinkType.ethernet.rawValue)
    #expect(capture.snaplen == 262_144)
    let start = try capture.statistics().received
    let before = realTime()
    for number in 0..<100 {
      try sender.send(
        [UInt8(number)] + [UInt8](repeating: 7, count: number * 10), to: receiver.port)
    }
    let after = realTime()
    let captured = try capture.collect { $0.count >= 100 }
    // No copy comes later either.
    let more = try capture.receive(waitingMilliseconds: 200) { _, _, _ in }
    #expect(captured.count == 100 && more == 0)
    for (number, one) in captured.enumerated() {
      let packet = one.packet(capture)
      #expect(packet.stop == nil && packet.source == Endpoint(.loopback4, sender.port))
      #expect(packet.payloadLength == number * 10 + 1)
      #expect(one.bytes[packet.payload.lowerBound] == UInt8(number))
      #expect(one.frameLength == one.bytes.count && one.frameLength == 42 + number * 10 + 1)
      #expect(one.time >= before - 1_000 && one.time <= after + 1_000)
    }
    #expect(captured.map(\.time) == captured.map(\.time).sorted())
    // The stamps have nanoseconds: of a hundred, not all end in zeros.
    #expect(captured.contains { $0.time % 1_000 != 0 })
    let statistics = try capture.statistics()
    // Without PACKET_IGNORE_OUTGOING the kernel would count each one twice.
    #expect(statistics.received - start == 100)
    #expect(statistics.droppedByKernel == 0 && statistics.droppedByInterface == 0)
  }

  @Test func packetsAreCutToTheSnaplen() throws {
    let capture = try capture(snaplen: 96)
    #expect(capture.snaplen == 96)
    try sender.send([UInt8](repeating: 7, count: 60_000), to: receiver.port)
    let captured = try capture.collect { !$0.isEmpty }
    let one = try #require(captured.first)
    #expect(one.bytes.count == 96 && one.frameLength == 60_042)
    let packet = one.packet(capture)
    #expect(packet.payloadLength == 60_000 && packet.payload == 42..<96 && packet.stop == nil)
    // The sender leaves the sum to a card that lo does not have.
    #expect(packet.checksum == .partial)
  }

  @Test func theKernelAlwaysHasAFilter() throws {
    for filter in ["", "tcp port 3490"] {
      var inactive = try InactiveCapture(device: "lo")
      inactive.filter = filter
      let capture = try inactive.activate()
      // SO_GET_FILTER: the number of instructions, where no room is given for them.
      var count: socklen_t = 0
      #expect(getsockopt(capture.descriptor, SOL_SOCKET, 26, nil, &count) == 0)
      #expect(count >= 1, "\(filter)")
    }
  }

  @Test func whatIsLostIsCounted() throws {
    let capture = try capture(bufferSize: 1 << 20)
    // Before the filter was on, traffic of others may have been counted.
    let start = try capture.statistics().received
    for _ in 0..<100 {
      try sender.send([UInt8](repeating: 7, count: 60_000), to: receiver.port)
    }
    var kept = 0
    while try capture.receive(waitingMilliseconds: 200, { _, _, _ in kept += 1 }) > 0 {}
    let statistics = try capture.statistics()
    #expect(statistics.received - start == 100)
    #expect(statistics.droppedByKernel > 0)
    #expect(kept + statistics.droppedByKernel == 100)
  }

  @Test func waitingEndsWithTheTime() throws {
    let capture = try capture()
    #expect(try capture.receive(waitingMilliseconds: 0) { _, _, _ in } == 0)
    #expect(try capture.receive(waitingMilliseconds: 20) { _, _, _ in } == 0)
  }

  @Test func anyInterfaceGivesCookedPackets() throws {
    let capture = try capture(device: "any")
    let link = LinkType(rawValue: capture.linkType)
    #expect([.linuxSLL, .linuxSLL2].contains(link))
    try sender.send([1, 2, 3], to: receiver.port)
    let captured = try capture.collect { !$0.isEmpty }
    let more = try capture.receive(waitingMilliseconds: 200) { _, _, _ in }
    #expect(captured.count == 1 && more == 0)
    let packet = try #require(captured.first).packet(capture)
    #expect(packet.stop == nil && packet.payloadLength == 3)
    #expect(packet.destination == Endpoint(.loopback4, receiver.port))
  }

  @Test func aConnectionFromHandshakeToClose() throws {
    let server = try LoopbackSocket(datagrams: false)
    try server.listen()
    var inactive = try InactiveCapture(device: "lo")
    inactive.filter = "tcp port \(server.port)"
    let capture = try inactive.activate()
    let ports = try exchangeStrings(with: server)
    let captured = try capture.collect { $0.count >= 9 }
    let segments = captured.compactMap { $0.packet(capture).tcp }
    #expect(segments.count == captured.count && captured.count >= 9)
    #expect(segments.prefix(3).map(\.flags) == [.syn, [.syn, .ack], .ack])
    #expect(segments.first?.source == ports.client)
    #expect(segments.prefix(2).allSatisfy { $0.options.maximumSegmentSize != nil })
    #expect(segments.filter { $0.flags.contains(.fin) }.count == 2)
    let lengths = captured.map { $0.packet(capture).payloadLength }
    #expect(lengths.filter { $0 > 0 } == [13, 13])
  }
}
