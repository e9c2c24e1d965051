import Calls
import Wire

extension SystemCall {
  /// Reads what a call that did not fail returned besides its number.
  ///
  /// - Parameters:
  ///   - values: its arguments, with what the kernel wrote into them.
  ///   - tail: what follows the result in parentheses.
  func read(
    _ values: [StraceValue], _ tail: [StraceValue], payloadBytes: Int,
    into outcome: inout CallOutcome
  ) {
    func at(_ index: Int) -> StraceValue? { index < values.count ? values[index] : nil }
    let limit = Int(clamping: max(0, min(Int64(payloadBytes), outcome.result)))
    switch shape {
    case .peer, .peerAndFlags:
      outcome.address = StraceAddress.address(at(1))
    case .buffer, .bufferAndFlags, .bufferAndAddress:
      guard role == .reads else { return }
      outcome.payload = Array((at(1)?.bytes ?? []).prefix(limit))
      if shape == .bufferAndAddress { outcome.address = StraceAddress.address(at(4)) }
    case .vectors, .vectorsAndPosition:
      guard role == .reads else { return }
      outcome.payload = at(1)?.vectorBytes(limit) ?? []
    case .message:
      guard role == .reads else { return }
      outcome.address = StraceAddress.address(at(1)?["msg_name"])
      outcome.payload = at(1)?["msg_iov"]?.vectorBytes(limit) ?? []
    case .messages:
      let messages = (at(1)?.items ?? []).prefix(Int(clamping: max(0, outcome.result)))
      outcome.messageLengths = messages.map { $0.messageLength?.count ?? 0 }
      guard role == .reads, let first = messages.first?.messageHeader else { return }
      outcome.address = StraceAddress.address(first["msg_name"])
      let own = min(payloadBytes, outcome.messageLengths.first ?? 0)
      outcome.payload = first["msg_iov"]?.vectorBytes(own) ?? []
    case .option:
      guard role == .asks else { return }
      outcome.value = StraceNames.number(at(3)?.elements.first)
    case .poll, .pollTimespec:
      outcome.ready = (tail.first?.elements ?? []).compactMap { $0["fd"]?.int }
    case .select, .selectTimespec:
      outcome.ready = Set(tail.flatMap(\.elements).compactMap(\.int)).sorted()
    case .none, .program, .socket, .descriptor, .address, .backlog, .how, .pair, .pairAndFlags,
      .range, .command, .request, .sendfile, .splice, .tee, .epoll, .epollTimespec, .epollControl:
      break
    }
  }
}
