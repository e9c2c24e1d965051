import Calls
import Wire

/// Packets of traced sockets that no call is tied to by a connection: of sockets that are neither plain
/// TCP nor plain UDP, and those whose addresses are changed on the way.
///
/// They are a traced program's all the same, and never those of others. What can be told is told by
/// destination, length and the time of the call; what cannot says so.
extension Timeline {
  /// The cause of a packet at an end that is no known socket; nil where no traced socket sent it.
  mutating func unfollowed(
    _ draft: PacketDraft, _ conversation: Conversation, _ side: Side
  ) -> Cause? {
    let own = conversation.end(side)
    if let (socket, cause) = crafted(draft) {
      own.follower = socket.process
      return cause
    }
    if conversation.facts.kind == .udp {
      guard let (socket, cause) = rewrittenDatagram(draft, conversation, side) else { return nil }
      own.follower = socket.process
      return cause
    }
    if let socket = subflow(conversation, side) {
      own.follower = socket.process
      return kernelCause(draft, conversation, side, nil) ?? Cause(.unknown, .subflow)
    }
    if let socket = rewritten(conversation, side) {
      own.follower = socket.process
      return kernelCause(draft, conversation, side, nil) ?? Cause(.unknown, .rewritten)
    }
    return nil
  }

  // MARK: connections

  /// The socket of MPTCP whose subflow a connection is, at one end: by its ends, by the port it listens
  /// on, or by the connect() that runs.
  private func subflow(_ conversation: Conversation, _ side: Side) -> SocketRecord? {
    let own = conversation.end(side).endpoint
    if let known = (ends[own] ?? []).lazy.compactMap({ self.sockets[$0] })
      .first(where: {
        $0.kind == .mptcp && $0.local == own && isOpen($0, at: conversation.first)
      })
    {
      return known
    }
    if side == .server {
      return holder(of: own, kind: .mptcp).flatMap { isOpen($0, at: conversation.first) ? $0 : nil }
    }
    let start = conversation.first
    return others.lazy.compactMap { self.sockets[$0] }.first { socket in
      guard socket.kind == .mptcp, let act = socket.connects.last, act.isRunning(at: start) else {
        return false
      }
      return calls[act.call]?.record.arguments.address?.endpoint == conversation.facts.server
    }
  }

  /// The socket of TCP that an end is, of which its connection knows other ends (netfilter's DNAT,
  /// SNAT, REDIRECT): it has one of the two, and nothing that it sent was captured under its own.
  private func rewritten(_ conversation: Conversation, _ side: Side) -> SocketRecord? {
    let own = conversation.end(side).endpoint
    let peer = conversation.end(side.opposite).endpoint
    let known = (ends[own] ?? []) + (ends[peer] ?? [])
    return known.lazy.compactMap { self.sockets[$0] }.first { socket in
      guard socket.kind == .tcp, socket.conversation !== conversation, !socket.isListener,
        socket.local == own || socket.peer == peer, isOpen(socket, at: conversation.first)
      else { return false }
      guard let other = socket.conversation else { return socket.local == own }
      return socket.side(in: other).map { other.end($0).lastSent == nil } ?? false
    }
  }

  /// Whether a socket was there at a time.
  private func isOpen(_ socket: SocketRecord, at time: Instant) -> Bool {
    !socket.isLetGo || socket.last >= time
  }

  /// Notes both ends of a socket of TCP, by which it is found where a packet has one of them alone.
  mutating func noteEnds(of socket: SocketRecord) {
    guard socket.kind == .tcp || socket.kind == .mptcp else { return }
    for end in [socket.local, socket.peer].compactMap({ $0 })
    where end.port != 0 && !end.address.isUnspecified && socket.knownEnds.insert(end).inserted {
      ends[end, default: []].append(socket.id)
    }
  }

  /// Forgets the ends of a socket.
  mutating func forgetEnds(of socket: SocketRecord) {
    others.remove(socket.id)
    grouped.remove(socket.id)
    for end in socket.knownEnds {
      let rest = (ends[end] ?? []).filter { $0 != socket.id }
      ends[end] = rest.isEmpty ? nil : rest
    }
  }

