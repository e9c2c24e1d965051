import Wire

/// What each end of a connection sent, counted for its summary.
extension Conversation {
  /// Notes whether the packet that began the end was sent since a process exited.
  func noteExit(_ row: Row) {
    guard case .packet(let packet) = row.content else { return }
    if [.closeListener, .exitListener].contains(packet.cause.reason) { wasNeverAccepted = true }
    let fin = firstFIN.flatMap { end($0).fin?.number }
    let number = packet.packet.number
    guard reset.map({ $0.mark.number == number }) ?? (fin == number) else { return }
    isClosedByExit =
      switch packet.cause.kind {
      case .exit: true
      case .untraced, .unknown, .ambiguous, .copy: nil
      default: false
      }
  }

  /// Fills in what was counted.
  func tell(_ report: inout ConnectionReport) {
    report.first = hasPackets ? Instant(course.first) : first
    report.last = hasPackets ? Instant(course.last) : last
    report.isClosedByExit = isClosedByExit
    report.wasNeverAccepted = wasNeverAccepted
    report.client = SideSummary(client.flow)
    guard client !== server else { return }
    report.server = SideSummary(server.flow)
  }
}

extension PacketDraft.Shape {
  /// Whether something was sent before.
  var isAgain: Bool { if case .again = self { true } else { false } }
}
