public import Calls
public import Wire

/// The number of a connection in a recording, in order of the first packet or call, from 1.
public struct ConnectionID: Hashable, Comparable, Sendable {
  /// The number.
  public var rawValue: Int
  /// Makes a connection's number.
  public init(_ rawValue: Int) { self.rawValue = rawValue }
  /// Whether the one connection is older.
  public static func < (one: ConnectionID, other: ConnectionID) -> Bool {
    one.rawValue < other.rawValue
  }
}

/// An end of a connection, and the lane it is drawn in: the client left, the server right.
public enum Side: Hashable, Sendable {
  /// The end that sent the SYN, or the first datagram.
  case client
  /// The other end.
  case server

  /// The other end.
  public var opposite: Side { self == .client ? .server : .client }
}

/// The states of a TCP connection's end (RFC 9293, section 3.3.2).
public enum TCPState: String, Hashable, Sendable, CaseIterable {
  case closed = "CLOSED"
  case listen = "LISTEN"
  case synSent = "SYN-SENT"
  case synReceived = "SYN-RCVD"
  case established = "ESTABLISHED"
  case finWait1 = "FIN-WAIT-1"
  case finWait2 = "FIN-WAIT-2"
  case closeWait = "CLOSE-WAIT"
  case closing = "CLOSING"
  case lastAck = "LAST-ACK"
  case timeWait = "TIME-WAIT"
}

/// What is known of a connection: a TCP connection, or a flow of UDP datagrams between two ends.
public struct Connection: Hashable, Sendable {
  /// Its number.
  public var id: ConnectionID
  /// TCP or UDP.
  public var kind: TransportKind
  /// The end that began it.
  public var client: Endpoint
  /// The other end.
  public var server: Endpoint
  /// The process at the client's end, where traced.
  public var clientProcess: ProcessName?
  /// The process at the server's end, where traced: the one that listens until one accepts.
  public var serverProcess: ProcessName?
  /// The raw initial sequence number of the client's SYN.
  public var clientISN: SequenceNumber?
  /// The raw initial sequence number of the server's SYN.
  public var serverISN: SequenceNumber?
  /// Whether it was open before the recording began.
  public var beganBefore = false
  /// What its first packet was inside, the outermost first.
  public var tunnels: [Tunnel] = []
  /// Whether the client's port was chosen by the kernel, not by bind().
  public var kernelChosePort = false

  /// Makes a connection.
  public init(id: ConnectionID, kind: TransportKind, client: Endpoint, server: Endpoint) {
    self.id = id
    self.kind = kind
    self.client = client
    self.server = server
  }
}

/// What is known of a connection at the end of a recording.
public struct ConnectionReport: Hashable, Sendable {
  /// The connection.
  public var connection: Connection
  /// How it ended.
  public var closing = Closing.open
  /// Nanoseconds from SYN to the handshake's last ACK.
  public var handshake: Int64?
  /// Bytes of payload from client to server, retransmissions not counted twice.
  public var clientBytes = 0
  /// Bytes of payload from server to client.
  public var serverBytes = 0
  /// Packets in both directions.
  public var packets = 0
  /// Packets that carried something a second time.
  public var retransmissions = 0
  /// When its first packet, or else its first call, was seen.
  public var first = Instant(0)
  /// When its last packet was seen.
  public var last = Instant(0)
  /// What the client sent, counted.
  public var client: SideSummary
  /// What the server sent, counted.
  public var server: SideSummary
  /// Whether its first FIN, or its RST, was sent since a process exited.
  public var isClosedByExit: Bool?
  /// Whether a RST ended it since its listening socket went, and nobody had accepted it.
  public var wasNeverAccepted = false
  /// When nothing more of it was waited for: rows of that moment and later come after it. nil: at the
  /// end of the recording.
  public var settled: Instant?
  /// The state of the client's end, nil for UDP.
  public var clientState: TCPState?
  /// The state of the server's end, nil for UDP.
  public var serverState: TCPState?

  /// Makes a report.
  public init(connection: Connection) {
    self.connection = connection
    client = SideSummary(connection.client)
    server = SideSummary(connection.server)
  }

  /// How a connection ended.
  public enum Closing: Hashable, Sendable {
    /// It is still open, or has no end (UDP).
    case open
    /// The connection was never made: the SYN was answered by RST `packet`.
    case refused(packet: Int)
    /// A RST of one end.
    case reset(by: Side, packet: Int)
    /// By FINs: who sent the first, and the numbers of both FINs. `segments` counts FINs and their
    /// acknowledgements: three when the second FIN acknowledges the first; four when an ACK before it
    /// did, alone or with data; two where nothing was seen that acknowledges the first.
    case fins(first: Side, firstFIN: Int, secondFIN: Int, segments: Int)
    /// Both FINs crossed on the way.
    case simultaneous(firstFIN: Int, secondFIN: Int)
    /// One end has sent its FIN, the other has not.
    case half(first: Side, firstFIN: Int)
    /// By the FIN of the one socket that is both ends.
    case own(firstFIN: Int)
  }
}
