import Frames
import Testing
import Wire

/// A frame of each kind, with the link type that reads it.
let specimens: [(name: String, bytes: [UInt8], link: LinkType)] = {
  let options: [UInt8] =
    [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 3, 3, 7, 34, 6, 1, 2, 3, 4, 1, 1]
  let segment = tcp(4000, 3490, sequence: 7, flags: 0x12, options: options, payload: [1, 2, 3])
  let blocks = tcp(
    4000, 3490, flags: 0x10, options: [1, 1, 5, 18] + [UInt8](1...16) + [254, 4, 9, 9])
  let datagram = udp(4000, 3490, payload: Array("Hello, server".utf8))
  let quoted4 = ipv4(17, datagram)
  let quoted6 = ipv6(6, segment, extensions: [.hopByHop])
  let all: [MadeExtension] = [
    .hopByHop, .destinationOptions, .routing(loopback6, segmentsLeft: 1),
    .fragment(offset: 0, more: false), .authentication,
  ]
  return [
    ("TCP", ethernet(ipv4(6, segment)), .ethernet),
    ("TCP, IPv6", ethernet(ipv6(6, segment)), .ethernet),
    ("SACK, options of IPv4", ethernet(ipv4(6, blocks, options: [148, 4, 0, 0])), .ethernet),
    ("VLAN", ethernet(ipv4(17, datagram), tags: [(0x88A8, 1), (0x8100, 2)]), .ethernet),
    ("ARP", ethernet([UInt8](repeating: 1, count: 28), type: 0x0806), .ethernet),
    ("NULL", bsdLoopback(ipv6(17, datagram), family: 30, isBigEndian: false), .null),
    ("LOOP", bsdLoopback(ipv4(17, datagram), family: 2, isBigEndian: true), .loop),
    ("SLL", linuxSLL(ipv4(1, icmp(3, 3, data: quoted4))), .linuxSLL),
    ("SLL2", linuxSLL2(ipv6(58, icmp(1, 4, data: quoted6))), .linuxSLL2),
    ("RAW", ipv6(17, datagram, extensions: all), .raw),
    ("IPV4", ipv4(17, datagram, options: [137, 7, 4, 10, 0, 0, 1]), .ipv4),
    ("IPV6", ipv6(6, segment, extensions: [.fragment(offset: 0, more: true)]), .ipv6),
    ("fragment", ipv4(17, datagram, fragment: 3), .ipv4),
  ] + tunnelSpecimens + linkSpecimens
}()

@Suite struct DecodeTests {
  /// What must hold of any packet, however broken; nil where it does.
  private func broken(_ packet: Packet, captured: Int) -> String? {
    if packet.payload.lowerBound < 0 || packet.payload.upperBound > captured {
      return "the payload lies outside of the capture: \(packet)"
    }
    if packet.payloadLength < packet.payload.count { return "a payload too long: \(packet)" }
    if packet.transport != nil, packet.network == nil { return "a layer is missing: \(packet)" }
    if let stop = packet.stop, stop.offset > captured { return "a stop outside: \(packet)" }
    return nil
  }

  @Test(arguments: specimens.indices)
  func wholeFramesHaveNoStop(index: Int) {
    let packet = decode(specimens[index].bytes, specimens[index].link)
    #expect(packet.stop == nil, "\(specimens[index].name)")
    #expect(packet.network != nil)
  }

