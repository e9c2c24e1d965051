import Calls
public import Wire

/// What is worth saying of a call beside its result: the mistake behind it, or what it left behind.
public enum CallRemark: Hashable, Sendable {
  /// EADDRINUSE: what has the address.
  case inUse(AddressUse)
  /// bind(): nobody means this port; with its bytes swapped, as where htons(3) is missing, it is one
  /// that is often used.
  case swappedPort(UInt16, meant: UInt16)
  /// connect() was refused: a traced process has the port with its bytes swapped.
  case swappedListener(ProcessName, on: UInt16, wanted: UInt16)
  /// The address with its bytes swapped, as where htonl(3) is missing, is one of this machine.
  case swappedAddress(IPAddress, meant: IPAddress)
  /// close(): it ended nothing, since these processes still hold the socket.
  case heldBy([Holder])
  /// close() of a listening socket: so many connections waited that nobody had accepted.
  case neverAccepted(Int)

  /// A descriptor that stands for a socket.
  public struct Holder: Hashable, Sendable {
    /// The process.
    public var process: ProcessName
    /// The descriptor in it.
    public var descriptor: Int32
  }
}

/// What has an address that a call wanted.
public enum AddressUse: Hashable, Sendable {
  /// A socket that listens there.
  case listener(Endpoint, ProcessName?)
  /// A socket that is bound there and has no peer: UDP, or TCP before listen().
  case socket(Endpoint, ProcessName?)
  /// A connection: its ends, its state there, and its number where it was captured.
  case connection(Endpoint, peer: Endpoint, TCPState, ConnectionID?, ProcessName?)
}

extension Timeline {
  /// What is worth saying of a call that has returned.
  func remarks(on record: CallRecord, _ socket: SocketRecord?) -> [CallRemark] {
    guard let outcome = record.outcome else { return [] }
    switch record.role {
    case .binds, .listens:
      if outcome.error == .addressInUse { return uses(of: record, socket).map { .inUse($0) } }
      guard record.role == .binds, let end = record.arguments.address?.endpoint else { return [] }
      return swappings(of: end, record)
    case .connects where outcome.error?.isUnreached ?? false:
      guard let end = record.arguments.address?.endpoint, let kind = record.kind else { return [] }
      return refusal(of: end, kind) + swappedAddress(of: end)
    case .asks where record.arguments.option == .error:
      // connect() without waiting: SO_ERROR tells how it went.
      guard let value = outcome.value, Errno(value).isUnreached, let socket,
        let end = socket.conversation?.facts.server ?? socket.peer
      else { return [] }
      return refusal(of: end, socket.kind)
    default: return []
    }
  }

  // MARK: swapped bytes

  private func swappings(of end: Endpoint, _ record: CallRecord) -> [CallRemark] {
    var remarks = swappedAddress(of: end)
    let meant = end.port.byteSwapped
    let isAwaited = !(pending[meant] ?? []).isEmpty
    if !Timeline.isCommon(end.port), meant != end.port, isAwaited || Timeline.isCommon(meant) {
      remarks.insert(.swappedPort(end.port, meant: meant), at: 0)
    }
    return remarks
  }

  private func refusal(of end: Endpoint, _ kind: TransportKind) -> [CallRemark] {
    let swapped = Endpoint(end.address, end.port.byteSwapped)
    if swapped.port != end.port, let socket = holder(of: swapped, kind: kind), !socket.isLetGo,
      kind == .udp || socket.isListener
    {
      return [.swappedListener(socket.process, on: swapped.port, wanted: end.port)]
    }
    guard let meant = swappedPort(of: end, kind) else { return [] }
    return [.swappedPort(end.port, meant: meant)]
  }

  private func swappedAddress(of end: Endpoint) -> [CallRemark] {
    guard case .v4(let value) = end.address.unmapped else { return [] }
    let meant = IPAddress.v4(value.byteSwapped)
    // 127.0.0.1 as a little-endian machine has it in memory.
    guard value.byteSwapped == 0x7F00_0001, meant != end.address else { return [] }
    return [.swappedAddress(end.address.unmapped, meant: meant)]
  }

  // MARK: an address in use

