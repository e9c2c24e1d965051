import Wire

/// What each end of a connection sent, counted for its summary.
extension Conversation {
  /// Counts a packet.
  func tally(_ row: PacketRow, isAgain: Bool) {
    guard let side = row.sender else { return }
    let end = end(side)
    // An ICMP error is about the connection and not of it.
    guard let flags = row.packet.packet.tcp?.flags ?? row.packet.packet.udp.map({ _ in [] }) else {
      return
    }
    end.sent.packets += 1
    end.sent.frameBytes += row.packet.frameLength
    if isAgain { end.sent.retransmissions += 1 }
    if flags.contains(.rst) { end.sent.resets += 1 }
    let knowsScale = flags.contains(.syn) || (client.sawSYN && server.sawSYN)
    if let window = row.window, knowsScale, !flags.contains(.rst) {
      end.sent.smallestWindow = min(end.sent.smallestWindow ?? window, window)
    }
  }

  /// Notes whether the packet that began the end was sent since a process exited.
  func noteExit(_ row: Row) {
    guard case .packet(let packet) = row.content else { return }
    if [.closeListener, .exitListener].contains(packet.cause.reason) { wasNeverAccepted = true }
    guard packet.cause.kind == .exit else { return }
    let fin = firstFIN.flatMap { end($0).fin?.number }
    let number = packet.packet.number
    if reset.map({ $0.mark.number == number }) ?? (fin == number) { isClosedByExit = true }
  }

  /// Fills in what was counted.
  func tell(_ report: inout ConnectionReport) {
    report.first = first
    report.last = last
    report.isClosedByExit = isClosedByExit
    report.wasNeverAccepted = wasNeverAccepted
    report.client = client.sent
    report.client.payloadBytes = client.bytes
    report.client.state = client.state
    guard client !== server else { return }
    report.server = server.sent
    report.server.payloadBytes = server.bytes
    report.server.state = server.state
  }
}

extension PacketDraft.Shape {
  /// Whether something was sent before.
  var isAgain: Bool { if case .again = self { true } else { false } }
}
