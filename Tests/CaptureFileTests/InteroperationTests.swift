import CaptureFile
import Frames
import Process
import Testing
import Wire

/// Packets of many kinds with times to the nanosecond, as records of one link.
private func exchange(_ link: LinkType, _ wrap: ([UInt8]) -> [UInt8]) -> [CaptureRecord] {
  let syn: [UInt8] = [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 0, 1, 3, 3, 7]
  let blocks: [[UInt8]] = (UInt32(1)...4).map { bytes($0 * 0x1000_0001) }
  let sack: [UInt8] = [1, 1, 5, 18] + blocks.joined()
  let hello = Array("Hello, server".utf8)
  let quoted = ipv4(17, udp(40000, 9, payload: hello))
  let packets: [[UInt8]] = [
    ipv4(6, tcp(40000, 3490, sequence: 0xFFFF_FFFF, flags: 2, options: syn)),
    ipv4(6, tcp(3490, 40000, sequence: 5, acknowledgement: 0, flags: 0x12, options: syn)),
    ipv4(6, tcp(40000, 3490, sequence: 0, acknowledgement: 6, flags: 0x18, payload: hello)),
    ipv6(6, tcp(40000, 3490, acknowledgement: 6, flags: 0x10, window: 9, options: sack)),
    ipv4(6, tcp(40000, 3490, sequence: 13, acknowledgement: 6, flags: 0x11)),
    ipv4(6, tcp(3490, 40000, flags: 0x14), from: [192, 168, 0, 1]),
    ipv6(6, tcp(40000, 3490, flags: 0xC2, options: [34, 6, 1, 2, 3, 4])),
    ipv4(17, udp(40000, 9, payload: hello)), ipv6(17, udp(40000, 9)),
    ipv4(1, icmp(3, 3, data: quoted)), ipv6(58, icmp(128, 0, rest: 0x0007_0001, data: hello)),
    ipv4(6, tcp(40000, 3490, flags: 0x18, payload: [UInt8](repeating: 7, count: 1_400))),
  ]
  return packets.enumerated().map { index, packet in
    let frame = wrap(packet)
    return CaptureRecord(
      time: 1_700_000_000_000_000_001 + Int64(index) * 1_000_000_007, frameLength: frame.count,
      link: link, snaplen: 65_535, bytes: frame)
  }
}

/// The file of some records, as `PcapWriter` makes it.
private func file(_ records: [CaptureRecord], snaplen: Int = 65_535) -> [UInt8] {
  let writer = PcapWriter(link: records.first?.link ?? .raw, snaplen: snaplen)
  return records.reduce(into: writer.header()) {
    $0 += writer.record(timeNanoseconds: $1.time, frameLength: $1.frameLength, bytes: $1.bytes)
  }
}

@Suite(.serialized) struct InteroperationTests {
  private let folder: TemporaryFolder
  private let records = exchange(.ethernet) { ethernet($0) }

  init() throws { folder = try TemporaryFolder() }

  @Test func tsharkReadsWhatIsWritten() throws {
    let families: (([UInt8]) -> UInt32, LinkType) = ({ $0[0] >> 4 == 4 ? 2 : 30 }, .null)
    let links: [(LinkType, ([UInt8]) -> [UInt8])] = [
      (.ethernet, { ethernet($0) }), (.raw, { $0 }), (.linuxSLL, { linuxSLL($0) }),
      (.linuxSLL2, { linuxSLL2($0) }),
      (.null, { bsdLoopback($0, family: families.0($0), isBigEndian: false) }),
    ]
    for (link, wrap) in links {
      let records = exchange(link, wrap)
      let path = try folder.write(file(records), to: "\(link.name).pcap")
      let reading = Reading(try contents(of: path))
      #expect(reading.records == records && reading.error == nil)
      let differences = try Tshark.differences(path, reading)
      #expect(differences.isEmpty, "\(link.name): \(differences.joined(separator: "\n"))")
    }
  }

  /// tcpdump's line for a segment, of our decoding.
  private func tcpdumpLine(_ record: CaptureRecord, _ packet: Packet, _ tcp: TCP) -> String {
    let name = if case .ipv6 = packet.network { "IP6" } else { "IP" }
    let fraction = String(String(1_000_000_000 + record.time % 1_000_000_000).dropFirst())
    var flags = tcp.flags.tcpdumpText.replacing("C", with: "W")
    if flags.contains("F"), flags.contains("S") { flags = "F" + flags.replacing("F", with: "") }
    var line = "\(record.time / 1_000_000_000).\(fraction) \(name) "
    line += "\(packet.sourceAddress.map(\.description) ?? "").\(tcp.source) > "
    line += "\(packet.destinationAddress.map(\.description) ?? "").\(tcp.destination): "
    line += "Flags [\(flags)]"
    let first = tcp.sequence.rawValue
    if packet.payloadLength > 0 {
      line += ", seq \(first):\((tcp.sequence + packet.payloadLength).rawValue)"
    } else if !tcp.flags.isDisjoint(with: [.syn, .fin, .rst]) {
      line += ", seq \(first)"
    }
    if tcp.flags.contains(.ack) { line += ", ack \(tcp.acknowledgement.rawValue)" }
    line += ", win \(tcp.window)"
    let options = tcpdumpOptions(tcp.options)
    if !options.isEmpty { line += ", options [" + options.joined(separator: ",") + "]" }
    return line + ", length \(packet.payloadLength)"
  }

