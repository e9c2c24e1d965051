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
  /// Calls that have not returned, with the line that waits for their end.
  private var open: [CallID: Instant] = [:]

  init(side: Side) { self.side = side }

  /// The whole script.
  mutating func text(_ rows: [Row], title: String) -> String {
    let name = side == .client ? "client" : "server"
    var lines = [
      "// \(title)", "// the \(name)'s side; times are seconds since the line before",
    ]
    for row in rows {
      switch row.content {
      case .packet(let packet):
        if let text = text(packet) { lines.append(stamp(row.time) + text) }
      case .call(let call) where call.side == side: lines += self.lines(call, row.time)
      default: break
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private mutating func stamp(_ time: Instant) -> String {
    let gap = max(0, time - (previous ?? time))
    previous = time
    return "+" + TimeText.seconds(gap, decimals: 6) + " "
  }

  // MARK: calls

  /// A call that waits stands where it began, with how long it took: `+0...0.010 accept(...) = 4`.
  private mutating func lines(_ row: CallRow, _ time: Instant) -> [String] {
    let id = row.record.id
    if row.part == .enter {
      open[id] = time
      return []
    }
    let entered = open.removeValue(forKey: id)
    guard let text = PacketdrillCall(row.record).text else {
      let call = CallText(row.record, isC: true, isASCII: true).text(.full, room: 200)
      return ["// " + (call ?? row.record.call.rawValue)]
    }
    // The moment of the return is what the next line counts from.
    let line = stamp(time)
    guard let entered, time - entered >= 1_000 else { return [line + text] }
    let took = TimeText.seconds(time - entered, decimals: 6)
    return [line + text + "  // took \(took) s"]
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

  private var arguments: [String]? {
    switch record.call {
    case .socket:
      let type = (record.arguments.type ?? 0) & 0xF
      let known = [1: ("SOCK_STREAM", "IPPROTO_TCP"), 2: ("SOCK_DGRAM", "IPPROTO_UDP")]
      guard let (kind, proto) = known[Int(type)] else { return nil }
      return ["...", kind, proto]
    case .bind, .connect, .accept: return [own, "...", "..."]
    case .accept4: return [own, "...", "...", flags]
    case .listen: return [own, "\(record.arguments.backlog ?? 0)"]
    case .read, .write: return [own, "...", count]
    case .send, .recv: return [own, "...", count, flags]
    case .sendto, .recvfrom: return [own, "...", count, flags, "...", "..."]
    case .close: return [own]
    case .shutdown:
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
