import Explain
import Timeline
import Wire

// The fields of a packet, as docs/EXPORT.md describes them.

extension ExportObject {
  static func packet(
    _ row: PacketRow, _ connection: ConnectionID?, _ time: Instant, readBy: [Int]
  ) -> ExportObject {
    let packet = row.packet.packet
    let header = packet.tcp
    return ExportObject(
      .packet,
      [
        ExportField("number", .number(row.packet.number)),
        ExportField("time_ns", .number(row.packet.time.nanoseconds)),
        ExportField("protocol", .text(protocolName(packet))),
        ExportField("src", .text(end(packet, packet.source))),
        ExportField("dst", .text(end(packet, packet.destination))),
        ExportField("layer", .text(ProtocolWords.rest(packet))),
        ExportField("tunnel", .text(packet.tunnels.words)),
        ExportField("fragment_of", .number(packet.fragment?.first)),
        ExportField("fragments", .numbers(packet.fragment?.others ?? [])),
        ExportField("flags", .text(header?.flags.tcpdumpText)),
        ExportField("seq", .number(header?.sequence.rawValue)),
        ExportField("ack", .number(header?.acknowledgement.rawValue)),
        ExportField("window", .number(row.window)),
        ExportField("window_raw", .number(header.map { Int($0.window) })),
        ExportField("length", .number(packet.payloadLength)),
        ExportField("frame_length", .number(row.packet.frameLength)),
        ExportField("ttl", .number(timeToLive(packet))),
        ExportField("checksum", .text(word(packet.checksum))),
        ExportField("options", .fields(options(header))),
        ExportField("connection", .number(connection?.rawValue)),
        ExportField("acknowledges", .numbers(row.acknowledges)),
        ExportField("read_by", .numbers(readBy)),
        ExportField("accept_queue", .text(acceptQueue(row.listener))),
        ExportField("cause", .fields(cause(row))),
      ])
  }

  /// What the packet met at the accept queue, in a word.
  private static func acceptQueue(_ note: ListenerNote?) -> String? {
    switch note {
    case .full: "full"
    case .dropped: "ack-dropped"
    case .room: "room"
    case nil: nil
    }
  }

  private static func protocolName(_ packet: Packet) -> String {
    switch packet.transport {
    case .tcp: "tcp"
    case .udp: "udp"
    case .icmp: "icmp"
    case .other, nil: "other"
    }
  }

  /// An end with its port, where the protocol has ports.
  private static func end(_ packet: Packet, _ end: Endpoint?) -> String? {
    packet.tcp == nil && packet.udp == nil ? end?.address.description : end?.description
  }

  private static func timeToLive(_ packet: Packet) -> Int? {
    switch packet.network {
    case .ipv4(let header): Int(header.timeToLive)
    case .ipv6(let header): Int(header.hopLimit)
    default: nil
    }
  }

  private static func word(_ verdict: ChecksumVerdict) -> String {
    switch verdict {
    case .valid: "valid"
    case .bad: "bad"
    case .partial: "partial"
    case .absent: "absent"
    case .unknown: "unknown"
    }
  }

  private static func options(_ header: TCP?) -> [ExportField] {
    let options = header?.options
    return [
      ExportField("mss", .number(options?.maximumSegmentSize.map { Int($0) })),
      ExportField("sack_permitted", .flag(options?.sackPermitted)),
      ExportField("window_scale", .number(options?.windowScale.map { Int($0) })),
      ExportField(
        "timestamp",
        options?.timestamp.map { .numbers([Int64($0.value), Int64($0.echo)]) } ?? .none),
    ]
  }

  private static func cause(_ row: PacketRow) -> [ExportField] {
    let cause = row.cause
    return [
      ExportField("kind", .text(cause.kind.rawValue)),
      ExportField("calls", .numbers(cause.calls.map(\.rawValue))),
      ExportField("packet", .number(cause.packet)),
      ExportField("offset", .number(cause.bytes?.lowerBound)),
      ExportField("length", .number(cause.bytes?.count)),
      ExportField("trigger", .number(cause.trigger?.rawValue)),
      ExportField("delayed", .flag(cause.isDelayed)),
      ExportField("unread", .number(cause.unread)),
      ExportField("reason", .text(reason(row))),
    ]
  }

  /// The reason in words; a capture without calls gives none.
  private static func reason(_ row: PacketRow) -> String? {
    if row.cause.reason == .noCalls { return "no calls were recorded" }
    var text = CauseText()
    text.message = row.packet.packet.icmp.map {
      $0.isPortUnreachable ? "port unreachable" : "error"
    }
    let words = text.full(row.cause)
    return words.isEmpty ? nil : words
  }
}
