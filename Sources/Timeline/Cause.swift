import Wire

/// The number of a call, in order of entry, from 1; shown as `c1`.
public struct CallID: Hashable, Comparable, Sendable {
  /// The number.
  public var rawValue: Int
  /// Makes a call's number.
  public init(_ rawValue: Int) { self.rawValue = rawValue }
  /// Whether the one call was entered before the other.
  public static func < (one: CallID, other: CallID) -> Bool { one.rawValue < other.rawValue }
}

/// Why a packet was sent: exactly one for each packet.
public struct Cause: Hashable, Sendable {
  /// What kind of cause.
  public var kind: Kind
  /// In which way; the sentence is made of it.
  public var reason: Reason
  private var senders = Few<CallID>()
  private var enders = Few<CallID>()
  /// The packet that is answered or retransmitted, that let the bytes out, or that this one is a copy of.
  public var packet: Int?
  /// The call that let the bytes out (`released`), that freed space (`windowUpdate`), that asked for
  /// probes (`keepAlive`), that returned the error (`icmpError`), or that held the socket open beyond
  /// the close() that sends (`fin`, `dataAndFIN`).
  public var trigger: CallID?
  /// The bytes of the stream that the packet carries, counted from 0 in its direction.
  public var bytes: Range<Int>?
  private var exited = Rare<ProcessName>()
  /// How many bytes nobody had read, of a RST (`closeUnread`, `exitRST`), where they can be counted.
  public var unread: Int?
  /// The port that was meant perhaps, of a refusal: that of a listener, or one often used, with its
  /// two bytes swapped, as where htons(3) is missing.
  public var swappedPort: UInt16?
  /// Whether the answer came late, by a timer or with a later call.
  public var isDelayed = false

  /// Whether its call was made before the trace began or after it ended.
  public var isOutsideTrace: Bool {
    kind == .unknown && (reason == .beforeTrace || reason == .afterTrace)
  }

  /// Whether it could not be found, though the trace was on.
  public var isUnexplained: Bool {
    (kind == .unknown || kind == .ambiguous) && !isOutsideTrace
  }

  /// Makes a cause.
  public init(_ kind: Kind, _ reason: Reason) {
    self.kind = kind
    self.reason = reason
  }

  /// The calls that put the bytes, the SYN, the FIN or the RST into the stream.
  public var calls: [CallID] {
    get { senders.elements }
    set { senders.elements = newValue }
  }

  /// Of `calls`, those that sent the FIN, where something else let it out, or data of others went with
  /// it.
  public var closers: [CallID] {
    get { enders.elements }
    set { enders.elements = newValue }
  }

  /// The process that exited (`exit`), whose exit ended the stream behind bytes that were let out
  /// (`released`), or whose exit may have sent it as well as the calls (`ambiguous`).
  public var process: ProcessName? {
    get { exited.value }
    set { exited = Rare(newValue) }
  }

