import Calls
import Wire

/// The beginner's mistake of a port without htons(3): its two bytes are swapped.
extension Timeline {
  /// Ports that programs and their manuals use.
  private static let common: Set<UInt16> = [
    21, 22, 23, 25, 53, 67, 69, 80, 110, 119, 123, 143, 443, 465, 587, 993, 995, 1234, 1883, 3000,
    3306, 3490, 3491, 4000, 4242, 4950, 5000, 5001, 5432, 6379, 7000, 7777, 8000, 8001, 8080, 8081,
    8443, 8888, 9000, 9034, 9090, 9999, 12345,
  ]

  /// Whether programs and their manuals use a port.
  static func isCommon(_ port: UInt16) -> Bool { common.contains(port) }

  /// The port that was meant, perhaps, where nobody holds the one of `endpoint`: a traced socket is
  /// bound to it at that address, or it is one that is often used and the other is not.
  func swappedPort(of endpoint: Endpoint, _ kind: TransportKind) -> UInt16? {
    let swapped = endpoint.port.byteSwapped
    guard swapped != endpoint.port, swapped != 0 else { return nil }
    let other = Endpoint(endpoint.address, swapped)
    if let socket = holder(of: other, kind: kind), !socket.isLetGo {
      return kind == .udp || socket.isListener ? swapped : nil
    }
    return Timeline.common.contains(swapped) && !Timeline.common.contains(endpoint.port)
      ? swapped : nil
  }

  /// An ICMP error: what it is about, and the call that returned it later.
  func icmpError(_ draft: PacketDraft, _ conversation: Conversation, _ side: Side) -> Cause {
    var cause = reply(.icmpError, to: draft.reference)
    let number = draft.row.packet.number
    cause.trigger = conversation.returnedErrors[number]
    if draft.row.packet.packet.icmp?.isPortUnreachable ?? false {
      let kind = conversation.facts.kind
      cause.swappedPort = swappedPort(of: conversation.end(side).endpoint, kind)
    }
    return cause
  }
}
