import Calls

/// The calls that wait at a listening socket, the one that has waited longest first.
///
/// Each connection that is made wakes one of them, the first (an exclusive wait, accept(2) in the
/// kernel's net/ipv4/inet_connection_sock.c). A thread that is woken may find that another one took
/// the connection, and then waits at the end of the line again.
struct Acceptors {
  private struct Waiting {
    var call: CallID
    var entered: Instant
    var wake: PacketMark?
  }

  private var line: [Waiting] = []

  /// A call that may wait.
  mutating func enter(_ call: CallID, at time: Instant) {
    line.append(Waiting(call: call, entered: time))
  }

  /// A connection is made.
  mutating func wake(by mark: PacketMark) {
    guard let first = line.firstIndex(where: { $0.wake == nil }) else { return }
    line[first].wake = mark
  }

  /// A call will not return.
  mutating func forget(_ call: CallID) { line.removeAll { $0.call == call } }

  /// A call returned.
  ///
  /// - Parameters:
  ///   - waited: whether its thread slept; else another one was woken in its place.
  ///   - left: connections that nobody has accepted yet.
  /// - Returns: the packet that woke it.
  mutating func leave(_ call: CallID, waited: Bool, left: Int) -> PacketMark? {
    guard let index = line.firstIndex(where: { $0.call == call }) else { return nil }
    let mark = line.remove(at: index).wake
    if !waited, let mark { pass(mark, from: index) }
    let woken = line.indices.filter { line[$0].wake != nil }
    for index in woken.dropFirst(left).reversed() {
      var again = line.remove(at: index)
      again.wake = nil
      line.append(again)
    }
    return waited ? mark : nil
  }

  /// Gives a packet to the next in line who had entered by then, and that one's to the next.
  private mutating func pass(_ mark: PacketMark, from start: Int) {
    var mark = mark
    for index in start..<line.count where line[index].entered <= mark.time {
      guard let next = line[index].wake else {
        line[index].wake = mark
        return
      }
      line[index].wake = mark
      mark = next
    }
  }
}
