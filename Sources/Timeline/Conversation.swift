import Calls
import Wire

/// A connection, or a flow of datagrams, as it grows.
final class Conversation {
  var facts: Connection
  let client: End
  let server: End
  var isAnnounced = false
  /// The sockets of which one sent its SYN, where it cannot be told which.
  var contenders: [SocketRecord] = []
  /// Whether it has left the timeline's tables.
  var isForgotten = false
  /// Whether it is silent and was put aside, and how often it was.
  var isResting = false
  var rests = 0
  var first: Instant
  var last: Instant
  /// What its packets tell of both ends together, as numbers.
  var course: FlowCourse
  var syn: PacketMark?
  var synAck: PacketMark?
  /// The number of the SYN that the SYN-ACK answered.
  var answeredSYN = 0
  var handshakeAck: PacketMark?
  /// The packet with which it came into an accept queue: the last ACK of its handshake, or the SYN
  /// of a Fast Open.
  var queued: PacketMark?
  /// Whether the handshake is done with the first data only (TCP_DEFER_ACCEPT).
  var defersAccept = false
  /// Whether the listening socket was closed before the handshake was done.
  var hasLostListener = false
  var reset: (mark: PacketMark, by: Side)?
  var icmpError: PacketMark?
  /// The ICMP error that no call has returned yet, and the calls that returned others, by packet.
  var pendingError: PacketMark?
  var returnedErrors = Recent<Int, CallID>()
  /// When a program that holds an end of it was attached to: what came before is not its story.
  var heldSince: Instant?
  /// Whether its ends are known to run Linux: calls of one were recorded.
  var isLinux = false
  /// The first FIN, and the end that had not met it when it sent its own FIN or RST.
  var unmetFIN: (packet: Int, by: Side)?
  /// Whether packets of it were seen (a connection may be known from calls alone).
  var hasPackets = false
  /// Retransmissions that the peer said it did not need (RFC 2883), by number.
  var spurious = Recent<Int, Bool>()
  /// The listening socket in whose SYN queue it is.
  var halfOpenAt: SocketRecord?
  /// The accept queue that its SYN, or the last ACK of its handshake, found full.
  var foundFull: AcceptQueue?
  /// Whether the last ACK of its handshake was dropped, since the accept queue was full.
  var isTurnedAway = false
  /// The accept() that then freed a place for it.
  var letIn: CallID?
  /// Whether its first FIN, or its RST, was sent since a process exited.
  var isClosedByExit: Bool?
  /// Whether its RST was sent since its listening socket went, and nobody had accepted it.
  var wasNeverAccepted = false
  /// Whether a row has said anything of the server's state.
  var hasToldServer = false
  /// Whether a row has said that its SYN put the server into SYN-RCVD.
  var hasToldSYNReceived = false
  /// Whether its calls made it and no packet of it was seen until then.
  var isMadeUnseen = false
  /// Connections of the same numbers in other network namespaces.
  var twins: [Conversation] = []
  /// The connection that had the same ports before.
  var previous: Conversation?
  /// The connection whose SYN this one has answered as its own.
  var challenger: Conversation?

  init(_ facts: Connection, at time: Instant) {
    self.facts = facts
    client = End(facts.client)
    server = facts.client == facts.server ? client : End(facts.server)
    first = time
    last = time
    let kind: FlowHeader.Kind = facts.kind == .tcp ? .tcp : .udp
    course = FlowCourse(kind: kind, first: time.nanoseconds, last: time.nanoseconds)
    if client === server { course.bits.insert(.isOwn) }
  }

  /// What its packets tell, as a table of connections keeps it.
  var record: FlowRecord {
    var record = FlowRecord(
      course.kind, client: client.flow.endpoint, server: server.flow.endpoint, at: 0)
    (record.client, record.server, record.course) = (client.flow, server.flow, course)
    return record
  }

  /// Takes a packet of one side as a table of connections does.
  func add(
    _ header: FlowHeader, _ captured: CapturedPacket, from side: Side,
    waits: FlowCourse.Deferral = .none
  ) -> SegmentEffect {
    let (time, length) = (captured.stamp.nanoseconds, captured.frameLength)
    if client === server {
      return course.addOwn(header, &client.flow, time: time, frameLength: length)
    }
    let (end, peer) = (self.end(side), self.end(side.opposite))
    return course.add(
      header, &end.flow, &peer.flow, isClient: side == .client, time: time, frameLength: length,
      waits)
  }

