import Calls
import Wire

/// A segment that was sent: where it stands in its stream, and which packet carried it first.
struct SentSegment {
  /// Positions in sequence space, the SYN at 0, the first byte of data at 1.
  var positions: Range<Int>
  var number: Int
  var time: Instant
  var hasFIN: Bool
}

/// One end of a connection as the packets show it.
///
/// A class, since both ends of a socket that is connected to itself are one and the same.
final class End {
  let endpoint: Endpoint
  var socket: SocketID?
  /// The raw initial sequence number; a guess where the SYN was not seen.
  var initial: SequenceNumber?
  var sawSYN = false
  /// The highest position sent, exclusive; the SYN has 0, so 1 after the SYN.
  var top = 0
  /// The highest position of this end that the peer has acknowledged.
  var acknowledged = 0
  /// Sent and not yet acknowledged, by position.
  var flight: [SentSegment] = []
  /// The last few segments that are acknowledged already.
  var settled: [SentSegment] = []
  /// Received data that nobody has read yet: what arrived from the peer, by position.
  var unread: [SentSegment] = []
  /// The position of the FIN this end sent.
  var finPosition: Int?
  var fin: PacketMark?
  var state: TCPState?
  var windowScale: UInt8?
  /// The last window in bytes.
  var window: Int?
  /// The last packet this end sent, and the last it received.
  var lastSent: PacketMark?
  var lastReceived: PacketMark?
  /// The last packet received that wants an answer and has none.
  var unanswered: PacketMark?
  /// Acknowledgements in a row that this end sent without news.
  var duplicates = 0
  var bytes = 0
  var sentDatagrams: [PacketMark] = []
  var receivedDatagrams: [PacketMark] = []

  init(_ endpoint: Endpoint) { self.endpoint = endpoint }

  /// The position of a raw sequence number: unwrapped, near the highest position sent.
  func position(of number: SequenceNumber) -> Int {
    guard let initial else { return 0 }
    return top + (number - (initial + top))
  }
}

/// A packet remembered.
struct PacketMark {
  var number: Int
  var time: Instant
  /// Bytes of payload.
  var length: Int
  var flags = TCPFlags()
}

/// A connection, or a flow of datagrams, as it grows.
final class Conversation {
  var facts: Connection
  let client: End
  let server: End
  var isAnnounced = false
  var first: Instant
  var last: Instant
  var packets = 0
  var retransmissions = 0
  var syn: PacketMark?
  var synAck: PacketMark?
  var handshakeAck: PacketMark?
  var reset: (mark: PacketMark, by: Side)?
  var icmpError: PacketMark?
  /// The lone ACK that answered the first FIN, where there was one.
  var loneFINAck: PacketMark?
  /// Which FIN came first.
  var firstFIN: Side?
  /// Whether the FINs crossed.
  var finsCrossed = false
  /// Whether packets of it were seen (a connection may be known from calls alone).
  var hasPackets = false

  init(_ facts: Connection, at time: Instant) {
    self.facts = facts
    client = End(facts.client)
    server = facts.client == facts.server ? client : End(facts.server)
    first = time
    last = time
  }

  func end(_ side: Side) -> End { side == .client ? client : server }

  /// The end that a sender's endpoint is.
  func side(of endpoint: Endpoint) -> Side { endpoint == facts.client ? .client : .server }

  /// Whether nothing more can come but stragglers.
  var isOver: Bool {
    if reset != nil { return true }
    let done: [TCPState?] = [.closed, .timeWait]
    return facts.kind == .tcp && done.contains(client.state) && done.contains(server.state)
  }

  /// The report of the connection as it stands.
  var report: ConnectionReport {
    var report = ConnectionReport(connection: facts)
    report.closing = closing
    if let syn, let handshakeAck { report.handshake = handshakeAck.time - syn.time }
    report.clientBytes = client.bytes
    report.serverBytes = client === server ? 0 : server.bytes
    report.packets = packets
    report.retransmissions = retransmissions
    return report
  }

  private var closing: ConnectionReport.Closing {
    if let reset {
      let refused = synAck == nil && syn != nil && reset.by == .server
      return refused
        ? .refused(packet: reset.mark.number) : .reset(by: reset.by, packet: reset.mark.number)
    }
    guard let firstFIN, let one = end(firstFIN).fin else { return .open }
    guard let two = end(firstFIN.opposite).fin, client !== server else {
      return .half(first: firstFIN, firstFIN: one.number)
    }
    if finsCrossed { return .simultaneous(firstFIN: one.number, secondFIN: two.number) }
    return .fins(
      first: firstFIN, firstFIN: one.number, secondFIN: two.number,
      segments: loneFINAck == nil ? 3 : 4)
  }
}

/// Two ends, whichever sent: what packets of both directions share.
struct FlowKey: Hashable {
  let kind: TransportKind
  let low: Endpoint
  let high: Endpoint

  init(_ kind: TransportKind, _ one: Endpoint, _ other: Endpoint) {
    self.kind = kind
    let swap = FlowKey.order(other) < FlowKey.order(one)
    low = swap ? other : one
    high = swap ? one : other
  }

  private static func order(_ end: Endpoint) -> (UInt64, UInt64, UInt16) {
    switch end.address {
    case .v4(let value): (0, UInt64(value), end.port)
    case .v6(let high, let low): (high, low, end.port)
    }
  }
}
