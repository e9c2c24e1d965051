import Calls
public import Timeline

/// How connections came to their end, in sentences.
public struct ClosingText {
  /// The language.
  public let language: Language

  /// Makes the sentences of a language.
  public init(_ language: Language = .english) { self.language = language }

  /// How a connection ended: `TCP 1 closed, client first, in 3 segments: ...`
  public func sentence(_ report: ConnectionReport) -> String {
    let name = ClosingText.name(report.connection)
    if report.packets == 0 { return language.tell(.withoutPackets, name) }
    if report.connection.kind == .udp { return language.tell(.datagrams, name) }
    switch report.closing {
    case .open:
      let isUnanswered = report.connection.serverISN == nil && !report.connection.beganBefore
      return language.tell(isUnanswered ? .unanswered : .open, name)
    case .refused(let packet):
      return language.tell(.refused, name, "\(packet)", "\(report.connection.server)")
    case .reset(_, let packet) where report.wasNeverAccepted:
      return language.tell(.neverAccepted, name, "\(packet)")
    case .reset(let side, let packet): return language.tell(.reset, name, end(side), "\(packet)")
    case .fins(let first, let firstFIN, let secondFIN, _)
    where [report.clientState, report.serverState].contains(.lastAck):
      return language.tell(.lastAckMissing, name, end(first), "\(firstFIN)", "\(secondFIN)")
    case .fins(let first, let firstFIN, let secondFIN, 2):
      return language.tell(
        .firstAckMissing, name, end(first), "\(firstFIN)", "\(secondFIN)")
    case .own(let packet): return language.tell(.closedByItself, name, "\(packet)")
    case .fins(let first, let firstFIN, let secondFIN, let segments):
      return language.tell(
        segments == 3 ? .closedInThree : .closedInFour, name, end(first), "\(secondFIN)",
        end(first.opposite), "\(firstFIN)")
    case .simultaneous(let one, let other):
      return language.tell(.closedAtOnce, name, "\(one)", "\(other)")
    case .half(let first, let packet):
      return language.tell(.halfClosed, name, end(first), "\(packet)", end(first.opposite))
    }
  }

  private func end(_ side: Side) -> String {
    language.tell(side == .client ? .client : .server)
  }

  /// A connection's short name: `TCP 1`.
  public static func name(_ connection: Connection) -> String {
    "\(kind(connection)) \(connection.id.rawValue)"
  }

  /// What a connection is: `TCP`.
  public static func kind(_ connection: Connection) -> String {
    switch connection.kind {
    case .tcp: "TCP"
    case .udp: "UDP"
    default: "flow"
    }
  }
}
