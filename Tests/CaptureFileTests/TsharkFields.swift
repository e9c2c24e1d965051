import CaptureFile
import Wire

/// The fields in which our decoding is compared with tshark's.
enum TsharkFields {
  static let all = frame + ipv4 + ipv6 + tcp + tcpOptions + udp + icmp

  /// Whether a field is of a header that is cut: tshark shows the fields that are there, we none.
  static func isCut(_ name: String, _ packet: Packet) -> Bool {
    if let message = packet.icmp, message.isError, message.quoted == nil {
      return name.hasPrefix("ip.") || name.hasPrefix("ipv6.")
    }
    guard let stop = packet.stop, case .tooShort = stop.reason else { return false }
    switch stop.layer {
    case .ipv4: return name.hasPrefix("ip.")
    case .icmp: return name.hasPrefix("icmp")
    case let layer: return name.hasPrefix(layer.rawValue + ".")
    }
  }

  private static let frame: [TsharkField] = [
    TsharkField(name: "frame.time_epoch") { record, _ in
      guard record.hasTime else { return [] }
      let fraction = String(record.time % 1_000_000_000)
      return [
        "\(record.time / 1_000_000_000)."
          + String(repeating: "0", count: 9 - fraction.count) + fraction
      ]
    },
    TsharkField(name: "frame.len") { record, _ in ["\(record.frameLength)"] },
    TsharkField(name: "frame.cap_len") { record, _ in ["\(record.bytes.count)"] },
    // tshark calls the outer tag of a provider otherwise.
    TsharkField(name: "vlan.id") { record, packet in
      let isProviders = Array(record.bytes.dropFirst(12).prefix(2)) == [0x88, 0xA8]
      return packet.vlans.dropFirst(isProviders ? 1 : 0).map { "\($0)" }
    },
    TsharkField(name: "ieee8021ad.id") { record, packet in
      let isProviders = Array(record.bytes.dropFirst(12).prefix(2)) == [0x88, 0xA8]
      return packet.vlans.prefix(isProviders ? 1 : 0).map { "\($0)" }
    },
  ]

  /// A field of the IPv4 header; not compared where a quoted header has one too.
  private static func ipv4(_ name: String, _ value: @escaping @Sendable (IPv4) -> String)
    -> TsharkField
  {
    TsharkField(name: name) { _, packet in
      if packet.icmp?.quoted != nil { return nil }
      return networks(packet).compactMap {
        if case .ipv4(let header) = $0 { value(header) } else { nil }
      }
    }
  }

  /// The protocol of the IPv4 packet that an error quotes.
  private static func quotedProtocol(_ packet: Packet) -> [String] {
    guard let message = packet.icmp, !message.isVersion6, let quoted = message.quoted else {
      return []
    }
    return ["\(quoted.proto)"]
  }

  /// Whether the packet is the first of several fragments.
  private static func isFragment(_ packet: Packet) -> Bool {
    switch packet.network {
    case .ipv4(let header): header.moreFragments || header.fragmentOffset > 0
    case .ipv6(let header): header.moreFragments || (header.fragmentOffset ?? 0) > 0
    default: false
    }
  }

  /// The headers of all networks, the outermost first.
  private static func networks(_ packet: Packet) -> [Packet.Network] {
    packet.tunnels.compactMap(\.network) + [packet.network].compactMap { $0 }
  }

  private static let ipv4: [TsharkField] = [
    TsharkField(name: "ip.src") { _, packet in
      addresses(packet, \.source, isVersion6: false)
    },
    TsharkField(name: "ip.dst") { _, packet in
      // Of a source route tshark shows every stop.
      if case .ipv4(let header) = packet.network, !header.options.isEmpty { return nil }
      return addresses(packet, \.destination, isVersion6: false)
    },
    TsharkField(name: "ip.proto") { _, packet in
      networks(packet).compactMap { network in
        if case .ipv4(let header) = network { "\(header.proto)" } else { nil }
      } + quotedProtocol(packet)
    },
    ipv4("ip.ttl") { "\($0.timeToLive)" },
    ipv4("ip.len") { "\($0.totalLength)" },
    ipv4("ip.hdr_len") { "\($0.headerLength)" },
    ipv4("ip.id") { "0x" + hexadecimal(UInt64($0.identification), digits: 4) },
    ipv4("ip.flags.df") { $0.dontFragment ? "1" : "0" },
    ipv4("ip.flags.mf") { $0.moreFragments ? "1" : "0" },
    ipv4("ip.frag_offset") { "\($0.fragmentOffset / 8)" },
    ipv4("ip.dsfield") { "0x" + hexadecimal(UInt64($0.trafficClass), digits: 2) },
    ipv4("ip.checksum.status") { status($0.checksum) },
  ]

