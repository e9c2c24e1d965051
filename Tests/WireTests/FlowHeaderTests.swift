import Frames
import Testing
import Wire

@Suite struct FlowHeaderTests {
  /// Frames of every kind that is read the short way, and of some that are not.
  static let frames: [(link: LinkType, bytes: [UInt8])] = {
    let options: [UInt8] = [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
    let segments = [
      tcp(40_000, 3490, sequence: 1, flags: 0x02, options: options),
      tcp(3490, 40_000, sequence: 7, acknowledgement: 2, flags: 0x12, options: options),
      tcp(40_000, 3490, sequence: 2, acknowledgement: 8, flags: 0x18, payload: [1, 2, 3]),
      tcp(40_000, 3490, sequence: 2, flags: 0x02, options: [3, 2, 3, 3, 9]),
      tcp(40_000, 3490, flags: 0x02, options: [1, 1, 3, 3, 4, 0, 3, 3, 5]),
      tcp(40_000, 3490, flags: 0x11, headerWords: 4),
      tcp(40_000, 3490, flags: 0x11, headerWords: 15),
    ]
    let datagrams = [
      udp(40_000, 3490, payload: [1, 2]), udp(40_000, 3490, length: 4),
      udp(40_000, 3490, length: 90, payload: [1]),
    ]
    let packets =
      segments.flatMap { [ipv4(6, $0), ipv6(6, $0), ipv4(6, $0, options: [1, 1, 1, 1])] }
      + datagrams.flatMap { [ipv4(17, $0), ipv6(17, $0), ipv4(17, $0, fragment: 0x2000)] } + [
        ipv4(17, datagrams[0], fragment: 0x0010), ipv4(1, icmp(8, 0)), ipv6(58, icmp(128, 0)),
        ipv6(6, segments[0], extensions: [.hopByHop]), ipv4(6, segments[2], totalLength: 30),
        ipv4(6, segments[2], totalLength: 0), ipv6(6, segments[2], payloadLength: 0),
        ipv4(47, [1, 2, 3]),
      ]
    return packets.flatMap { packet in
      [
        (.ethernet, ethernet(packet)), (.linuxSLL, linuxSLL(packet)),
        (.linuxSLL2, linuxSLL2(packet)), (.raw, packet),
        (.ethernet, ethernet(packet, tags: [(0x8100, 5)])),
        // Ethernet pads short frames.
        (.ethernet, ethernet(packet) + [UInt8](repeating: 0, count: 9)),
      ]
    }
  }()

  /// What both ways of reading give.
  private func bothWays(_ link: LinkType, _ bytes: [UInt8], _ frameLength: Int) -> (
    FlowHeader, FlowHeader
  ) {
    let packet = Packet.decode(bytes.span, link: link, frameLength: frameLength)
    return (
      FlowHeader.decode(bytes.span, link: link, frameLength: frameLength), FlowHeader(packet)
    )
  }

  @Test func theShortWayGivesWhatTheLongOneDoes() {
    #expect(FlowHeaderTests.frames.count > 200)
    for (link, bytes) in FlowHeaderTests.frames {
      let (short, long) = bothWays(link, bytes, bytes.count)
      #expect(short == long, "\(link.name) \(bytes)")
    }
  }

  /// A capture may cut a packet anywhere.
  @Test func cutAtEveryByte() {
    for (link, bytes) in FlowHeaderTests.frames {
      for count in bytes.indices {
        let (short, long) = bothWays(link, Array(bytes.prefix(count)), bytes.count)
        #expect(short == long, "\(link.name) \(bytes.prefix(count))")
      }
    }
  }

  @Test func withBytesChangedAtRandom() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = SeededNumbers(seed: seed)
    for _ in 0..<20_000 {
      let (link, frame) = FlowHeaderTests.frames[
        Int(numbers.next() % UInt64(FlowHeaderTests.frames.count))]
      var bytes = frame
      for _ in 0...(numbers.next() % 3) {
        bytes[Int(numbers.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: numbers.next())
      }
      let (short, long) = bothWays(link, bytes, bytes.count)
      #expect(short == long, "seed \(seed): \(link.name) \(bytes)")
    }
  }

  /// Nothing of the packet before is left.
  @Test func readsInPlaceOfTheOneBefore() {
    var header = FlowHeader()
    for (link, bytes) in FlowHeaderTests.frames + FlowHeaderTests.frames.reversed() {
      header.read(bytes.span, link: link, frameLength: bytes.count)
      let fresh = FlowHeader.decode(bytes.span, link: link, frameLength: bytes.count)
      #expect(header.kind == fresh.kind)
      if fresh.kind != .other {
        #expect(header.source == fresh.source && header.destination == fresh.destination)
      }
      if fresh.kind == .tcp { #expect(header == fresh) }
      if fresh.kind != .other { #expect(header.payloadLength == fresh.payloadLength) }
    }
  }

  @Test func bothFormsOfAnIPv4AddressAreOneEnd() {
    let plain = FlowEndpoint(Endpoint(.v4(0x7F00_0001), 80))
    let mapped = FlowEndpoint(Endpoint(.v6(high: 0, low: 0xFFFF_7F00_0001), 80))
    #expect(plain == mapped)
    #expect(plain.endpoint == Endpoint(.v4(0x7F00_0001), 80))
    let six = Endpoint(.v6(high: 1, low: 2), 3)
    #expect(FlowEndpoint(six).endpoint == six)
  }
}
