import Text
import Timeline
import Wire

/// The label of an arrow: flags, numbers, length; as much as there is room for.
struct PacketLabel {
  let row: PacketRow
  let sequence: LadderStyle.SequenceNumbers
  /// Whether window and options are shown where there is room.
  let isDetailed: Bool

  /// The longest label that fits.
  func text(room: Int) -> String {
    for choice in choices where choice.utf8.count <= room { return choice }
    return Fitting.cut(choices.last ?? "", to: room, ellipsis: "")
  }

  /// Adds the label that tells the most.
  func add(to line: inout [UInt8]) {
    let packet = row.packet.packet
    switch packet.transport {
    case .tcp(let header) where isDetailed: add(header, to: &line)
    case .udp:
      line.add("UDP len=")
      DecimalText.add(packet.payloadLength, to: &line)
    default: line.add(text(room: PacketLabel.longest))
    }
  }

  /// Bytes of a label at most, where there is room for everything.
  private static let longest = 400

  private func add(_ header: TCP, to line: inout [UInt8]) {
    let flags = header.flags.words
    line.add((flags.isEmpty ? "no flags" : flags))
    let length = row.packet.packet.payloadLength
    let isControl = !header.flags.isDisjoint(with: [.syn, .fin])
    let hasSequence =
      !isNews(header) || isControl || length > 0 || header.flags.contains(.rst)
    if hasSequence {
      line.add(" seq=")
      add(raw: header.sequence, relative: row.relativeSequence, to: &line)
    }
    if header.flags.contains(.ack), !isNews(header) || length == 0 || isControl {
      line.add(" ack=")
      add(raw: header.acknowledgement, relative: row.relativeAcknowledgement, to: &line)
    }
    if length > 0 {
      line.add(" len=")
      DecimalText.add(length, to: &line)
    }
    line.add(" win=")
    DecimalText.add(row.window ?? Int(header.window), to: &line)
    guard !isNews(header), let options = PacketLabel.options(header) else { return }
    line.append(UInt8(ascii: " "))
    line.add(options)
  }

  private func add(raw: SequenceNumber, relative: Int64?, to line: inout [UInt8]) {
    guard let relative, sequence != .raw else {
      return DecimalText.add(Int(raw.rawValue), to: &line)
    }
    DecimalText.add(Int(relative), to: &line)
    guard sequence == .both else { return }
    line.append(UInt8(ascii: "("))
    DecimalText.add(Int(raw.rawValue), to: &line)
    line.append(UInt8(ascii: ")"))
  }

  /// Whether the window of a segment is its news: it is closed, or opens again.
  private func isNews(_ header: TCP) -> Bool {
    row.window == 0 && !header.flags.contains(.rst) || row.cause.reason == .windowUpdate
  }

  /// Labels, the longest first.
  private var choices: [String] {
    let packet = row.packet.packet
    switch packet.transport {
    case .tcp(let header): return segment(header)
    case .udp: return ["UDP len=\(packet.payloadLength)"]
    case .icmp(let message): return icmp(message)
    case .other(let number):
      return [ProtocolName.transport(number) ?? "IP protocol \(number)"]
    case nil: return other(packet)
    }
  }

  private func segment(_ header: TCP) -> [String] {
    let flags = header.flags.words.isEmpty ? "no flags" : header.flags.words
    let length = row.packet.packet.payloadLength
    let isControl = !header.flags.isDisjoint(with: [.syn, .fin])
    let seq = "seq=" + sequenceText(header)
    let ack = header.flags.contains(.ack) ? "ack=" + acknowledgementText(header) : nil
    let len = length > 0 ? "len=\(length)" : nil
    let window = "win=\(row.window ?? Int(header.window))"
    let hasSeq = isControl || length > 0 || header.flags.contains(.rst)
    let showsAck = length == 0 || isControl
    if isNews(header) {
      return [
        line(flags, hasSeq ? seq : nil, showsAck ? ack : nil, len, window),
        line(flags, len, window), line(flags, window), flags,
      ]
    }
    let usual = line(flags, hasSeq ? seq : nil, showsAck ? ack : nil, len)
    var all: [String] = []
    if isDetailed {
      all.append(line(flags, seq, ack, len, window, PacketLabel.options(header)))
      if header.flags.contains(.syn) {
        all.append(line(flags, seq, ack, PacketLabel.options(header)))
      }
      all.append(line(flags, hasSeq ? seq : nil, ack, len, window))
      all.append(line(flags, hasSeq ? seq : nil, showsAck ? ack : nil, len, window))
    }
    all.append(usual)
    if sequence == .both {
      return all + PacketLabel(row: row, sequence: .relative, isDetailed: false).segment(header)
    }
    all.append(line(flags, hasSeq ? seq : nil, len))
    if length > 0 {
      all.append(line(header.flags.tcpdumpText, seq, len))
      all.append(line(flags, len))
    }
    all.append(flags)
    return all
  }

  private func sequenceText(_ header: TCP) -> String {
    number(raw: header.sequence, relative: row.relativeSequence)
  }

  private func acknowledgementText(_ header: TCP) -> String {
    number(raw: header.acknowledgement, relative: row.relativeAcknowledgement)
  }

  private func number(raw: SequenceNumber, relative: Int64?) -> String {
    guard let relative, sequence != .raw else { return "\(raw.rawValue)" }
    return sequence == .both ? "\(relative)(\(raw.rawValue))" : "\(relative)"
  }

  /// The options that are told: `mss=65495 scale=7 sack`; nil where there are none.
  static func options(_ header: TCP) -> String? {
    let options = header.options
    var words: [String] = []
    if let size = options.maximumSegmentSize { words.append("mss=\(size)") }
    if let scale = options.windowScale { words.append("scale=\(scale)") }
    if options.sackPermitted { words.append("sack") }
    if !options.sackBlocks.isEmpty { words.append("sack=\(options.sackBlocks.count)") }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  private func icmp(_ message: ICMP) -> [String] {
    let name = message.isVersion6 ? "ICMPv6" : "ICMP"
    if message.isPortUnreachable { return ["\(name) port unreachable", "\(name) unreachable"] }
    return ["\(name) type=\(message.type) code=\(message.code)", "\(name) \(message.type)"]
  }

  private func other(_ packet: Packet) -> [String] {
    switch packet.network {
    case .ipv4(let header) where header.fragmentOffset > 0:
      return ["fragment at \(header.fragmentOffset)", "fragment"]
    case _ where packet.fragment != nil:
      return ["fragment at \(packet.fragment?.offset ?? 0)", "fragment"]
    case .ipv6(let header) where (header.fragmentOffset ?? 0) > 0:
      return ["fragment at \(header.fragmentOffset ?? 0)", "fragment"]
    case .other(let type):
      if let name = ProtocolName.etherType(type) { return [name] }
      return ["EtherType 0x" + String(type, radix: 16), "other"]
    case .named(let name): return [name]
    default: break
    }
    guard let stop = packet.stop else { return ["\(row.packet.frameLength) bytes"] }
    return ["\(stop.layer.rawValue) header cut or wrong", "unreadable"]
  }
}

/// The words that are there, a space between.
private func line(_ words: String?...) -> String {
  words.compactMap { $0 }.joined(separator: " ")
}
