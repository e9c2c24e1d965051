import Calls
import Explain
import Text
import Timeline
import Wire

/// Writes the calls and packets of one end in the notation of packetdrill (its paper, USENIX ATC
/// 2013, and its repository's examples): `>` is sent by that end, `<` comes to it.
struct PacketdrillPen {
  let side: Side
  private var previous: Instant?
  /// Calls that have not returned: when they began, counted from the line before, and their line.
  private var open: [CallID: (line: Int, gap: Int64, entered: Instant)] = [:]
  private var lines: [String] = []

  init(side: Side) { self.side = side }

  /// The whole script.
  mutating func text(_ rows: [Row], title: String) -> String {
    let name = side == .client ? "client" : "server"
    lines = [
      "// \(title)",
      "// the \(name)'s side; times are seconds since the previous line; calls that wait also have "
        + "that of their return",
    ]
    for row in rows {
      switch row.content {
      case .packet(let packet):
        if let text = text(packet) {
          lines.append("+" + TimeText.seconds(gap(row.time), decimals: 6) + " " + text)
        }
      case .call(let call) where call.side == side: add(call, row.time)
      default: break
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Nanoseconds since the line before.
  private mutating func gap(_ time: Instant) -> Int64 {
    defer { previous = time }
    return max(0, time - (previous ?? time))
  }

  // MARK: calls

  /// A call that waits stands where it began, with its end: `+0.000010...0.010000 accept(...) = 4`.
  private mutating func add(_ row: CallRow, _ time: Instant) {
    let id = row.record.id
    let text = PacketdrillCall(row.record).text
    switch row.part {
    case .exit:
      guard let begun = open.removeValue(forKey: id), let text else { return }
      let start = TimeText.seconds(begun.gap, decimals: 6)
      let end = TimeText.seconds(begun.gap + max(0, time - begun.entered), decimals: 6)
      lines[begun.line] = "+\(start)...\(end) \(text)"
    case .enter, .whole:
      guard let text else {
        let call = CallText(row.record, isC: true, isASCII: true).text(.full, room: 200)
        lines.append("// " + (call ?? row.record.call.rawValue))
        return
      }
      let gap = gap(time)
      if row.part == .enter { open[id] = (lines.count, gap, time) }
      lines.append("+" + TimeText.seconds(gap, decimals: 6) + " " + text)
    }
  }

  // MARK: packets

  private func text(_ row: PacketRow) -> String? {
    let packet = row.packet.packet
    guard let sender = row.sender else { return nil }
    let direction = sender == side ? ">" : "<"
    if packet.udp != nil { return "\(direction) udp (\(packet.payloadLength))" }
    guard let header = packet.tcp else { return nil }
    let first = row.relativeSequence ?? Int64(header.sequence.rawValue)
    let length = packet.payloadLength
    var text = "\(direction) \(flags(header.flags)) \(first):\(first + Int64(length))(\(length))"
    if header.flags.contains(.ack) {
      let next = row.relativeAcknowledgement ?? Int64(header.acknowledgement.rawValue)
      text += " ack \(next)"
    }
    text += " win \(header.window)"
    let options = options(header.options)
    if !options.isEmpty { text += " <" + options.joined(separator: ",") + ">" }
    return text
  }

  private func flags(_ flags: TCPFlags) -> String {
    let letters = flags.tcpdumpText
    return letters.isEmpty || letters == "none" ? "-" : letters
  }

  private func options(_ options: TCPOptions) -> [String] {
    var words: [String] = []
    if let size = options.maximumSegmentSize { words.append("mss \(size)") }
    if options.sackPermitted { words.append("sackOK") }
    if let stamp = options.timestamp { words.append("TS val \(stamp.value) ecr \(stamp.echo)") }
    if let scale = options.windowScale { words.append("nop,wscale \(scale)") }
    if !options.sackBlocks.isEmpty {
      let blocks = options.sackBlocks.map { "\($0.left.rawValue):\($0.right.rawValue)" }
      words.append("nop,nop,sack " + blocks.joined(separator: " "))
    }
    return words
  }
}

/// A call as packetdrill writes it: what it does not look at is `...`.
private struct PacketdrillCall {
  let record: CallRecord

  init(_ record: CallRecord) { self.record = record }

  /// nil where packetdrill has no such call.
  var text: String? {
    guard let arguments else { return nil }
    return record.call.rawValue + "(" + arguments.joined(separator: ", ") + ") = " + result
  }

  private var own: String { record.arguments.descriptor.map { "\($0)" } ?? "..." }
  private var count: String { "\(record.arguments.count ?? 0)" }
  private var flags: String { "\(record.arguments.flags ?? 0)" }

  /// What packetdrill's scripts may call, of what is recorded and moves no vectors.
  private static let known: Set<SystemCall> = [
    .socket, .bind, .connect, .accept, .accept4, .listen, .read, .write, .send, .recv, .sendto,
    .recvfrom, .close, .shutdown,
  ]

  private var arguments: [String]? {
    guard PacketdrillCall.known.contains(record.call) else { return nil }
    switch record.call.shape {
    case .socket:
      let type = (record.arguments.type ?? 0) & 0xF
      let known = [1: ("SOCK_STREAM", "IPPROTO_TCP"), 2: ("SOCK_DGRAM", "IPPROTO_UDP")]
      guard let (kind, proto) = known[Int(type)] else { return nil }
      return ["...", kind, proto]
    case .address, .peer: return [own, "...", "..."]
    case .peerAndFlags: return [own, "...", "...", flags]
    case .backlog: return [own, "\(record.arguments.backlog ?? 0)"]
    case .buffer: return [own, "...", count]
    case .bufferAndFlags: return [own, "...", count, flags]
    case .bufferAndAddress: return [own, "...", count, flags, "...", "..."]
    case .descriptor: return [own]
    case .how:
      let how = ["SHUT_RD", "SHUT_WR", "SHUT_RDWR"]
      let index = Int(record.arguments.flags ?? 0)
      return how.indices.contains(index) ? [own, how[index]] : nil
    default: return nil
    }
  }

  private var result: String {
    guard let outcome = record.outcome else { return "?" }
    guard let error = outcome.error else { return "\(outcome.result)" }
    return "-1 \(ErrnoText.name(of: error)) (\(ErrnoText.sentence(of: error)))"
  }
}