  /// The options as tcpdump writes them, in the order of the exchange's lists, without padding.
  private func tcpdumpOptions(_ options: TCPOptions) -> [String] {
    var words: [String] = []
    if let size = options.maximumSegmentSize { words.append("mss \(size)") }
    if options.sackPermitted { words.append("sackOK") }
    if let timestamp = options.timestamp {
      words.append("TS val \(timestamp.value) ecr \(timestamp.echo)")
    }
    if let scale = options.windowScale { words.append("wscale \(scale)") }
    if !options.sackBlocks.isEmpty {
      let blocks = options.sackBlocks.map { "{\($0.left.rawValue):\($0.right.rawValue)}" }
      words.append("sack \(blocks.count) " + blocks.joined())
    }
    if let cookie = options.fastOpenCookie {
      let digits = cookie.map { String(String(Int($0) + 256, radix: 16).dropFirst()) }.joined()
      words.append("tfo  cookie " + digits)
    }
    return words
  }

  @Test func tcpdumpPrintsTheSame() throws {
    let path = try folder.write(file(records), to: "exchange.pcap")
    let command = ["tcpdump", "-nn", "-S", "-tt", "--time-stamp-precision=nano", "-r", path]
    let outcome = try runText(command)
    try #require(outcome.status == 0, "\(outcome)")
    let lines = outcome.text.split(separator: "\n")
    try #require(lines.count == records.count)
    var compared = 0
    for (line, record) in zip(lines, records) {
      let packet = Packet.decode(
        record.bytes.span, link: record.link, frameLength: record.frameLength)
      guard let tcp = packet.tcp else { continue }
      // What pads the options, tcpdump shows and we do not keep.
      let theirs = String(line).replacing("nop,", with: "").replacing(",eol", with: "")
      #expect(theirs == tcpdumpLine(record, packet, tcp))
      compared += 1
    }
    #expect(compared == 8)
  }

  /// A file of each format that editcap makes reads like the original.
  @Test(arguments: [
    ("pcapng", 1), ("pcap", 1_000), ("nsecpcap", 1), ("modpcap", 1_000),
  ])
  func editcapsFormats(format: String, unit: Int64) throws {
    let path = try folder.write(file(records), to: "exchange.pcap")
    let other = folder.path + "/other"
    let outcome = try runText(["editcap", "-F", format, path, other])
    try #require(outcome.status == 0, "\(outcome)")
    let reading = Reading(try contents(of: other))
    #expect(reading.error == nil)
    #expect(reading.records.map(\.time) == records.map { $0.time / unit * unit })
    #expect(reading.records.map(\.bytes) == records.map(\.bytes))
    #expect(reading.records.map(\.frameLength) == records.map(\.frameLength))
    #expect(reading.records.map(\.link) == records.map(\.link))
    let differences = try Tshark.differences(other, reading)
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
  }

  /// Packets that editcap cut keep their lengths, and tshark sees in them what we see.
  @Test(arguments: [20, 34, 40, 54, 60, 66, 96, 200])
  func editcapsCuts(snaplen: Int) throws {
    let path = try folder.write(file(records), to: "exchange.pcap")
    for format in ["nsecpcap", "pcapng"] {
      let other = folder.path + "/cut"
      let outcome = try runText(["editcap", "-F", format, "-s", "\(snaplen)", path, other])
      try #require(outcome.status == 0, "\(outcome)")
      let reading = Reading(try contents(of: other))
      #expect(reading.error == nil)
      #expect(reading.records.map(\.bytes) == records.map { Array($0.bytes.prefix(snaplen)) })
      #expect(reading.records.map(\.frameLength) == records.map(\.frameLength))
      let differences = try Tshark.differences(other, reading)
      #expect(differences.isEmpty, "\(format): \(differences.joined(separator: "\n"))")
    }
  }

  @Test func commentsOfEditcapAreRead() throws {
    let path = try folder.write(file(records), to: "exchange.pcap")
    let other = folder.path + "/comments"
    let outcome = try runText([
      "editcap", "-F", "pcapng", "-a", "2:의견", "--capture-comment", "the whole", path, other,
    ])
    try #require(outcome.status == 0, "\(outcome)")
    let reading = Reading(try contents(of: other))
    #expect(reading.comments == ["the whole"])
    #expect(reading.records.map(\.comments).prefix(3) == [[], ["의견"], []])
  }

  @Test func capinfosCountsTheSame() throws {
    let path = try folder.write(file(records, snaplen: 96), to: "exchange.pcap")
    let outcome = try runText(["capinfos", "-T", "-M", "-c", "-d", "-l", "-r", path])
    try #require(outcome.status == 0, "\(outcome)")
    let cells = outcome.text.split { $0 == "\t" || $0 == "\n" }.map(String.init)
    #expect(cells.contains("\(records.count)"), "\(cells)")
    #expect(cells.contains("\(records.reduce(0) { $0 + $1.frameLength })"), "\(cells)")
  }
}