  /// The kinds, in order of precedence: the first that fits wins.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case copy, untraced, retransmission, timer, exit, released, call, reply, ambiguous, unknown
  }

  /// The ways in which a packet comes to be sent.
  public enum Reason: Hashable, Sendable, CaseIterable {
    /// connect() sent the SYN.
    case connect
    /// sendto() or sendmsg() with MSG_FASTOPEN sent SYN and data.
    case fastOpen
    /// The same without data: they follow, since there is no cookie for the server yet.
    case fastOpenWithoutData
    /// The bytes of one or more writing calls.
    case data
    /// The same, with a FIN of close() or shutdown() on the last segment.
    case dataAndFIN
    /// The FIN of close(), shutdown(), dup2() or execve(), as the call's name says.
    case fin
    /// RST: close() with bytes that nobody had read.
    case closeUnread
    /// RST: close() with SO_LINGER and no seconds.
    case closeLinger
    /// RST: close() of a listening socket with connections that nobody had accepted.
    case closeListener
    /// RST: another way of ending a connection by a call, such as connect(AF_UNSPEC).
    case abort
    /// A datagram of a sending call.
    case datagram
    /// The FIN of a process that exited or was killed.
    case exitFIN
    /// The RST of a process that exited or was killed.
    case exitRST
    /// The RST of a connection that nobody had accepted, as its listening socket went with a process.
    case exitListener

    /// SYN-ACK to a SYN, for the listening socket.
    case synAck
    /// The last ACK of the handshake.
    case handshakeAck
    /// ACK of data.
    case ackData
    /// ACK of a FIN.
    case ackFIN
    /// ACK that says there is room again.
    case windowUpdate
    /// ACK of something received before: a duplicate or out of order segment.
    case duplicateAck
    /// ACK that answers an unacceptable segment (RFC 5961).
    case challengeAck
    /// ACK that answers a keep-alive or zero-window probe.
    case probeAck
    /// RST: nobody listens on the port.
    case refused
    /// RST: the socket is gone.
    case resetDead
    /// ICMP error about a packet: port unreachable and others.
    case icmpError
    /// ICMP echo reply.
    case echoReply

    /// Sent again after duplicate acknowledgements.
    case fastRetransmit
    /// Sent again since no acknowledgement came in time.
    case timeout
    /// The last segment retransmitted to provoke an acknowledgement (RFC 8985, section 7).
    case tailLossProbe
    /// Sent again, sooner than any of these can be: why is not known.
    case sentAgain
    /// Sent again although the peer had it: the answer was late, since tracing held a program.
    case spurious

    /// A probe of a silent connection.
    case keepAlive
    /// A probe of a closed window.
    case zeroWindowProbe

    /// An ACK moved the window.
    case releasedByAck
    /// TCP_CORK, TCP_NODELAY or UDP_CORK pushed the bytes.
    case releasedByOption
    /// A later call on the socket took the bytes along.
    case releasedByCall
    /// A timer let the bytes out: pacing, or corked bytes after 200 ms; or the call that is the
    /// trigger, which ran at that time: which of both cannot be seen.
    case releasedByTimer

    /// No calls were recorded.
    case noCalls
    /// No traced process holds the socket.
    case notTraced
    /// Several calls ran on the socket at once.
    case overlap
    /// The same, and exits of several processes beside them.
    case overlapOfExits
    /// The connection was open before the trace began.
    case beforeTrace
    /// The process that holds the socket, or may hold it, was let go of before: the trace was over.
    case afterTrace
    /// The recorder missed calls of this socket (io_uring, or a lost thread).
    case blind
    /// The kernel's count of the stream's bytes says that no traced call wrote these (io_uring, a
    /// process that is not traced).
    case unseen
    /// So many calls waited in the send buffer that the oldest ones are forgotten.
    case forgotten
    /// No call has written these bytes, as far as was recorded.
    case noCallHasTheseBytes
    /// Somebody else let go of the socket last: a program that is not traced, or a message in which it
    /// was passed. Or its FIN had been sent before, and the capture has only what a timer retransmitted;
    /// `trigger` is the last close() that was seen.
    case heldElsewhere
    /// No packet was seen that this one answers.
    case nothingToAnswer
    /// The headers could not be read.
    case undecoded
    /// Not TCP, UDP or ICMP.
    case otherProtocol
    /// The connection is a subflow of a traced socket of MPTCP.
    case subflow
    /// The addresses of a traced socket's packets are changed on the way (NAT), so that its bytes are
    /// not counted.
    case rewritten
    /// Of a traced socket that speaks another protocol, whose packets the kernel makes.
    case notFollowed
    /// The kernel tells routers of a group that a traced socket has joined or left.
    case membership
    /// The same packet, captured at another place or twice.
    case capturedAgain
  }
}

/// A process, by number and name.
public struct ProcessName: Hashable, Sendable {
  /// The number of the process (thread group).
  public var id: Int32
  /// Its name (comm), raw: escape before showing.
  public var name: String
  /// Makes a process's name.
  public init(id: Int32, name: String) {
    self.id = id
    self.name = name
  }
}
