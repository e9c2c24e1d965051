import Calls
import Wire

/// What freed space for writes that blocked.
extension Timeline {
  /// The ACK that freed space for a write, as it returns.
  ///
  /// A writer that finds its buffer full sleeps until a third of it is free (sk_stream_write_space).
  /// Of a buffer's size only this is known: it held what the calls had written and the peer had not
  /// acknowledged. A large write may fill it again and again; then the last ACK before the return is
  /// the one, if it returned at once. No ACK is, where all the bytes had left before it came: they
  /// waited for nothing.
  func room(for record: CallRecord, on socket: SocketRecord) -> PacketMark? {
    guard let returned = record.returned, let index = socket.spans.lastIndex(of: record.id),
      let end = socket.streamSide.flatMap({ socket.conversation?.end($0) }), record.moved > 0
    else { return nil }
    let span = socket.spans[index]
    let high = span.bytes.upperBound
    defer { socket.fullest = max(socket.fullest, high - max(0, end.acknowledged - 1)) }
    let took = returned - record.entered
    guard !span.overlaps, record.outcome?.paused ?? (took >= 10_000_000 && record.moved > 16_384)
    else { return nil }
    let news = end.acknowledgements
    let first = news.partition { $0.mark.time < record.entered }
    let came = (first..<news.count).map { news[$0] }
      .filter { $0.mark.time <= returned && $0.top <= high }
    guard let last = came.last, let before = span.acknowledged else { return nil }
    let had = span.bytes.lowerBound - before
    let held = high - before
    let isOnce = record.moved <= had || socket.fullest > 0 && held * 2 <= socket.fullest * 3
    guard isOnce else {
      // Filled more than once, or from the beginning.
      return returned - last.mark.time < (took < 10_000_000 ? 200_000 : 1_000_000) ? last.mark : nil
    }
    guard had > 0, held * 3 >= socket.fullest * 2 else { return nil }
    func isFree(_ parts: Int, of whole: Int, _ position: Int) -> Bool {
      (high + 1 - position) * whole <= held * (whole - parts)
    }
    // Many small packets take more room than their bytes: then it wakes later than it seems, and
    // returns at once.
    let wakers = came.filter { isFree(1, of: 3, $0.position) }
    if let soon = wakers.first(where: { returned - $0.mark.time < 1_000_000 }) { return soon.mark }
    if let waker = wakers.last { return returned - waker.mark.time < 5_000_000 ? waker.mark : nil }
    let isLate = isFree(1, of: 4, last.position) && returned - last.mark.time < 200_000
    return isLate ? last.mark : nil
  }
}
