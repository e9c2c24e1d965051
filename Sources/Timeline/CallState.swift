import Calls

/// A call that has rows to come, with what was found out when it returned.
final class CallState {
  var record: CallRecord
  /// Whether the row of its beginning was made.
  var hasRow = false
  /// Whether it will not return: its thread died, or did something else.
  var isAbandoned = false
  /// Whether it is a connect() that had to do with the socket's earlier connect() alone.
  var isVain = false
  /// The connection that it worked on.
  var conversation: Conversation?
  /// The one socket that it closes, where that is not the one it works on (dup2).
  var closes: SocketID?
  /// The state that it gave to its end of the connection without a packet.
  var endState: TCPState?
  /// The sockets that it waits for, where it holds them open meanwhile.
  var watches: [SocketID] = []
  /// Whether it works on a descriptor that other descriptors share, so that a close() sends nothing.
  var isShared = false
  /// What it left behind, as it stood at its return.
  var remarks: [CallRemark] = []
  /// What was behind its failure, as it stood at its return: whoever it names may be gone later.
  var mistakes: [CallRemark] = []
  /// The connection that accept() gave. Its number may be given later.
  var accepted: Conversation?
  /// The accept queue of the listening socket it works on, at its entry and at its return.
  var queueBefore: AcceptQueue?
  var queueAfter: AcceptQueue?
  /// Connections in its SYN queue at the call's return.
  var synQueue: Int?
  /// The packet that brought what a waiting call received.
  var arrival: Arrival?
  /// The bytes of the stream that it wrote or read, counted from 0.
  var bytes: Range<Int>?
  /// Whether the call waited for something that is not a packet: a timeout, a signal.
  var waitedForOther = false

  init(_ record: CallRecord) { self.record = record }

  /// What made a waiting call's answer ready.
  enum Arrival {
    case packet(PacketMark)
    /// A segment that may have been sent more than once.
    case segment(SentSegment)
    /// What came first of these listening sockets' connections and, where that is known, of others.
    case connection([SocketID], PacketMark?)
  }
}
