import Calls
import Wire

/// The bytes that calls put into a stream, counted.
extension Timeline {
  /// A writing call is entered: its bytes begin where those of the calls before it end.
  mutating func beginWrite(_ record: CallRecord, on socket: SocketRecord, _ facts: SocketFacts) {
    let count = record.offered
    if socket.writing.isEmpty { checkEntry(of: record, on: socket, facts) }
    let others = socket.writing.reduce(0) { $0 + $1.count }
    socket.writing.append((record.id, count))
    let high = socket.written + others + count
    if !(socket.writing.count == 1) {
      for index in socket.spans.running(socket.writing) {
        socket.spans[index].overlaps = true
        socket.spans[index].bytes = socket.spans[index].bytes.lowerBound..<high
      }
    }
    var span = WrittenSpan(
      call: record.id, bytes: socket.written..<high, entered: record.entered)
    span.overlaps = socket.writing.count > 1
    let end = socket.streamSide.flatMap { socket.conversation?.end($0) }
    span.acknowledged = end.map { max(0, $0.acknowledged - 1) }
    if record.call.gives != .messages { span.edge = end?.edge }
    let oldest = socket.writing.first.flatMap { socket.spans.lastIndex(of: $0.call) }
    span.openSince = oldest.map { socket.spans[$0].entered } ?? record.entered
    socket.spans.append(span)
    // Calls whose bytes wait in the send buffer: more than fit there, but where acknowledgements are
    // not seen.
    let most = 1 << 20
    if socket.spans.count > most {
      socket.forgotten = socket.spans[most / 2].bytes.lowerBound
      socket.spans.removeFirst(most / 2)
    }
  }

  /// A writing call returned, having put `count` bytes into the stream.
  mutating func endWrite(_ record: CallRecord, on socket: SocketRecord, _ time: Instant) {
    let count = record.moved
    guard let position = socket.writing.firstIndex(where: { $0.call == record.id }) else { return }
    socket.writing.remove(at: position)
    socket.written = min(socket.written + count, greatestCount)
    if count < record.offered, record.outcome?.error.map({ $0 == .tryAgain }) ?? true,
      let end = socket.streamSide.flatMap({ socket.conversation?.end($0) })
    {
      socket.filled = socket.written - max(0, end.acknowledged - 1)
    }
    let others = socket.writing.reduce(0) { $0 + $1.count }
    guard let index = socket.spans.lastIndex(of: record.id) else { return }
    socket.spans[index].returned = time
    let low = socket.spans[index].bytes.lowerBound
    if record.hidesLengths { socket.doubts.begin(at: low) }
    if count == 0 {
      socket.spans.remove(at: index)
    } else if socket.spans[index].overlaps {
      socket.spans[index].bytes = low..<max(low, socket.written + others)
    } else {
      socket.spans[index].bytes = low..<(low + count)
      if socket.countsFromStart, !socket.doubts.touch(low..<(low + count)) {
        calls[record.id]?.bytes = low..<(low + count)
      }
    }
  }

  /// A writing call never returned: how much it wrote until its thread died is not known, so that
  /// what others write after it has no certain place; but it wrote nothing after that.
  func abandonWrite(_ call: CallID, on socket: SocketRecord) {
    guard let position = socket.writing.firstIndex(where: { $0.call == call }) else { return }
    socket.abandoned = min(socket.abandoned + socket.writing[position].count, greatestCount)
    socket.writing.remove(at: position)
    let index = socket.spans.lastIndex(of: call)
    let low = index.map { socket.spans[$0].bytes.lowerBound }
    socket.doubts.begin(at: min(low ?? socket.written, socket.written))
    guard let index else { return }
    socket.spans[index].returned = lastEvent
    socket.spans[index].isCutOff = true
  }
}

extension Deque where Element == WrittenSpan {
  /// The place of a call's bytes, searched from the end, where calls that just ran are.
  func lastIndex(of call: CallID) -> Int? {
    indices.reversed().first { self[$0].call == call }
  }

  /// The places of calls that run, but for the last of them.
  func running(_ writing: [(call: CallID, count: Int)]) -> [Int] {
    writing.dropLast().compactMap { lastIndex(of: $0.call) }
  }

  /// The calls that may have written these bytes, entered before `time`.
  ///
  /// They stand in the order of their lowest byte; only bytes of calls that overlapped reach
  /// over those of a later one.
  func writers(of bytes: Range<Int>, at time: Instant) -> [WrittenSpan] {
    var index = partition { $0.bytes.lowerBound < bytes.upperBound }
    var found: [WrittenSpan] = []
    while index > 0 {
      index -= 1
      let span = self[index]
      if span.bytes.overlaps(bytes) {
        if span.entered <= time + 50 * slack { found.append(span) }
      } else if !span.overlaps {
        break
      }
    }
    return found.reversed()
  }
}

/// Bytes of a stream that are believed at most, 256 TiB: calls may offer as much as an Int holds.
let greatestCount = 1 << 48

extension CallRecord {
  /// Bytes that the call offers or asks for.
  var offered: Int { min(max(0, arguments.count ?? 0), greatestCount) }
  /// Bytes that it moved; none where it failed. sendmmsg() and recvmmsg() give back how many messages
  /// went through, and the bytes of each beside that.
  var moved: Int {
    guard let outcome, outcome.error == nil else { return 0 }
    guard movesMessages else { return min(max(0, Int(clamping: outcome.result)), greatestCount) }
    return outcome.messageLengths.reduce(0) {
      min($0 + max(0, min($1, greatestCount)), greatestCount)
    }
  }
  /// Whether the recorder could not read how many bytes the messages had that went through.
  var hidesLengths: Bool {
    movesMessages && outcome.map { Int64($0.messageLengths.count) < $0.result } ?? false
  }
  private var movesMessages: Bool { call.gives == .messages }
}