  /// Which FIN came first.
  var firstFIN: Side? {
    guard course.bits.contains(.hasFIN) else { return nil }
    return course.bits.contains(.isFirstFINOfServer) ? .server : .client
  }

  func end(_ side: Side) -> End { side == .client ? client : server }

  /// The end that a sender's endpoint is.
  func side(of endpoint: Endpoint) -> Side { endpoint == facts.client ? .client : .server }

  /// Whether the connection is the one between these two ends.
  func isBetween(_ one: Endpoint, _ other: Endpoint) -> Bool {
    (facts.client == one && facts.server == other) || (facts.client == other && facts.server == one)
  }

  /// The error that a call returns: it is told once.
  func takeError(for call: CallID) -> PacketMark? {
    let mark = pendingError ?? icmpError
    pendingError = nil
    guard let mark else { return nil }
    returnedErrors.note(mark.number, call, at: mark.time)
    return mark
  }

  /// The other end of a socket of the connection.
  func peer(of socket: SocketRecord) -> Endpoint {
    client.socket == socket.id ? facts.server : facts.client
  }

  /// Whether nothing more can come but stragglers.
  var isOver: Bool { course.isOver(client.flow, server.flow) }

  /// The report of the connection as it stands.
  var report: ConnectionReport {
    var report = ConnectionReport(connection: facts)
    report.closing = closing
    if let syn, let handshakeAck, syn.number < handshakeAck.number {
      let duration = handshakeAck.stamp - syn.stamp
      report.handshake = duration < 0 ? nil : duration
    }
    report.clientBytes = client.bytes
    report.serverBytes = client === server ? 0 : server.bytes
    report.packets = Int(client.flow.packets)
    report.retransmissions = Int(client.flow.retransmissions)
    report.clientState = client.state
    report.serverState = server.state
    if client !== server {
      report.packets += Int(server.flow.packets)
      report.retransmissions += Int(server.flow.retransmissions)
    }
    tell(&report)
    return report
  }

  private var closing: ConnectionReport.Closing {
    func fin(_ side: Side) -> Int { end(side).fin?.number ?? 0 }
    switch course.close(client.flow, server.flow) {
    case .open: return .open
    case .refused: return .refused(packet: reset?.mark.number ?? 0)
    case .reset(let side): return .reset(by: side, packet: reset?.mark.number ?? 0)
    case .half(let first): return .half(first: first, firstFIN: fin(first))
    case .own: return .own(firstFIN: fin(.client))
    case .simultaneous:
      let first = firstFIN ?? .client
      return .simultaneous(firstFIN: fin(first), secondFIN: fin(first.opposite))
    case .fins(let first, let segments):
      return .fins(
        first: first, firstFIN: fin(first), secondFIN: fin(first.opposite), segments: segments)
    }
  }
}

/// Two ends, whichever sent: what packets of both directions share.
struct FlowKey: Hashable {
  let kind: TransportKind
  let low: Endpoint
  let high: Endpoint
  /// What tells connections with the same ends apart that lie in tunnels; 0 for nothing.
  let tunnel: UInt64

  init(_ kind: TransportKind, _ one: Endpoint, _ other: Endpoint, tunnel: UInt64 = 0) {
    self.kind = kind
    self.tunnel = tunnel
    let swap = FlowKey.order(other) < FlowKey.order(one)
    low = swap ? other : one
    high = swap ? one : other
  }

  /// In few words, since each packet asks.
  func hash(into hasher: inout Hasher) {
    let ports = UInt64(low.port) << 32 | UInt64(high.port) << 16
    hasher.combine(ports | (kind == .tcp ? 1 : 0))
    if tunnel != 0 { hasher.combine(tunnel) }
    guard case .v4(let one) = low.address, case .v4(let other) = high.address else {
      hasher.combine(low.address)
      return hasher.combine(high.address)
    }
    hasher.combine(UInt64(one) << 32 | UInt64(other))
  }

  private static func order(_ end: Endpoint) -> (UInt64, UInt64, UInt16) {
    switch end.address {
    case .v4(let value): (0, UInt64(value), end.port)
    case .v6(let high, let low): (high, low, end.port)
    }
  }
}

/// A protocol and a port.
struct PortKey: Hashable {
  let kind: TransportKind
  let port: UInt16

  init(_ kind: TransportKind, _ port: UInt16) {
    self.kind = kind
    self.port = port
  }
}
