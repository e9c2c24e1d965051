import Calls
import Wire

/// Bytes that a call put into a stream.
struct WrittenSpan {
  var call: CallID
  /// Positions counted from 0 at the first byte; while the call runs, as much as it offered.
  var bytes: Range<Int>
  var entered: Instant
  var returned: Instant?
  /// Whether another call wrote at the same time, so that the order is not known.
  var overlaps = false

  func isRunning(at time: Instant) -> Bool {
    entered <= time && (returned.map { time <= $0 } ?? true)
  }
}

/// A call on a socket that may send by itself: connect, close, shutdown, setsockopt.
struct SocketAct {
  var call: CallID
  var system: SystemCall
  var entered: Instant
  var returned: Instant?
  /// The process, where it was an exit and no call.
  var exit: ProcessName?

  func isRunning(at time: Instant) -> Bool {
    entered <= time && (returned.map { time <= $0 } ?? true)
  }
}

/// A datagram that a call sent.
struct SentDatagram {
  var call: CallID
  var destination: Endpoint?
  var length: Int
  var entered: Instant
  var returned: Instant?
  var packet: Int?
}

/// A socket as the calls show it.
final class SocketRecord {
  let id: SocketID
  var kind: TransportKind
  var local: Endpoint?
  var isListener = false
  var wasBound = false
  var side: Side?
  var conversation: Conversation?
  var process: ProcessName
  /// The next byte of the stream to be written, counted from 0.
  var written = 0
  var spans: [WrittenSpan] = []
  var connects: [SocketAct] = []
  /// Calls and exits that may have dropped the last reference, or shut down the stream.
  var drops: [SocketAct] = []
  var options: [SocketAct] = []
  var reads: [SocketAct] = []
  var datagrams: [SentDatagram] = []
  /// The next byte to be read, counted from 0.
  var read = 0
  var lingersZero = false
  var isBlind = false
  /// Whether the stream's bytes are counted from its first one.
  var countsFromStart = false
  var last: Instant

  init(_ facts: SocketFacts, process: ProcessName, at time: Instant) {
    id = facts.id
    kind = facts.kind
    local = facts.local
    self.process = process
    last = time
  }

  /// Adds an act, and forgets the oldest ones.
  static func remember(_ act: SocketAct, in acts: inout [SocketAct]) {
    acts.append(act)
    if acts.count > 64 { acts.removeFirst(32) }
  }
}
