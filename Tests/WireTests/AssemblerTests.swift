import Frames
import Testing

@testable import Wire

/// Fragments, by an assembler that sees one after the other.
@Suite struct AssemblerTests {
  private let text = (0..<200).map { UInt8($0) }

  private func read(_ packets: [[UInt8]], every step: Int64 = 1_000, captured: Int = .max)
    -> [Packet]
  {
    var assembler = Assembler()
    return packets.enumerated().map { index, bytes in
      assembler.decode(
        Array(bytes.prefix(captured)).span, link: .raw, frameLength: bytes.count, number: index + 1,
        time: Int64(index) * step)
    }
  }

  private var segment: [UInt8] { tcp(4000, 3490, sequence: 1000, flags: 0x19, payload: text) }

  /// What the packets say of the stream: sequence number and length, in their order.
  private func told(_ packets: [Packet]) -> [String] {
    packets.map { packet in
      guard let header = packet.tcp else { return "-" }
      let fin = header.flags.contains(.fin) ? " FIN" : ""
      return "\(header.sequence.rawValue)+\(packet.payloadLength)\(fin)"
    }
  }

  @Test func inOrder() {
    let packets = read(fragments(of: segment, proto: 6, at: [80, 160]))
    #expect(told(packets) == ["1000+60", "1060+80", "1140+60 FIN"])
    #expect(packets[1].fragment == Packet.Fragment(offset: 80, first: 1))
    #expect(packets[2].fragment?.others == [1, 2] && packets[2].fragment?.first == 1)
    #expect(packets[2].checksum == .valid && packets[0].checksum == .unknown)
    #expect(packets.allSatisfy { $0.payload.count == $0.payloadLength && $0.stop == nil })
  }

  @Test func outOfOrder() {
    let pieces = fragments(of: segment, proto: 6, at: [80, 160])
    let backwards = read(pieces.reversed())
    #expect(told(backwards) == ["-", "-", "1000+200 FIN"])
    #expect(backwards[2].fragment?.others == [1, 2])
    #expect(told(read([pieces[1], pieces[0], pieces[2]])) == ["-", "1000+140", "1140+60 FIN"])
    #expect(told(read([pieces[0], pieces[2], pieces[1]])) == ["1000+60", "-", "1060+140 FIN"])
  }

  @Test func twiceAndMissing() {
    let pieces = fragments(of: segment, proto: 6, at: [80, 160])
    let twice = read([pieces[0], pieces[0], pieces[1], pieces[1], pieces[2]])
    #expect(told(twice) == ["1000+60", "-", "1060+80", "-", "1140+60 FIN"])
    #expect(twice[1].fragment?.isRepeated == true && twice[4].fragment?.others == [1, 3])
    #expect(told(read([pieces[0], pieces[2]])) == ["1000+60", "-"])
    // Half an hour later another packet may have the same number.
    #expect(told(read([pieces[0], pieces[1]], every: 1_800_000_000_000)) == ["1000+60", "-"])
  }

