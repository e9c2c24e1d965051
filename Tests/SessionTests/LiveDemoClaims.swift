/// What must be true of every packet of `sockline demo`.
struct DemoClaims {
  let recorded: Recorded

  /// Each packet whose cause is not the one it must have, and what else is wrong.
  func deviations(lesson: String) -> [String] {
    var wrong: [String] = []
    if !recorded.says("unexplained 0") { wrong.append("something is unexplained") }
    if !recorded.says("lost by the capture 0") { wrong.append("something was lost") }
    if recorded.text.contains("unknown") { wrong.append("something is unknown") }
    return wrong + (lesson == "tcp" ? stream() : datagrams())
  }

  private func stream() -> [String] {
    var wrong = recorded.packets.filter { !isRight($0) }.map { "\($0)" }
    let first = recorded.packets.filter { !$0.isRepeated }
    let counts: [(String, Int, Int)] = [
      ("SYN", first.count { $0.flags == "SYN" }, 1),
      ("SYN,ACK", first.count { $0.flags == "SYN,ACK" }, 1),
      ("data", first.count { $0.length == 13 }, 2),
      ("FIN", first.count { $0.flags.hasPrefix("FIN") }, 2),
      ("calls", recorded.calls.count, 14),
    ]
    for (what, count, wanted) in counts where count != wanted {
      wrong.append("\(count) times \(what), not \(wanted)")
    }
    return wrong
  }

  private func isRight(_ packet: Recorded.Packet) -> Bool {
    // Tracing stops programs, so a segment may be retransmitted before its answer comes.
    if packet.isRepeated { return true }
    switch packet.flags {
    case "SYN": return recorded.names(packet) == ["connect"]
    case "SYN,ACK":
      // The listening socket's answer: no call sends it.
      return packet.cause.hasPrefix("kernel answers ") && packet.calls.isEmpty
    case "PSH,ACK",
      "ACK" where packet.length > 0:
      let isWritten = recorded.names(packet).allSatisfy { ["write", "sendto"].contains($0) }
      return isWritten && !packet.calls.isEmpty
        && packet.cause.contains("bytes 1 to 13 of the stream")
    case "FIN,ACK": return recorded.names(packet) == ["close"]
    case "ACK": return packet.cause.hasPrefix("kernel answers ")
    default: return false
    }
  }

  private func datagrams() -> [String] {
    let wrong = recorded.packets.filter {
      $0.flags != "UDP" || $0.length != 13 || recorded.names($0) != ["sendto"]
    }.map { "\($0)" }
    let isWhole = recorded.packets.count == 2 && recorded.calls.count == 9
    return wrong + (isWhole ? [] : ["\(recorded.packets.count), \(recorded.calls.count) calls"])
  }
}
