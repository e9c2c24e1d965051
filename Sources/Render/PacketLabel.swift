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
    if case .tcp(let header) = row.packet.packet.transport { return segment(header, room: room) }
    let choices = choices
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
    let way: SegmentParts.Way =
      isNews(header)
      ? ways(header)[0] : [.flags, .sequence, .acknowledgement, .length, .window, .options]
    SegmentParts(row, header, sequence).add(way, to: &line)
  }

  /// Adds the options that are told, each behind a space.
  static func add(_ options: TCPOptions, to line: inout [UInt8]) {
    if let size = options.maximumSegmentSize {
      line.add(" mss=")
      DecimalText.add(Int(size), to: &line)
    }
    if let scale = options.windowScale {
      line.add(" scale=")
      DecimalText.add(Int(scale), to: &line)
    }
    if options.sackPermitted { line.add(" sack") }
    if options.hasBlocks {
      line.add(" sack=")
      DecimalText.add(options.sackBlocks.count, to: &line)
    }
  }

  /// Whether the window of a segment is its news: it is closed, or opens again.
  private func isNews(_ header: TCP) -> Bool {
    row.window == 0 && !header.flags.contains(.rst) || row.cause.reason == .windowUpdate
  }

  /// Labels of what is no segment, the longest first.
  private var choices: [String] {
    let packet = row.packet.packet
    switch packet.transport {
    case .tcp: return []
    case .udp: return ["UDP len=\(packet.payloadLength)"]
    case .icmp(let message): return icmp(message)
    case .other(let number):
      return [ProtocolName.transport(number) ?? "IP protocol \(number)"]
    case nil: return other(packet)
    }
  }

  private func segment(_ header: TCP, room: Int) -> String {
    let parts = SegmentParts(row, header, sequence)
    for way in ways(header) where parts.count(of: way) <= room { return parts.text(of: way) }
    if sequence == .both, !isNews(header) {
      return PacketLabel(row: row, sequence: .relative, isDetailed: false).text(room: room)
    }
    return Fitting.cut(parts.text(of: .flags), to: room, ellipsis: "")
  }

  /// What a label may tell of a segment, the most first.
  private func ways(_ header: TCP) -> [SegmentParts.Way] {
    let hasLength = row.packet.packet.payloadLength > 0
    let isControl = !header.flags.isDisjoint(with: [.syn, .fin])
    let hasSequence = isControl || hasLength || header.flags.contains(.rst)
    let base: SegmentParts.Way = hasSequence ? [.flags, .sequence] : .flags
    let usual: SegmentParts.Way = !hasLength || isControl ? base.union(.acknowledgement) : base
    if isNews(header) {
      return [
        usual.union([.length, .window]), [.flags, .length, .window], [.flags, .window], .flags,
      ]
    }
    var ways: [SegmentParts.Way] = []
    if isDetailed {
      ways.append([.flags, .sequence, .acknowledgement, .length, .window, .options])
      if header.flags.contains(.syn) {
        ways.append([.flags, .sequence, .acknowledgement, .options])
      }
      ways.append(base.union([.acknowledgement, .length, .window]))
      ways.append(usual.union([.length, .window]))
    }
    ways.append(usual.union(.length))
    if sequence == .both { return ways }
    ways.append(base.union(.length))
    if hasLength { ways += [[.letters, .sequence, .length], [.flags, .length]] }
    return ways + [.flags]
  }

  /// The options that are told: `mss=65495 scale=7 sack`; nil where there are none.
  static func options(_ header: TCP) -> String? {
    var line: [UInt8] = []
    add(header.options, to: &line)
    return line.isEmpty ? nil : String(decoding: line.dropFirst(), as: UTF8.self)
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
