import Capture
import Frames
import Process
import Testing
import Wire

@Suite(.ownNetwork) struct EndMarkerTests {
  private func decode(_ bytes: [UInt8]) -> Packet {
    Packet.decode(bytes.span, link: .raw, frameLength: bytes.count)
  }

  @Test func itKnowsItself() throws {
    let marker = try EndMarker()
    #expect(marker.source.address == .loopback4 && marker.source.port != 0)
    let datagram = ipv4(17, udp(marker.source.port, 9))
    #expect(marker.isEnd(decode(datagram)) && marker.isMarker(decode(datagram)))
    let answer = ipv4(1, icmp(3, 3, data: datagram))
    #expect(!marker.isEnd(decode(answer)) && marker.isMarker(decode(answer)))
  }

  @Test func itKnowsOthersFromItself() throws {
    let marker = try EndMarker()
    let port = marker.source.port
    let others = [
      ipv4(17, udp(port &+ 1, 9)), ipv4(17, udp(port, 10)), ipv4(6, tcp(port, 9, flags: 2)),
      ipv4(17, udp(port, 9), from: [127, 0, 0, 2]), ipv6(17, udp(port, 9)),
      ipv4(1, icmp(3, 3, data: ipv4(17, udp(port, 10)))),
      ipv4(1, icmp(3, 3, data: ipv4(6, tcp(port, 9, flags: 2)))),
      ipv4(1, icmp(3, 1, data: ipv4(17, udp(port, 9)))), ipv4(1, icmp(8, 0)),
    ]
    for other in others { #expect(!marker.isMarker(decode(other)), "\(decode(other))") }
  }

  @Test func twoMarkersAreTwo() throws {
    let (first, second) = (try EndMarker(), try EndMarker())
    #expect(first.source != second.source)
  }

  /// When the marker is seen, everything sent before it was seen, whatever the filter.
  @Test(.needs(isAllowedToCapture, "capturing needs root"), arguments: ["", "udp dst port"])
  func whatWasSentBeforeItIsThereBeforeIt(filter: String) throws {
    let receiver = try LoopbackSocket(datagrams: true)
    let sender = try LoopbackSocket(datagrams: true)
    let marker = try EndMarker()
    var inactive = try InactiveCapture(device: "lo")
    inactive.filter = filter.isEmpty ? "" : "\(filter) \(receiver.port)"
    inactive.alsoKept = marker.filterExpression
    let capture = try inactive.activate()
    for number in 0..<50 { try sender.send([UInt8(number)], to: receiver.port) }
    try marker.send()
    let captured = try capture.collect { packets in
      packets.contains { marker.isEnd($0.packet(capture)) }
    }
    let packets = captured.map { $0.packet(capture) }
    let end = try #require(packets.firstIndex { marker.isEnd($0) })
    let own = packets[..<end].filter { $0.destination == Endpoint(.loopback4, receiver.port) }
    #expect(own.count == 50)
    #expect(packets.filter { marker.isEnd($0) }.count == 1)
  }

  /// Without a filter the error that answers the marker is seen, and known for what it is.
  @Test(.needs(isAllowedToCapture, "capturing needs root")) func theErrorThatAnswersItIsItsOwn()
    throws
  {
    let marker = try EndMarker()
    var inactive = try InactiveCapture(device: "lo")
    inactive.filter = "icmp"
    inactive.alsoKept = marker.filterExpression
    let capture = try inactive.activate()
    try marker.send()
    let isAnswer = { (packet: Packet) in packet.icmp != nil && marker.isMarker(packet) }
    let captured = try capture.collect { packets in
      packets.contains { isAnswer($0.packet(capture)) }
    }
    #expect(captured.contains { isAnswer($0.packet(capture)) })
    // It may be sent again.
    try marker.send()
  }
}
