public import Calls
import Wire

/// One line's worth of the timeline, in the order of time.
public struct Row: Hashable, Sendable {
  /// When, in the order of rows.
  public var time: Instant
  /// The connection it belongs to, where known.
  public var connection: ConnectionID?
  /// What.
  public var content: Content

  /// When, as it is shown: a packet's stamp, which in a file may go back.
  public var stamp: Instant {
    if case .packet(let row) = content { row.packet.stamp } else { time }
  }

  /// Makes a row.
  public init(time: Instant, connection: ConnectionID? = nil, content: Content) {
    self.time = time
    self.connection = connection
    self.content = content
  }

  /// What a row shows.
  public enum Content: Hashable, Sendable {
    /// A connection is announced, right before the first row that belongs to it.
    indirect case opening(Connection)
    /// A packet, with its cause.
    indirect case packet(PacketRow)
    /// A call, its beginning or its end.
    indirect case call(CallRow)
    /// A signal was delivered to a process; `isOurs` where sockline sent it, to end the program.
    case signal(Int32, ProcessName, Side, isOurs: Bool = false)
    /// A process ended: exit status, or the signal that killed it; `isOurs` where sockline sent that.
    case exit(status: Int32?, signal: Int32?, ProcessName, Side, isOurs: Bool = false)
    /// A program printed a line: raw, escape before showing.
    case output(String, ProcessName, Side)
    /// Something the recorder could not see.
    case blind(String, ProcessName, Side)
  }
}

/// A packet as a row.
public struct PacketRow: Hashable, Sendable {
  /// The packet.
  public var packet: CapturedPacket
  /// Why it was sent.
  public var cause: Cause
  /// The end that sent it; nil where it belongs to no connection.
  public var sender: Side?
  /// Sequence number counted from the sender's ISN; a SYN has 0.
  public var relativeSequence: Int64?
  /// Acknowledgement number counted from the receiver's ISN.
  public var relativeAcknowledgement: Int64?
  /// The sender's window in bytes, scaled.
  public var window: Int?
  var acknowledged = Few<Int>()
  /// The client's new state, where this packet changed it.
  public var clientState: TCPState?
  /// The server's new state, where this packet changed it.
  public var serverState: TCPState?
  /// Whether the server's state belongs to a socket that this packet made (SYN to a listener).
  public var makesSocket = false
  /// What became of it, or of the connection, at the listening socket's accept queue.
  public var listener: ListenerNote?
  /// Whether this is the first SYN of a socket whose port the kernel chose.
  public var showsChosenPort = false

  /// Makes a row.
  public init(packet: CapturedPacket, cause: Cause, sender: Side?) {
    self.packet = packet
    self.cause = cause
    self.sender = sender
  }

  /// Packets this one acknowledges that no packet before did.
  public var acknowledges: [Int] { acknowledged.elements }
}

/// What a packet met at a listening socket's accept queue.
public enum ListenerNote: Hashable, Sendable {
  /// The queue was full: this SYN gets no answer.
  case full(AcceptQueue)
  /// The queue had been full when the handshake's last ACK came: it was dropped, so the SYN-ACK is
  /// retransmitted.
  case dropped(AcceptQueue)
  /// The queue had been full: this accept() freed a place.
  case room(CallID)
}

/// A call: what it was asked, and what it gave back once it has returned.
public struct CallRecord: Hashable, Sendable {
  /// Its number.
  public var id: CallID
  /// Which call.
  public var call: SystemCall
  /// What it was asked.
  public var arguments: CallArguments {
    _read { yield asked.value }
    set { asked = Shared(newValue) }
  }
  /// What it gave back; nil while it runs, and for ever when its thread died in it.
  public var outcome: CallOutcome? {
    get { given?.value }
    set { given = newValue.map { Shared($0) } }
  }
  // Rows, calls and what is recorded of them hand records on: these two are most of one.
  private var asked: Shared<CallArguments>
  private var given: Shared<CallOutcome>?
  /// The process.
  public var process: ProcessName
  /// The thread.
  public var thread: Int32
  /// The socket it worked on, or that it made.
  public var socket: SocketID?
  /// The protocol of that socket.
  public var kind: TransportKind?
  /// When it was entered.
  public var entered: Instant
  /// When it returned.
  public var returned: Instant?