  /// A field of the IPv6 header; not compared where a quoted header has one too.
  private static func ipv6(_ name: String, _ value: @escaping @Sendable (IPv6) -> String)
    -> TsharkField
  {
    TsharkField(name: name) { _, packet in
      if packet.icmp?.quoted != nil { return nil }
      return networks(packet).compactMap {
        if case .ipv6(let header) = $0 { value(header) } else { nil }
      }
    }
  }

  private static let ipv6: [TsharkField] = [
    TsharkField(name: "ipv6.src") { _, packet in
      addresses(packet, \.source, isVersion6: true)
    },
    TsharkField(name: "ipv6.dst") { _, packet in
      // Of a routing header tshark shows every stop.
      if case .ipv6(let header) = packet.network, header.extensions.contains(43) { return nil }
      return addresses(packet, \.destination, isVersion6: true)
    },
    ipv6("ipv6.plen") { "\($0.payloadLength)" },
    ipv6("ipv6.nxt") { "\($0.extensions.first ?? $0.proto)" },
    ipv6("ipv6.hlim") { "\($0.hopLimit)" },
    ipv6("ipv6.flow") { "0x" + hexadecimal(UInt64($0.flowLabel), digits: 6) },
    ipv6("ipv6.tclass") { "0x" + hexadecimal(UInt64($0.trafficClass), digits: 8) },
    TsharkField(name: "ipv6.fraghdr.offset") { _, packet in
      guard case .ipv6(let header) = packet.network else { return [] }
      return header.fragmentOffset.map { ["\($0 / 8)"] } ?? []
    },
  ]

  /// A field of the TCP header; where an ICMP error quotes a segment, tshark shows that one's.
  private static func tcp(_ name: String, _ value: @escaping @Sendable (TCP, Packet) -> [String])
    -> TsharkField
  {
    TsharkField(name: name) { _, packet in
      if packet.icmp?.quoted?.proto == 6 { return nil }
      return packet.tcp.map { value($0, packet) } ?? []
    }
  }

  private static let tcp: [TsharkField] = [
    TsharkField(name: "tcp.srcport") { _, packet in
      ports(packet.tcp?.source, packet, \.source, proto: 6)
    },
    TsharkField(name: "tcp.dstport") { _, packet in
      ports(packet.tcp?.destination, packet, \.destination, proto: 6)
    },
    tcp("tcp.seq_raw") { header, _ in ["\(header.sequence.rawValue)"] },
    tcp("tcp.ack_raw") { header, _ in ["\(header.acknowledgement.rawValue)"] },
    tcp("tcp.hdr_len") { header, _ in ["\(header.headerLength)"] },
    tcp("tcp.flags") { header, _ in ["0x" + hexadecimal(UInt64(header.flags.rawValue), digits: 4)]
    },
    tcp("tcp.window_size_value") { header, _ in ["\(header.window)"] },
    tcp("tcp.urgent_pointer") { header, _ in ["\(header.urgentPointer)"] },
    // Of a segment in fragments tshark tells no length.
    tcp("tcp.len") { _, packet in isFragment(packet) ? [] : ["\(packet.payloadLength)"] },
    tcp("tcp.checksum") { header, _ in ["0x" + hexadecimal(UInt64(header.checksum), digits: 4)] },
    TsharkField(name: "tcp.checksum.status") { record, packet in
      // tshark judges no sum of a packet that ends in its options.
      if packet.stop != nil || packet.icmp != nil { return nil }
      return packet.tcp.map { _ in [status(packet.checksum, of: record)] } ?? []
    },
  ]