  /// Who had the address: as the kernel told, or else as calls and packets show.
  private func uses(of record: CallRecord, _ socket: SocketRecord?) -> [AddressUse] {
    let told = record.outcome?.holders ?? []
    let wanted = record.arguments.address?.endpoint ?? socket?.local
    if !told.isEmpty { return told.prefix(1).map { use(of: $0) } }
    guard let wanted, let kind = record.kind ?? socket?.kind else { return [] }
    let others = (bound[PortKey(kind, wanted.port)] ?? []).compactMap { sockets[$0] }
      .filter {
        $0.id != socket?.id && !$0.isLetGo && ($0.local.map { $0.conflicts(with: wanted) } ?? false)
      }
    if let listener = others.first(where: \.isListener), let local = listener.local {
      return [.listener(local, listener.process)]
    }
    if let other = others.first(where: { $0.conversation == nil }), let local = other.local {
      return [.socket(local, other.process)]
    }
    for conversation in conversations.reversed() where conversation.facts.kind == .tcp {
      for side in [Side.client, .server] {
        let end = conversation.end(side)
        guard end.endpoint.conflicts(with: wanted), let state = end.state, state != .closed else {
          continue
        }
        let number = conversation.isAnnounced ? conversation.facts.id : nil
        let peer = conversation.end(side.opposite).endpoint
        return [.connection(end.endpoint, peer: peer, state, number, nil)]
      }
    }
    return []
  }

  private func use(of holder: AddressHolder) -> AddressUse {
    let process = holder.process.map { ProcessName(id: $0, name: holder.name ?? "?") }
    if holder.state == KernelState.listen { return .listener(holder.local, process) }
    guard let peer = holder.peer, let state = KernelState.named(holder.state) else {
      return .socket(holder.local, process)
    }
    let known =
      flows[FlowKey(.tcp, holder.local, peer)] ?? flows[FlowKey(.tcp, peer, holder.local)]
    let number = (known?.isAnnounced ?? false) ? known?.facts.id : nil
    return .connection(holder.local, peer: peer, state, number, process)
  }

  // MARK: what is left

  /// What a close() left behind: a socket that others hold, connections that nobody accepted.
  ///
  /// - Parameter record: the close(), which has returned.
  func remarks(of record: CallRecord, afterClosing socket: SocketRecord) -> [CallRemark] {
    if socket.references > 0 {
      let holders = holders(of: socket.id)
      return holders.isEmpty ? [] : [.heldBy(holders)]
    }
    guard socket.isListener else { return [] }
    let waiting = socket.completed.indices.count {
      socket.completed[$0].isUnaccepted(at: record.entered)
    }
    return waiting > 0 ? [.neverAccepted(waiting)] : []
  }

  /// Descriptors that stand for a socket, of the processes with the lowest numbers; none where there
  /// are so many descriptors that looking through them would take long.
  private func holders(of id: SocketID, limit: Int = 3) -> [CallRemark.Holder] {
    var left = 4_096
    var found: [CallRemark.Holder] = []
    for process in processes.values where process.ended == nil {
      left -= process.descriptors.count + 1
      guard left > 0 else { return [] }
      for (descriptor, held) in process.descriptors where held == id {
        found.append(CallRemark.Holder(process: process.name, descriptor: descriptor))
      }
    }
    found.sort { ($0.process.id, $0.descriptor) < ($1.process.id, $1.descriptor) }
    return Array(found.prefix(limit))
  }
}

extension Conversation {
  /// Whether nobody has accepted it, and no RST had ended it at `time`.
  fileprivate func isUnaccepted(at time: Instant) -> Bool {
    server.socket == nil && (reset.map { $0.mark.time > time } ?? true)
  }
}

extension KernelState {
  /// The TCP state that the kernel counts so.
  static func named(_ state: UInt8) -> TCPState? {
    let states: [TCPState] = [
      .established, .synSent, .synReceived, .finWait1, .finWait2, .timeWait, .closed, .closeWait,
      .lastAck, .listen, .closing,
    ]
    return state >= 1 && state <= states.count ? states[Int(state) - 1] : nil
  }
}

extension Endpoint {
  /// Whether two sockets cannot both be bound: the same port, and one address or any.
  fileprivate func conflicts(with other: Endpoint) -> Bool {
    let (one, two) = (address.unmapped, other.address.unmapped)
    return port == other.port && (one == two || one.isUnspecified || two.isUnspecified)
  }
}

extension Errno {
  /// Whether a connect() reached nobody: ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, ETIMEDOUT, EINVAL.
  fileprivate var isUnreached: Bool {
    [.refused, .networkUnreachable, .hostUnreachable, .timedOut, .invalidArgument].contains(self)
  }
}
