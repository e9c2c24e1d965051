import Process
import Testing

/// Every way of sending and receiving, for real: what the program knows of its bytes is what sockline
/// says of its packets.
@Suite(.serialized, .ownNetwork) struct TortureSendTests {
  private static let writes: Set<String> = [
    "write", "writev", "pwritev2", "sendto", "sendmsg", "sendmmsg", "sendfile", "splice",
  ]

  @Test(arguments: ["writes", "held", "reads"], [[], ["--textbook"]])
  func streams(_ part: String, _ options: [String]) throws {
    let torture = try Torture(part, options)
    #expect(torture.status == 0, "\(torture.error)")
    #expect(torture.lines.last == ["done"])
    #expect(
      torture.packets.filter { ["unknown", "ambiguous", "untraced"].contains($0.cause.kind) }
        .map { "\($0.number): \($0.cause.reason)" } == [])
    #expect(torture.packets.filter { isControl($0) && !isMade($0) }.map(\.number) == [])
    var ends = 0
    for line in torture.lines("stream") {
      for port in line.suffix(2) {
        #expect(deviations(torture, port, line[1]) == [])
        ends += 1
      }
    }
    #expect(ends > 4)
  }

  /// SYN, FIN and RST.
  private func isControl(_ packet: Torture.Packet) -> Bool {
    packet.flags?.contains { "SFR".contains($0) } ?? false
  }

  private func isMade(_ packet: Torture.Packet) -> Bool {
    ["call", "released", "exit", "retransmission"].contains(packet.cause.kind)
      || packet.flags == "S." && packet.cause.kind == "reply"
  }

  /// What is not as the program says at one end of a connection.
  private func deviations(_ torture: Torture, _ port: String, _ name: String) -> [String] {
    var found: [String] = []
    var spans: [(bytes: Range<Int>, call: Int)] = []
    for (kind, names) in [("w", Self.writes), ("r", Self.reads)] {
      let told = torture.lines(kind).filter { $0[1] == port && $0[4] != "skip" && $0[2] != $0[3] }
      let calls = torture.calls(at: port, names).filter { call in
        let isOther = call.args.contains("MSG_PEEK") || call.args.contains("MSG_OOB")
        return kind == "w" || !isOther
      }
      var next = told[...]
      for call in calls {
        guard let line = next.first, line[4] == call.name, let low = Int(line[2]),
          let high = Int(line[3])
        else { continue }
        // A splice of the other direction.
        if call.name == "splice", call.result != high - low { continue }
        next = next.dropFirst()
        if kind == "w" { spans.append((low..<high, call.id)) }
        if call.offset != low || call.length != high - low {
          found.append("\(name): c\(call.id) \(call.name) at \(call.offset ?? -1), not \(low)")
        }
      }
      // A thread that only reads tells nothing.
      if !next.isEmpty { found.append("\(name): no call for \(next.first ?? [])") }
    }
    return found + packets(torture, port, name, spans)
  }

  private static let reads: Set<String> = [
    "read", "readv", "preadv2", "recvfrom", "recvmsg", "recvmmsg", "splice",
  ]

  private func packets(
    _ torture: Torture, _ port: String, _ name: String, _ spans: [(bytes: Range<Int>, call: Int)]
  ) -> [String] {
    var found: [String] = []
    let own = torture.packets.filter { $0.protocol == "tcp" && Torture.port($0.src) == port }
    guard let first = own.first(where: { $0.flags?.contains("S") ?? false })?.seq else {
      return ["\(name): no SYN"]
    }
    var top = 0
    for packet in own where packet.length > 0 {
      let low = Int((packet.seq ?? 0) &- first &- 1)
      let bytes = low..<(low + packet.length)
      top = max(top, bytes.upperBound)
      let writers = spans.filter { $0.bytes.overlaps(bytes) }.map(\.call)
      let enders: Set<String> = ["close", "shutdown"]
      let said = packet.cause.calls.filter { !enders.contains(torture.calls[$0]?.name ?? "") }
      if said != writers || !["call", "released", "retransmission"].contains(packet.cause.kind) {
        found.append("\(name): \(packet.number) \(packet.cause.reason), not c\(writers)")
      }
    }
    // Written by calls, highest captured, and by the program's word read by the other end.
    let ends = torture.lines("end").first { $0[1] == port || $0[2] == port }
    let written = ends.map { $0[1] == port ? $0[3] : $0[4] }
    if written != "\(top)" || top != spans.last?.bytes.upperBound ?? 0 {
      found.append("\(name): \(top) bytes captured, \(written ?? "?") written")
    }
    return found
  }

  @Test(arguments: [[], ["--textbook"]])
  func datagrams(_ options: [String]) throws {
    let torture = try Torture("datagrams", options)
    #expect(torture.status == 0, "\(torture.error)")
    #expect(torture.lines.last == ["done"])
    // Joining a group is told by IGMP some time later, and once more (RFC 3376, 5.1).
    let others = torture.packets.filter {
      ["unknown", "untraced", "ambiguous"].contains($0.cause.kind)
    }
    #expect(Set(others.map(\.protocol)) == ["other"] && others.count <= 2)
    #expect(Set(others.map(\.cause.reason)) == ["unknown: for a multicast group of a socket"])
    let expected = makers(torture)
    var seen: Set<Int> = []
    for packet in torture.packets where packet.protocol == "udp" {
      guard let mark = torture.mark(packet) else { continue }
      seen.insert(mark)
      #expect(packet.cause.calls == expected[mark], "datagram \(mark), packet \(packet.number)")
      #expect(["call", "released"].contains(packet.cause.kind))
    }
    #expect(seen.count > 90)
    let fragments = torture.packets.filter { $0.protocol == "other" && $0.cause.kind == "call" }
    #expect(fragments.count >= (options.isEmpty ? 1 : 100))
  }

  /// The calls that made each datagram, by the order in which the program made both.
  private func makers(_ torture: Torture) -> [Int: [Int]] {
    var made: [Int: [Int]] = [:]
    var told = torture.lines.filter { $0[0] == "d" || $0[0] == "x" }[...]
    var pending: [Int] = []
    for call in torture.calls.values.sorted(by: { $0.id < $1.id })
    where Self.writes.contains(call.name) {
      guard var left = call.result, left >= 0, let line = told.first else { continue }
      let names = line[3].split(separator: "+")
      // A splice of the other direction.
      if call.name == "splice", line[3] != "splice" { continue }
      #expect(names.contains { $0 == call.name }, "c\(call.id) \(call.name) for \(line)")
      if line[0] == "x" {
        told = told.dropFirst()
      } else if names.count > 1 {
        pending.append(call.id)
        guard pending.count == 2, let mark = Int(line[1]) else { continue }
        made[mark] = pending
        pending = []
        told = told.dropFirst()
      } else {
        let isMessages = call.name == "sendmmsg"
        repeat {
          guard let line = told.popFirst(), let mark = Int(line[1]), let count = Int(line[2]) else {
            break
          }
          made[mark] = [call.id]
          left -= isMessages ? 1 : count
        } while left > 0
      }
    }
    return made
  }
}
