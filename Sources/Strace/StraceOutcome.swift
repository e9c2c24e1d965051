import Calls
import Wire

extension SystemCall {
  /// Reads what a call that did not fail gave back beside its number.
  ///
  /// - Parameters:
  ///   - values: its arguments, with what the kernel wrote into them.
  ///   - tail: what stands in brackets behind the result.
  func read(
    _ values: [StraceValue], _ tail: [StraceValue], payloadBytes: Int,
    into outcome: inout CallOutcome
  ) {
    func at(_ index: Int) -> StraceValue? { index < values.count ? values[index] : nil }
    let limit = Int(clamping: max(0, min(Int64(payloadBytes), outcome.result)))
    switch self {
    case .accept, .accept4, .getsockname, .getpeername:
      outcome.address = StraceAddress.address(at(1))
    case .read, .recv, .recvfrom:
      outcome.payload = Array((at(1)?.bytes ?? []).prefix(limit))
      if self == .recvfrom { outcome.address = StraceAddress.address(at(4)) }
    case .readv, .preadv2: outcome.payload = at(1)?.vectorBytes(limit) ?? []
    case .recvmsg:
      outcome.address = StraceAddress.address(at(1)?["msg_name"])
      outcome.payload = at(1)?["msg_iov"]?.vectorBytes(limit) ?? []
    case .recvmmsg, .sendmmsg:
      let messages = (at(1)?.items ?? []).prefix(Int(clamping: max(0, outcome.result)))
      outcome.messageLengths = messages.map { $0.messageLength?.count ?? 0 }
      guard self == .recvmmsg, let first = messages.first?.messageHeader else { return }
      outcome.address = StraceAddress.address(first["msg_name"])
      let own = min(payloadBytes, outcome.messageLengths.first ?? 0)
      outcome.payload = first["msg_iov"]?.vectorBytes(own) ?? []
    case .getsockopt: outcome.value = StraceNames.value(at(3)?.elements.first)
    case .poll, .ppoll:
      outcome.ready = (tail.first?.elements ?? []).compactMap { $0["fd"]?.int }
    case .select, .pselect6:
      outcome.ready = Set(tail.flatMap(\.elements).compactMap(\.int)).sorted()
    default: break
    }
  }
}