  /// Makes a record of a call that was just entered.
  public init(
    id: CallID, call: SystemCall, arguments: CallArguments, process: ProcessName, thread: Int32,
    entered: Instant
  ) {
    self.id = id
    self.call = call
    asked = Shared(arguments)
    self.process = process
    self.thread = thread
    self.entered = entered
  }
}

/// A value that copies share.
private final class Shared<Value: Hashable & Sendable>: Hashable, Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }

  static func == (one: Shared, other: Shared) -> Bool {
    one === other || one.value == other.value
  }

  func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// A call as a row.
public struct CallRow: Hashable, Sendable {
  /// The call, as known when the row was made.
  public var record: CallRecord
  /// Whether the row is the whole call, its beginning or its end.
  public var part: Part
  /// The lane: the end of the connection that the socket is, or will be.
  public var side: Side
  /// What let it return, for calls that wait.
  public var wake = Wake.notAWait
  /// What it put on the wire.
  public var sends = Sends.unknown
  /// The new state of a listening socket (LISTEN, CLOSED).
  public var listenerState: TCPState?
  /// The new state of its end of the connection, where no packet tells it: a connection is given up
  /// before it was made.
  public var endState: TCPState?
  /// Whether the call works on a listening socket.
  public var onListener = false
  /// The connection that accept() gave: the call itself works on the listening socket.
  public var accepted: ConnectionID?
  /// The accept queue when the call was entered, where the kernel was asked.
  public var queueBefore: AcceptQueue?
  /// The accept queue when the call returned, where the kernel was asked.
  public var queueAfter: AcceptQueue?
  /// Connections that have a SYN-ACK of the listening socket and wait for the last ACK of their
  /// handshake, or for room in the accept queue, when the call returned; counted from the packets.
  public var synQueue: Int?
  /// connect(): the accept() that freed a place for the connection in a queue that had been full.
  public var letIn: CallID?
  /// Whether a close() left the socket open, since other descriptors hold it (dup, fork).
  public var leavesOpen = false
  /// What else is worth saying of it: who held the address, who still holds the socket.
  public var remarks: [CallRemark] = []
  /// The bytes that it wrote to or read from its direction of the stream, counted from 0; nil where
  /// it moved none, or where they cannot be told.
  public var bytes: Range<Int>?

  /// Makes a row.
  public init(record: CallRecord, part: Part, side: Side) {
    self.record = record
    self.part = part
    self.side = side
  }

  /// Which part of a call a row shows.
  public enum Part: Hashable, Sendable {
    case whole, enter, exit
  }

  /// What a call put on the wire.
  public enum Sends: Hashable, Sendable {
    /// Packets were or will be sent for it.
    case packets
    /// A call of this kind sends none.
    case none
    /// Its peer is not on the captured interface.
    case elsewhere
    /// Not known when the row was made.
    case unknown
  }

  /// What let a waiting call return.
  public enum Wake: Hashable, Sendable {
    /// The call does not wait.
    case notAWait
    /// The answer was already there: the packet that brought it, and how long ago, in nanoseconds.
    case didNotWait(packet: Int?, since: Int64?)
    /// A packet let it return, the given nanoseconds before it did.
    case packet(Int, before: Int64)
    /// No packet: a timeout, a signal, or what another process did.
    case other
  }
}

/// Counts over a whole recording, for the footer.
public struct Totals: Hashable, Sendable {
  /// Packets seen.
  public var packets = 0
  /// Packets between programs that are not traced, which were passed over.
  public var others = 0
  /// Calls seen.
  public var calls = 0
  /// Packets whose cause is `unknown` or `ambiguous`, though the trace was on.
  public var unexplained = 0
  /// Packets whose calls were made before the trace began or after it ended.
  public var outsideTrace = 0
  /// How the kernel's own count of written bytes compares with that of the calls.
  public var offsets = OffsetChecks()
  /// SYNs that found an accept queue full.
  public var turnedAway = 0
  /// The last such queue.
  public var fullQueue: AcceptQueue?
  /// Packets of each kind of cause.
  public var causes = CauseCounts()
  /// Connections seen.
  public var connections = 0
  /// Of these, how many ended by a RST.
  public var resets = 0
  /// The first connections, at most `Totals.reportLimit`, in order.
  public var reports: [ConnectionReport] = []

  /// How many connections have a report of their own.
  public static let reportLimit = 12

  /// Makes empty counts.
  public init() {}
}