  private static let tcpOptions: [TsharkField] = [
    tcp("tcp.options.mss_val") { header, _ in
      header.options.maximumSegmentSize.map { ["\($0)"] } ?? []
    },
    tcp("tcp.options.wscale.shift") { header, _ in
      header.options.windowScale.map { ["\($0)"] } ?? []
    },
    tcp("tcp.options.timestamp.tsval") { header, _ in
      header.options.timestamp.map { ["\($0.value)"] } ?? []
    },
    tcp("tcp.options.timestamp.tsecr") { header, _ in
      header.options.timestamp.map { ["\($0.echo)"] } ?? []
    },
    tcp("tcp.options.sack_le") { header, _ in
      header.options.sackBlocks.map { "\($0.left.rawValue)" }
    },
    tcp("tcp.options.sack_re") { header, _ in
      header.options.sackBlocks.map { "\($0.right.rawValue)" }
    },
    tcp("tcp.options.tfo.cookie") { header, _ in
      let cookie = header.options.fastOpenCookie ?? []
      return cookie.isEmpty ? [] : [cookie.map { hexadecimal(UInt64($0), digits: 2) }.joined()]
    },
    tcp("tcp.options.tfo.request") { header, _ in
      header.options.fastOpenCookie == [] ? ["1"] : []
    },
  ]

  private static let udp: [TsharkField] = [
    TsharkField(name: "udp.srcport") { _, packet in
      packet.tunnels.compactMap(\.udp).map { "\($0.source)" }
        + ports(packet.udp?.source, packet, \.source, proto: 17)
    },
    TsharkField(name: "udp.dstport") { _, packet in
      packet.tunnels.compactMap(\.udp).map { "\($0.destination)" }
        + ports(packet.udp?.destination, packet, \.destination, proto: 17)
    },
    TsharkField(name: "udp.length") { _, packet in
      (packet.tunnels.map { $0.udp?.length } + [
        packet.udp?.length, packet.icmp?.quoted?.datagramLength,
      ])
      .compactMap { $0.map { "\($0)" } }
    },
    TsharkField(name: "udp.checksum.status") { record, packet in
      if packet.stop != nil || packet.icmp != nil { return nil }
      let outer = packet.tunnels.indices.compactMap { packet.datagram(around: $0)?.checksum }
      return outer.map { status($0, of: record) }
        + (packet.udp.map { _ in [status(packet.checksum, of: record)] } ?? [])
    },
  ]

  private static let icmp = icmp("icmp", isVersion6: false) + icmp("icmpv6", isVersion6: true)

  private static func icmp(_ name: String, isVersion6: Bool) -> [TsharkField] {
    let message = { @Sendable (packet: Packet) -> ICMP? in
      packet.icmp.flatMap { $0.isVersion6 == isVersion6 ? $0 : nil }
    }
    return [
      TsharkField(name: name + ".type") { _, packet in message(packet).map { ["\($0.type)"] } ?? []
      },
      TsharkField(name: name + ".code") { _, packet in message(packet).map { ["\($0.code)"] } ?? []
      },
      TsharkField(name: name + ".checksum.status") { record, packet in
        message(packet).map { _ in [status(packet.checksum, of: record)] } ?? []
      },
    ]
  }

  /// The addresses of a packet, and of the one it quotes.
  private static func addresses(
    _ packet: Packet, _ end: KeyPath<QuotedPacket, Endpoint>, isVersion6: Bool
  ) -> [String] {
    let own = networks(packet).map { network -> IPAddress? in
      switch network {
      case .ipv4(let header): end == \.source ? header.source : header.destination
      case .ipv6(let header): end == \.source ? header.source : header.destination
      default: nil
      }
    }
    return (own + [packet.icmp?.quoted?[keyPath: end].address]).compactMap { address in
      guard let address else { return nil }
      let isThis = if case .v6 = address { isVersion6 } else { !isVersion6 }
      return isThis ? address.description : nil
    }
  }

  /// The port of a packet, and of the one it quotes.
  private static func ports(
    _ own: UInt16?, _ packet: Packet, _ end: KeyPath<QuotedPacket, Endpoint>, proto: UInt8
  ) -> [String] {
    let quoted = packet.icmp?.quoted
    let other = quoted?.proto == proto ? quoted?[keyPath: end].port : nil
    return [own, other].compactMap { $0.map { "\($0)" } }
  }

  /// A verdict as tshark numbers it; a partial sum is a bad one for it.
  private static func status(_ verdict: ChecksumVerdict, of record: CaptureRecord? = nil) -> String
  {
    switch verdict {
    // Of a packet that was cut, only the pseudo-header's sum can be judged; tshark does not.
    case .partial: (record.map { $0.bytes.count < $0.frameLength } ?? false) ? "2" : "0"
    case .bad: "0"
    case .valid: "1"
    case .unknown: "2"
    case .absent: "3"
    }
  }

  private static func hexadecimal(_ value: UInt64, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
