import Explain
import Wire

/// What a packet is inside, and what other packets hold the rest of it, in words.
struct PacketPlace {
  let packet: Packet
  let language: Language

  /// The words; none of a packet that is whole and by itself.
  var words: [String] {
    [packet.tunnels.words.map { language.say(.inTunnel, $0) }, fragment].compactMap { $0 }
  }

  /// The same for a place where there may be little room.
  var parts: [Part] {
    words.map { text in
      let inner = packet.tunnels.last?.description
      let isTunnel = fragment != text && packet.tunnels.count > 1
      let brief =
        isTunnel ? inner.map { language.say(.inTunnels, $0, "\(packet.tunnels.count - 1)") } : nil
      return Part([text] + [brief].compactMap { $0 }, .faint, overflows: true)
    }
  }

  private var fragment: String? {
    guard let fragment = packet.fragment else { return nil }
    if fragment.completes {
      return language.say(.wholeWith, PacketPlace.list(fragment.others.sorted()))
    }
    guard let first = fragment.first else { return nil }
    return language.say(fragment.isRepeated ? .fragmentAgain : .fragmentOf, "\(first)")
  }

  /// Numbers in their order, those that follow each other as a range: `3, 5-9`.
  static func list(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, number == last.upperBound + 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    let texts = ranges.map { range in
      switch range.count {
      case 1: "\(range.lowerBound)"
      case 2: "\(range.lowerBound), \(range.upperBound)"
      default: "\(range.lowerBound)-\(range.upperBound)"
      }
    }
    return texts.count <= 8
      ? texts.joined(separator: ", ") : texts.prefix(7).joined(separator: ", ") + ", ..."
  }
}

/// The name of what a packet carries beside TCP, UDP and ICMP.
enum ProtocolWords {
  /// `ARP`, `OSPF`; nil for what has fields of its own.
  static func rest(_ packet: Packet) -> String? {
    switch (packet.transport, packet.network) {
    case (.other(let number)?, _): ProtocolName.transport(number) ?? "IP protocol \(number)"
    case (nil, .other(let type)?):
      ProtocolName.etherType(type) ?? "EtherType 0x" + String(type, radix: 16)
    case (nil, .named(let name)?): name
    default: nil
    }
  }
}