  // MARK: datagrams

  /// The one datagram that was under way to this goal, from a socket whose own end is another one.
  private func rewrittenDatagram(
    _ draft: PacketDraft, _ conversation: Conversation, _ side: Side
  ) -> (SocketRecord, Cause)? {
    let goal = conversation.end(side.opposite).endpoint
    let packet = draft.row.packet
    let length = max(
      packet.packet.payloadLength, Int(packet.packet.udp?.length ?? 0) - UDP.headerSize)
    var found: [(SocketRecord, Int)] = []
    for socket in sockets.values where socket.kind == .udp && socket.datagrams.count > 0 {
      for index in socket.datagrams.running(at: packet.time) {
        let sent = socket.datagrams[index]
        if sent.runs(at: packet.time), sent.left == length, sent.destination == goal {
          found.append((socket, index))
        }
      }
    }
    guard let first = found.first else { return nil }
    return (first.0, sent(found, length))
  }

  /// The cause that datagrams are, one or several; of one so many bytes have left.
  private func sent(_ found: [(SocketRecord, Int)], _ length: Int) -> Cause {
    let calls = found.flatMap { $0.0.datagrams[$0.1].calls }
    if found.count > 1 {
      var cause = Cause(.ambiguous, .overlap)
      cause.calls = calls.sorted()
      return cause
    }
    found[0].0.datagrams.leave(length, of: found[0].1)
    var cause = Cause(.call, .datagram)
    cause.calls = calls
    return cause
  }

  // MARK: other protocols

  /// The cause of a packet that belongs to no connection; nil where no traced socket sent it.
  mutating func ofOtherSocket(_ draft: PacketDraft) -> Cause? {
    let packet = draft.row.packet.packet
    if case .echoReply = draft.shape {
      guard let echo = packet.echo, let asked = echoes[echo.reversed] else { return nil }
      return reply(.echoReply, to: asked)
    }
    if packet.isOfGroups, let cause = membership(at: draft.row.packet.time) { return cause }
    guard let cause = crafted(draft)?.1 ?? unseen(packet) else { return nil }
    if let echo = packet.echo {
      if echoes.count >= 4096 { echoes = [:] }
      echoes[echo] = PacketMark(
        number: draft.row.packet.number, time: draft.row.packet.time, length: 0)
    }
    return cause
  }

  /// The call that handed this very packet to a socket which makes packets of their own kind.
  private mutating func crafted(_ draft: PacketDraft) -> (SocketRecord, Cause)? {
    guard !others.isEmpty else { return nil }
    let (packet, time) = (draft.row.packet.packet, draft.row.packet.time)
    guard let body = packet.body, let goal = packet.destinationAddress?.unmapped else { return nil }
    var found: [(SocketRecord, Int)] = []
    for id in others.sorted(by: { $0.rawValue < $1.rawValue }) {
      guard let socket = sockets[id], let overhead = socket.kind.overhead(packet) else { continue }
      for index in socket.datagrams.running(at: time) {
        let sent = socket.datagrams[index]
        let fits =
          overhead.contains { sent.length == body.length + $0 }
          || body.isFirstPart && sent.length > body.length
        if fits, sent.destination.map({ $0.address == goal }) ?? true {
          found.append((socket, index))
        }
      }
    }
    let certain = found.filter { $0.0.datagrams[$0.1].runs(at: time) }
    if !certain.isEmpty { found = certain }
    // Of one socket the first goes first.
    if let first = found.first, found.allSatisfy({ $0.0 === first.0 }) { found = [first] }
    guard let first = found.first else { return nil }
    return (first.0, sent(found, first.0.datagrams[first.1].left))
  }

