/// What must hold of any program's recording, calculated from packets and calls alone.
extension ExportedRun {
  /// All that does not hold, in words.
  func offences() -> [String] {
    wrongKinds() + wrongBytes() + wrongControl() + wrongBack() + wrongSums() + tooManyUnknown()
  }

  /// What opens, carries or ends something is never the work of nobody.
  private func wrongKinds() -> [String] {
    let allowed: Set = ["call", "released", "exit", "retransmission", "ambiguous", "unknown"]
    return packets.filter(\.isNews).filter { packet in
      let kind = packet.cause.kind
      if kind == "reply" {
        // SYN,ACK, and the RST to a closed port or a dead socket.
        return !(packet.has("S") && packet.has(".")) && !packet.has("R")
      }
      if kind == "timer" { return (packet.length ?? 0) > 1 }
      return !allowed.contains(kind)
    }.map { "\(name($0)) is \($0.cause.kind)" }
  }

  /// The calls named for data wrote these very bytes, all of them and each some of them.
  private func wrongBytes() -> [String] {
    streams().flatMap { stream in
      var seen = 0
      // Bytes below that no segment had: two crossed on their way to the capture.
      var holes: [Range<Int>] = []
      return stream.segments.compactMap { packet, bytes -> String? in
        let isHole = holes.contains {
          $0.contains(bytes.lowerBound) && $0.upperBound >= bytes.upperBound
        }
        holes = holes.flatMap { hole in
          [
            hole.lowerBound..<max(hole.lowerBound, min(hole.upperBound, bytes.lowerBound)),
            min(hole.upperBound, max(hole.lowerBound, bytes.upperBound))..<hole.upperBound,
          ]
        }.filter { !$0.isEmpty }
        if bytes.lowerBound > seen { holes.append(seen..<bytes.lowerBound) }
        defer { seen = max(seen, bytes.upperBound) }
        guard !bytes.isEmpty else { return nil }
        switch packet.cause.kind {
        case "call", "released", "exit":
          if bytes.lowerBound < seen, !isHole { return "\(name(packet)) was sent before" }
          return wrongWriters(packet, bytes, stream)
        case "retransmission":
          return bytes.lowerBound >= seen ? "\(name(packet)) was not sent before" : nil
        default: return nil
        }
      }
    }
  }

  private func wrongWriters(
    _ packet: Packet, _ bytes: Range<Int>, _ stream: Stream
  ) -> String? {
    let named = packet.cause.calls.compactMap { calls[$0] }
    let writers = named.filter(\.writes)
    var reached = bytes.lowerBound
    for writer in writers.sorted(by: { ($0.offset ?? 0) < ($1.offset ?? 0) }) {
      // The process was killed in it: how much it wrote is not known.
      if writer.exitNs == nil { return nil }
      guard let written = writer.bytes, written.overlaps(bytes) else {
        return "\(name(packet)): c\(writer.id) wrote none of \(bytes)"
      }
      if writer.connection != stream.connection || writer.local != stream.source {
        return "\(name(packet)): c\(writer.id) wrote to another stream"
      }
      if written.lowerBound <= reached { reached = max(reached, written.upperBound) }
      if writer.enterNs > packet.timeNs + 20_000 {
        return "\(name(packet)): c\(writer.id) came after it"
      }
    }
    if reached < bytes.upperBound {
      return "\(name(packet)): \(writers.map(\.id)) wrote up to \(reached) of \(bytes)"
    }
    let others = named.filter { !$0.writes }
    return others.isEmpty || packet.has("F") ? nil : "\(name(packet)): \(others.map(\.name))"
  }

  /// SYN by connect(), FIN by what ends a stream, RST by close() or exit.
  private func wrongControl() -> [String] {
    let enders: Set = ["close", "shutdown", "dup2", "dup3", "close_range", "execve"]
    return packets.filter { $0.isTCP && ["call", "released"].contains($0.cause.kind) }
      .compactMap { packet in
        let names = packet.cause.calls.compactMap { calls[$0]?.name }
        if names.count != packet.cause.calls.count { return "\(name(packet)): no such call" }
        if packet.has("S"), names != ["connect"] { return "\(name(packet)): SYN of \(names)" }
        if packet.has("F"), !enders.contains(names.last ?? "") {
          return "\(name(packet)): FIN of \(names)"
        }
        if packet.has("R"), !enders.union(["connect"]).isSuperset(of: names) || names.isEmpty {
          return "\(name(packet)): RST of \(names)"
        }
        for call in packet.cause.calls {
          let connection = calls[call]?.connection
          if let connection, connection != packet.connection {
            return "\(name(packet)): c\(call) belongs to connection \(connection)"
          }
        }
        return nil
      }
  }

  /// A call names the packets that name it.
  private func wrongBack() -> [String] {
    var causes: [Int: [Int]] = [:]
    for packet in packets { causes[packet.number] = packet.cause.calls }
    return calls.values.flatMap { call in
      call.packets.filter { !(causes[$0]?.contains(call.id) ?? false) }
        .map { "c\(call.id) names packet \($0), which does not name it" }
    }
  }

  /// Bytes written == highest sequence number == bytes read, where a stream was read to its end.
  private func wrongSums() -> [String] {
    var written: [String: Int] = [:]
    var read: [String: Int] = [:]
    var ended: Set<String> = []
    for call in calls.values {
      guard let connection = call.connection, let local = call.local else { continue }
      let key = "\(connection) \(local)"
      if call.writes {
        written[key, default: 0] += call.length ?? 0
      } else if let bytes = call.bytes {
        read[key, default: 0] = max(read[key] ?? 0, bytes.upperBound)
      } else if call.result == 0, call.name.hasPrefix("re") {
        ended.insert(key)
      }
    }
    return streams().filter(\.hasFIN).flatMap { stream -> [String] in
      guard let connection = connections[stream.connection] else { return [] }
      let peer = connection.client == stream.source ? connection.server : connection.client
      let place = "connection \(stream.connection) from \(stream.source)"
      var offences: [String] = []
      let sent = written["\(stream.connection) \(stream.source)"] ?? 0
      if sent != stream.size { offences.append("\(place): written \(sent), sent \(stream.size)") }
      let key = "\(stream.connection) \(peer)"
      if ended.contains(key), read[key] ?? 0 != stream.size {
        offences.append("\(place): sent \(stream.size), read \(read[key] ?? 0)")
      }
      return offences
    }
  }

  /// At most one packet in a thousand may be unknown, and each says why.
  private func tooManyUnknown() -> [String] {
    let unknown = packets.filter { $0.cause.kind == "unknown" }
    let silent = unknown.filter { ($0.cause.reason ?? "").isEmpty }.map { "\(name($0)): no reason" }
    let most = packets.count / 1000
    return unknown.count <= most
      ? silent : unknown.map { "\(name($0)): \($0.cause.reason ?? "")" }
  }

  private func name(_ packet: Packet) -> String {
    "packet \(packet.number) \(packet.src) > \(packet.dst) \(packet.flags ?? "")"
  }
}
