public import Calls
public import Wire

/// What can be said of a connection, or a flow of UDP datagrams, in one row.
public struct ConnectionSummary: Hashable, Sendable {
  /// Its number.
  public var id: ConnectionID
  /// TCP or UDP.
  public var kind: TransportKind
  /// The end that began it, as far as the capture tells.
  public var client: SideSummary
  /// The other end.
  public var server: SideSummary
  /// When its first packet, or else its first call, was seen.
  public var first: Instant
  /// When its last packet was seen.
  public var last: Instant
  /// Nanoseconds from the SYN to the handshake's last ACK.
  public var handshake: Int64?
  /// What its first packet was inside, in words: `VXLAN 7`.
  public var tunnel: String?
  /// Whether it was open before the capture began.
  public var beganBefore = false
  /// How it ended.
  public var close = Close.open
  /// Whether it ended since a process exited, where that is known.
  public var isClosedByExit: Bool?
  /// Whether one of its packets passed the filter.
  public var isKept = true

  /// How a connection ended.
  public enum Close: Hashable, Sendable {
    /// It is still open, or has no end (UDP).
    case open
    /// It was never made: the SYN was answered by a RST.
    case refused
    /// By a RST of one end.
    case reset(by: Side)
    /// By FINs: who sent the first, and how many segments the FINs and their acknowledgements took.
    case fins(first: Side, segments: Int)
    /// Both FINs crossed on the way.
    case simultaneous
    /// One end has sent its FIN, the other has not.
    case half(first: Side)
    /// By the FIN of the one socket that is both ends.
    case own
  }

  /// Nanoseconds from the first packet to the last.
  public var duration: Int64 { last - first }

  /// The end of a side.
  public subscript(side: Side) -> SideSummary { side == .client ? client : server }
}

/// An end of a connection, and what it sent.
public struct SideSummary: Hashable, Sendable {
  /// Address and port.
  public var endpoint: Endpoint
  /// The process, where known.
  public var process: ProcessName?
  /// The raw initial sequence number, where the SYN was seen.
  public var initial: SequenceNumber?
  /// Packets that it sent.
  public var packets = 0
  /// Bytes of the frames that it sent, link headers included.
  public var frameBytes = 0
  /// Bytes of payload that it sent; what was retransmitted is not counted twice.
  public var payloadBytes = 0
  /// Packets that carried something a second time.
  public var retransmissions = 0
  /// Packets with RST.
  public var resets = 0
  /// The smallest window that it offered, in bytes; nil where none is known.
  public var smallestWindow: Int?
  /// Its state after the last packet; nil for UDP.
  public var state: TCPState?

  /// Makes the summary of an end that has sent nothing.
  public init(_ endpoint: Endpoint) { self.endpoint = endpoint }
}

extension ConnectionSummary {
  /// The summary of a record of the table.
  init(_ record: FlowRecord, id: ConnectionID) {
    let course = record.course
    self.id = id
    kind = course.kind == .tcp ? .tcp : .udp
    client = SideSummary(record.client)
    server = SideSummary(record.server)
    first = Instant(course.first)
    last = Instant(course.last)
    handshake =
      course.bits.contains(.hasHandshake) && course.handshake >= 0 ? course.handshake : nil
    beganBefore = course.bits.contains(.beganBefore)
    isKept = course.bits.contains(.isKept)
    close = record.close
  }

  /// The summary of a report of the timeline, which knows processes too.
  public init(_ report: ConnectionReport) {
    let facts = report.connection
    id = facts.id
    kind = facts.kind
    client = report.client
    server = report.server
    client.process = facts.clientProcess
    server.process = facts.serverProcess
    client.initial = facts.clientISN
    server.initial = facts.serverISN
    first = report.first
    last = report.last
    handshake = report.handshake
    beganBefore = facts.beganBefore
    tunnel = facts.tunnels.words
    isClosedByExit = report.isClosedByExit
    close =
      switch report.closing {
      case .open: .open
      case .refused: .refused
      case .reset(let side, _): .reset(by: side)
      case .fins(let first, _, _, let segments): .fins(first: first, segments: segments)
      case .simultaneous: .simultaneous
      case .half(let first, _): .half(first: first)
      case .own: .own
      }
  }
}

extension SideSummary {
  init(_ side: FlowSide) {
    endpoint = side.endpoint.endpoint
    initial = side.bits.contains(.sawSYN) ? SequenceNumber(side.initial) : nil
    packets = Int(side.packets)
    frameBytes = side.frameBytes
    payloadBytes = side.payloadBytes
    retransmissions = Int(side.retransmissions)
    resets = Int(side.resets)
    smallestWindow = side.smallestWindow == .max ? nil : Int(side.smallestWindow)
    state = side.state
  }
}
