import Calls

/// How often the kernel's own count of the bytes in a stream was compared with that of the calls.
public struct OffsetChecks: Hashable, Sendable {
  /// Writes before which, and after which where that was asked, the two counts were equal.
  public var agreed = 0
  /// Writes at which the kernel had taken other bytes than traced calls wrote.
  public var disagreed = 0
  /// Bytes that the kernel had taken and no traced call wrote.
  public var unseenBytes = 0

  /// Makes counts of nothing.
  public init() {}

  /// Writes at which the kernel was asked.
  public var all: Int { agreed &+ disagreed }

  /// Adds the counts of another recording.
  public mutating func add(_ other: OffsetChecks) {
    agreed &+= other.agreed
    disagreed &+= other.disagreed
    unseenBytes &+= other.unseenBytes
  }
}

/// The kernel's own offset in a stream, compared with the bytes that calls wrote.
///
/// Bytes that nobody was seen to write lie somewhere after the last moment at which the two were
/// equal: those of the calls since then are not certain either.
extension Timeline {
  /// A writing call is entered while no other runs on its socket.
  mutating func checkEntry(of record: CallRecord, on socket: SocketRecord, _ facts: SocketFacts) {
    guard let offset = socket.counted(facts) else {
      if socket.isBlind, facts.streamOffset == nil { socket.doubts.begin(at: socket.verified) }
      return
    }
    guard socket.countsFromStart else {
      // It was open before its first call was seen.
      socket.countsFromStart = true
      (socket.written, socket.verified) = (offset, offset)
      return socket.doubts.dismiss()
    }
    socket.checked = record.id
    if offset >= socket.written, offset <= socket.written + socket.abandoned {
      totals.offsets.agreed += 1
      socket.agree(at: offset)
    } else {
      socket.checked = nil
      totals.offsets.disagreed += 1
      resynchronise(socket, at: offset, from: socket.verified)
    }
  }

  /// A writing call has returned and no other runs on its socket.
  mutating func checkReturn(of record: CallRecord, on socket: SocketRecord, _ facts: SocketFacts) {
    guard record.call.role == .writes, socket.kind == .tcp, socket.writing.isEmpty,
      socket.countsFromStart, let offset = socket.counted(facts),
      let index = socket.spans.lastIndex(of: record.id), !socket.spans[index].overlaps
    else { return }
    let bytes = socket.spans[index].bytes
    if offset == socket.written {
      socket.agree(at: offset)
      calls[record.id]?.bytes = bytes
    } else {
      calls[record.id]?.bytes = nil
      if socket.checked == record.id {
        totals.offsets.agreed -= 1
        totals.offsets.disagreed += 1
      }
      resynchronise(socket, at: offset, from: min(socket.verified, bytes.lowerBound))
    }
  }

  /// The kernel was asked while no call ran: that is no comparison of a write.
  mutating func checkBetweenCalls(_ socket: SocketRecord, _ facts: SocketFacts) {
    guard let offset = socket.counted(facts) else { return }
    if offset >= socket.written, offset <= socket.written + socket.abandoned {
      socket.agree(at: offset)
    } else {
      resynchronise(socket, at: offset, from: socket.verified)
    }
  }

  /// Goes on from the kernel's offset; what lies between is nobody's for certain.
  private mutating func resynchronise(_ socket: SocketRecord, at offset: Int, from last: Int) {
    totals.offsets.unseenBytes += max(0, offset - socket.written)
    socket.doubts.settle(min(last, offset)..<offset)
    socket.agree(at: offset)
  }
}

extension SocketRecord {
  /// The kernel's count of the written bytes, from the byte that this socket's count begins at.
  fileprivate func counted(_ facts: SocketFacts) -> Int? { facts.countedBytes.map { $0 - base } }

  /// The stream stands at `offset`, as the kernel says.
  fileprivate func agree(at offset: Int) {
    written = offset
    verified = offset
    abandoned = 0
    doubts.dismiss()
    // Calls that never returned, or that were counted wrongly, have written nothing beyond.
    while let last = spans.last, last.bytes.upperBound > offset {
      if last.bytes.lowerBound < offset {
        spans[spans.count - 1].bytes = last.bytes.lowerBound..<offset
        break
      }
      spans.remove(at: spans.count - 1)
    }
  }
}

extension SocketFacts {
  /// The kernel's count where it is that of the written bytes alone: not before the connection is
  /// made, nor after a FIN or RST (SYN_RECV with Fast Open, ESTABLISHED, CLOSE_WAIT).
  fileprivate var countedBytes: Int? {
    guard let streamOffset, let state, [1, 3, 8].contains(state) else { return nil }
    return Int(clamping: min(streamOffset, UInt64(greatestCount)))
  }
}