  /// A frame cut by the capture at each byte: the same layers, as far as they are there, and the
  /// cut named where a header is not whole.
  @Test(arguments: specimens.indices)
  func framesCutAtEveryByte(index: Int) throws {
    let (name, bytes, link) = specimens[index]
    let whole = decode(bytes, link)
    for count in 0..<bytes.count {
      let cut = decode(Array(bytes.prefix(count)), link, frameLength: bytes.count)
      let label: Comment = "\(name) at \(count): \(cut)"
      #expect(broken(cut, captured: count) == nil, label)
      #expect(cut.checksum != .bad, label)
      if let stop = cut.stop {
        guard case .tooShort(let need, let have, .capture) = stop.reason else {
          Issue.record("not said to be cut: \(label)")
          continue
        }
        #expect(have < need && stop.offset + have == count, label)
      } else {
        // Nothing is missing but payload.
        #expect(cut.tunnels.words == whole.tunnels.words || cut.icmp != nil || count == 0, label)
        #expect(cut.transport == whole.transport || whole.icmp?.quoted != nil, label)
        #expect(cut.payloadLength == whole.payloadLength, label)
        #expect(cut.payload == whole.payload.clamped(to: 0..<count), label)
      }
      if cut.tunnels.count < whole.tunnels.count { continue }
      if cut.network != nil { #expect(cut.sourceAddress == whole.sourceAddress, label) }
      if let header = cut.tcp { #expect(header.sequence == whole.tcp?.sequence, label) }
    }
  }

  /// A frame that is shorter on the wire than its headers say.
  @Test(arguments: specimens.indices)
  func framesThatEndAtEveryByte(index: Int) {
    let (name, bytes, link) = specimens[index]
    for count in 0..<bytes.count {
      let packet = decode(Array(bytes.prefix(count)), link)
      #expect(broken(packet, captured: count) == nil, "\(name) at \(count)")
      let isOther =
        switch packet.network {
        case .other, .named: true
        default: false
        }
      #expect(packet.stop != nil || isOther, "\(name) at \(count)")
    }
  }

  @Test func everyByteChangedToEveryValue() {
    for (place, (name, bytes, link)) in specimens.enumerated() {
      for index in bytes.indices {
        var changed = bytes
        // Of the many kinds of links and tunnels some values each.
        let step = place < 13 ? 1 : 17
        for value in stride(from: UInt8(index % step), through: 255, by: step) {
          changed[index] = value
          let packet = decode(changed, link)
          if let fault = broken(packet, captured: changed.count) {
            Issue.record("\(name), byte \(index) = \(value): \(fault)")
          }
        }
      }
    }
  }

  /// Bytes by chance, and specimens with some bytes changed, cut anywhere.
  @Test func bytesByChance() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = SeededNumbers(seed: seed)
    let links: [LinkType] = [
      .ethernet, .null, .loop, .linuxSLL, .linuxSLL2, .raw, .ipv4, .ipv6,
    ]
    for round in 0..<20_000 {
      let specimen = specimens.randomElement(using: &numbers)
      var bytes = specimen?.bytes ?? []
      var link = specimen?.link ?? .raw
      if round.isMultiple(of: 4) {
        bytes = (0..<Int.random(in: 0...120, using: &numbers)).map { _ in
          UInt8.random(in: 0...255, using: &numbers)
        }
        link = links.randomElement(using: &numbers) ?? .raw
      }
      for _ in 0..<Int.random(in: 0...6, using: &numbers) {
        guard let index = bytes.indices.randomElement(using: &numbers) else { break }
        bytes[index] = UInt8.random(in: 0...255, using: &numbers)
      }
      let kept = Int.random(in: 0...bytes.count, using: &numbers)
      let length = Int.random(in: -10...70_000, using: &numbers)
      let packet = decode(Array(bytes.prefix(kept)), link, frameLength: length)
      if let fault = broken(packet, captured: kept) {
        Issue.record("seed \(seed), round \(round): \(fault)")
      }
    }
  }

  @Test(arguments: [Int.min, -1, 0, Int.max])
  func frameLengthsThatCannotBe(length: Int) {
    let bytes = ethernet(ipv4(6, tcp(1, 2, flags: 2, payload: [1, 2, 3])))
    let packet = decode(bytes, .ethernet, frameLength: length)
    #expect(packet.payload == 54..<57 && packet.payloadLength == 3 && packet.stop == nil)
  }
}