  @Test func overlapping() {
    let pieces = fragments(of: segment, proto: 6, at: [80, 160])
    let longer = fragments(of: segment, proto: 6, at: [80, 200])
    #expect(
      told(read([pieces[0], longer[1], pieces[2]])) == ["1000+60", "1060+120", "1180+20 FIN"])
    // Bytes that contradict each other make no whole.
    var other = pieces[2]
    other[other.count - 50] ^= 0xFF
    let contradictory = read([pieces[0], longer[1], other])
    #expect(told(contradictory) == ["1000+60", "1060+120", "-"])
    #expect(contradictory[2].fragment?.completes == false)
  }

  /// A header of TCP in several fragments, as those have it who hide from filters.
  @Test func headersInPieces() {
    let packets = read(fragments(of: segment, proto: 6, at: [8, 16, 24]))
    #expect(told(packets) == ["-", "-", "1000+4", "1004+196 FIN"])
    #expect(told(read(fragments(of: segment, proto: 6, at: [16]))) == ["-", "1000+200 FIN"])
  }

  @Test func aSynTakesANumber() {
    let open = tcp(4000, 3490, sequence: 1000, flags: 0x02, payload: text)
    let packets = read(fragments(of: open, proto: 6, at: [80]))
    #expect(told(packets) == ["1000+60", "1061+140"])
    #expect(packets[0].tcp?.flags == .syn && packets[1].tcp?.flags.contains(.syn) == false)
  }

  @Test func datagrams() {
    let pieces = fragments(of: udp(4000, 3490, payload: text), proto: 17, at: [80, 160])
    let packets = read(pieces)
    #expect(packets.map { $0.udp?.length } == [208, nil, nil])
    #expect(packets[2].fragment?.others == [1, 2])
    let backwards = read(pieces.reversed())
    #expect(backwards.map { $0.udp?.length } == [nil, nil, 208])
    #expect(backwards[2].checksum == .valid && backwards[2].fragment?.completes == true)
    // Sent twice while it is not whole, it is one.
    #expect(read([pieces[0], pieces[0]]).compactMap(\.udp).count == 1)
  }

  /// Where the first fragment does not reach to the header in the tunnel, the whole tells it.
  @Test func tunnels() {
    let inside = ethernet(ipv4(6, segment))
    for cut in [8, 16, 24, 40, 64] {
      let packets = read(fragments(of: vxlan(7, inside), proto: 17, at: [cut]))
      #expect(packets.compactMap(\.tcp).count == 1, "\(cut)")
      let one = packets.first { $0.tcp != nil }
      #expect(one?.tunnels.words == "VXLAN 7" && one?.payloadLength == 200, "\(cut)")
      #expect(one?.stop == nil, "\(cut)")
    }
    let second = read(fragments(of: gre(ipv4(17, udp(1, 2, payload: text))), proto: 47, at: [24]))
    #expect(second.compactMap(\.udp).map(\.destination) == [2])
  }

  @Test func versionSix() {
    let body = Array(ipv6(6, segment)[40...])
    func piece(_ range: Range<Int>) -> [UInt8] {
      ipv6(
        6, Array(body[range]),
        extensions: [
          .fragment(offset: range.lowerBound, more: range.upperBound < body.count)
        ],
        checksum: .kept)
    }
    let packets = read([piece(0..<80), piece(80..<body.count)])
    #expect(told(packets) == ["1000+60", "1060+140 FIN"])
    #expect(packets[1].checksum == .valid)
  }

  /// A capture that keeps the beginning of each packet.
  @Test func cutPackets() {
    let pieces = fragments(of: segment, proto: 6, at: [80, 160])
    let packets = read(pieces, captured: 84)
    #expect(told(packets) == ["1000+60", "1060+80", "1140+60 FIN"])
    #expect(packets[2].checksum == .unknown)
    // Without its header no fragment tells of the stream.
    for captured in 0..<80 {
      let cut = read(pieces, captured: captured)
      for packet in cut {
        #expect(packet.tcp == nil || packet.tcp?.sequence == SequenceNumber(1000))
      }
    }
  }

  /// Fragments of many packets of which none becomes whole, and of one in the smallest pieces.
  @Test func hostileCounts() {
    var assembler = Assembler()
    func take(_ bytes: [UInt8], _ number: Int) -> Packet {
      assembler.decode(
        bytes.span, link: .raw, frameLength: bytes.count, number: number, time: Int64(number))
    }
    for number in 0..<(Assembler.mostOpen + 200) {
      let from = bytes(UInt32(0x0A00_0000 + number / 65_536))
      let last = ipv4(
        6, [1, 2, 3, 4, 5, 6, 7, 8], from: from, identification: UInt16(truncatingIfNeeded: number),
        fragment: 0x1FFE, checksum: .kept)
      _ = take(last, number)
    }
    #expect(assembler.openCount <= Assembler.mostOpen && assembler.heldBytes <= Assembler.mostBytes)
    let whole = tcp(
      4000, 3490, sequence: 1, flags: 0x10, payload: [UInt8](repeating: 7, count: 20_000))
    let pieces = fragments(of: whole, proto: 6, at: Array(stride(from: 8, to: 20_020, by: 8)))
    var delivered = 0
    for (index, piece) in pieces.enumerated() where index.isMultiple(of: 2) {
      _ = take(piece, index)
    }
    for (index, piece) in pieces.enumerated() where !index.isMultiple(of: 2) {
      let packet = take(piece, 100_000 + index)
      if packet.tcp != nil { delivered += packet.payloadLength }
    }
    #expect(delivered == 20_000)
  }

  /// Any fragments at all, in any order: no trap, and no byte told twice.
  @Test func fragmentsByChance() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var numbers = SeededNumbers(seed: seed)
    for round in 0..<300 {
      var assembler = Assembler()
      var told = 0
      for number in 0..<20 {
        let count = Int.random(in: 0...64, using: &numbers)
        let offset = UInt16.random(in: 0...12, using: &numbers)
        let more: UInt16 = Bool.random(using: &numbers) ? 0x2000 : 0
        let start = Int(offset) * 8
        let data = Array(segment.dropFirst(start).prefix(count))
        let bytes = ipv4(6, data, fragment: offset | more, checksum: .kept)
        let kept = Int.random(in: 0...bytes.count, using: &numbers)
        let packet = assembler.decode(
          Array(bytes.prefix(kept)).span, link: .raw, frameLength: bytes.count, number: number,
          time: Int64(number))
        #expect(packet.payload.upperBound <= kept, "seed \(seed), round \(round)")
        #expect(packet.payloadLength >= packet.payload.count, "seed \(seed), round \(round)")
        if packet.tcp != nil, packet.stop == nil, packet.fragment != nil {
          told += packet.payloadLength
        }
      }
      #expect(told <= 20 * segment.count, "seed \(seed), round \(round)")
    }
  }
}