  /// Whether a traced socket sends packets of this protocol by itself (SCTP), or is at this port.
  private func unseen(_ packet: Packet) -> Cause? {
    let isOurs = others.contains { id in
      guard let socket = sockets[id] else { return false }
      switch socket.kind {
      case .other:
        if case .other(let number) = packet.transport { return ![2, 136].contains(number) }
        return false
      case .icmp:
        return packet.echo.map { UInt32(socket.local?.port ?? 0) == $0.rest >> 16 } ?? false
      default: return false
      }
    }
    return isOurs ? Cause(.unknown, .notFollowed) : nil
  }

  // MARK: groups

  /// A socket has joined a group, or left it.
  mutating func noteGroup(_ act: SocketAct, of socket: SocketRecord) {
    grouped.insert(socket.id)
    socket.options.begin(act, keepingFrom: frontier)
  }

  /// What the kernel tells routers of groups is brought about by the call that joins or leaves one, at
  /// once or by timers after it.
  private func membership(at time: Instant) -> Cause? {
    let held = grouped.sorted { $0.rawValue < $1.rawValue }.compactMap { sockets[$0] }
    guard !held.isEmpty else { return nil }
    let running = held.flatMap { socket in
      [socket.options.running(at: time)].compactMap { $0 }
        + socket.drops.filter { $0.entered <= time && $0.isRunning(at: time) }
    }.filter { $0.call.rawValue > 0 }
    guard running.count == 1 else { return Cause(.unknown, .membership) }
    var cause = Cause(.call, .datagram)
    cause.calls = [running[0].call]
    return cause
  }
}

/// An echo request or reply of ICMP (RFC 792), by which both go together.
struct Echo: Hashable {
  var source: IPAddress
  var destination: IPAddress
  /// Identifier and sequence number.
  var rest: UInt32

  /// The one that answers it, or that it answers.
  var reversed: Echo { Echo(source: destination, destination: source, rest: rest) }
}

extension SocketOption {
  /// Whether the option joins a group, or leaves one (ip(7), ipv6(7), linux/in.h).
  var changesGroups: Bool {
    level == 0 && [35, 36, 39, 40, 42, 45, 46, 47].contains(name)
      || level == 41 && [20, 21, 27, 28, 42, 45, 46, 47].contains(name)
  }
}

extension TransportKind {
  /// How much longer than a packet's body, the bytes behind the network header, what a call of such a
  /// socket wrote may be; nil where it makes no such packets.
  fileprivate func overhead(_ packet: Packet) -> [Int]? {
    switch self {
    case .udpLite:
      if case .other(136) = packet.transport { return [-UDP.headerSize] }
      return nil
    case .icmp: return packet.icmp == nil ? nil : [0]
    // With IP_HDRINCL it wrote the network header too.
    case .raw: return packet.headerLength.map { [0, $0] }
    default: return nil
    }
  }
}

extension Packet {
  /// Bytes behind the network header, and whether they are but the first part of a larger packet's.
  fileprivate var body: (length: Int, isFirstPart: Bool)? {
    switch network {
    case .ipv4(let header):
      let length = Int(header.totalLength) - header.headerLength
      return (length, header.moreFragments && header.fragmentOffset == 0)
    case .ipv6(let header):
      return (Int(header.payloadLength), header.moreFragments && header.fragmentOffset ?? 1 == 0)
    default: return nil
    }
  }

  fileprivate var headerLength: Int? {
    switch network {
    case .ipv4(let header): header.headerLength
    case .ipv6: 40
    default: nil
    }
  }

  /// What an echo request or reply goes by.
  fileprivate var echo: Echo? {
    guard let message = icmp, (message.isVersion6 ? [128, 129] : [0, 8]).contains(message.type),
      let source = sourceAddress, let destination = destinationAddress
    else { return nil }
    return Echo(source: source.unmapped, destination: destination.unmapped, rest: message.rest)
  }

  /// Whether it tells of groups: IGMP (RFC 9776), MLD (RFC 9777).
  fileprivate var isOfGroups: Bool {
    if case .other(2) = transport { return true }
    guard let message = icmp, message.isVersion6 else { return false }
    return [131, 132, 143].contains(message.type)
  }
}
