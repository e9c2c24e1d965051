public import Wire

/// Connections, UDP flows and ICMP errors of a capture, counted in one pass.
///
/// It keeps some 200 bytes for each connection and nothing for a packet, so that captures of any
/// length can be summed up. Connections are numbered as the ladder numbers them. What needs segments to
/// be remembered is told from the last hole of a stream alone: a segment that fills an older hole
/// counts as sent again.
public struct FlowTable: Sendable {
  /// Packets taken.
  public private(set) var packets = 0
  /// Packets that belong to no connection and are no error: other protocols, later fragments,
  /// unreadable ones.
  public private(set) var strays = 0
  /// Nanoseconds since the epoch of the first packet that has a time.
  public private(set) var first: Int64?
  /// ICMP errors, in order of their first packet.
  public private(set) var errors: [ErrorSummary] = []
  /// Connections in order of their first packet, in chunks that never move.
  private var chunks: [[FlowRecord]] = []
  /// Connections seen.
  public private(set) var connections = 0
  /// Where the newest connection of two ends stands, plus one; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)
  private var used = 0
  private var errorPlaces: [ErrorSummary.Key: Int] = [:]
  /// What connections are inside, in words, and the number that tells those apart.
  private var tunnels: [(words: String?, identity: UInt64)] = [(nil, 0)]
  private var tunnelPlaces: [String: UInt32] = [:]
  private let seed: (UInt64, UInt64)

  private static let chunkBits = 10
  private static let chunkSize = 1 << chunkBits

  /// Makes an empty table.
  ///
  /// - Parameter seed: random numbers, so that nobody can make a capture whose connections all fall
  ///   into one place of the table.
  public init(seed: (UInt64, UInt64)) { self.seed = (seed.0 | 1, seed.1) }

  /// Takes a packet.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since the epoch.
  ///   - frameLength: bytes on the wire.
  ///   - isKept: whether a filter lets it through; connections of which no packet is kept can be
  ///     left out afterwards, they are followed all the same.
  /// - Returns: whether it was taken; else it is neither TCP nor UDP, and for `addOther`.
  public mutating func add(
    _ header: FlowHeader, time: Int64, frameLength: Int, isKept: Bool = true
  ) -> Bool {
    guard header.kind != .other else { return false }
    note(time)
    let index = place(of: header, at: time)
    let isTCP = header.kind == .tcp
    chunks[index >> FlowTable.chunkBits][index & (FlowTable.chunkSize - 1)].add(
      header, isTCP: isTCP, time: time, frameLength: frameLength, isKept: isKept)
    return true
  }

  /// Takes a packet that is neither TCP nor UDP.
  public mutating func addOther(
    _ packet: Packet, time: Int64, frameLength: Int, isKept: Bool = true
  ) {
    note(time)
    guard let message = packet.icmp, message.isError, let quoted = message.quoted,
      let source = packet.sourceAddress, let destination = packet.destinationAddress
    else {
      strays += 1
      return
    }
    let key = ErrorSummary.Key(
      reporter: source.unmapped, receiver: destination.unmapped, message: message, quoted: quoted)
    let place: Int
    if let known = errorPlaces[key] {
      place = known
    } else {
      place = errors.count
      errorPlaces[key] = place
      errors.append(
        ErrorSummary(
          key, connection: connection(of: quoted, in: packet), rank: connections, time: time))
    }
    errors[place].add(time: time, frameLength: frameLength, isKept: isKept)
  }

  /// The summary of a connection, by its place, from 0 to `connections`.
  public subscript(index: Int) -> ConnectionSummary {
    let record = record(index)
    var summary = ConnectionSummary(record, id: ConnectionID(index + 1))
    summary.tunnel = tunnels[Int(record.course.inside)].words
    return summary
  }

  private func record(_ index: Int) -> FlowRecord {
    chunks[index >> FlowTable.chunkBits][index & (FlowTable.chunkSize - 1)]
  }

  /// Whether what tells tunnels apart is the same.
  private func isInside(_ place: UInt32, _ identity: UInt64) -> Bool {
    place == 0 ? identity == 0 : tunnels[Int(place)].identity == identity
  }

  /// The place of what a connection is inside.
  private mutating func place(ofTunnel words: String, _ path: [Tunnel]) -> UInt32 {
    if let known = tunnelPlaces[words] { return known }
    let place = UInt32(tunnels.count)
    tunnelPlaces[words] = place
    tunnels.append((words, path.identity))
    return place
  }

  private mutating func note(_ time: Int64) {
    packets += 1
    if first == nil { first = time }
  }

  // MARK: places

  /// The place of a packet's connection: the open one between its ends, or a new one.
  private mutating func place(of header: FlowHeader, at time: Int64) -> Int {
    let identity = header.tunnels.isEmpty ? 0 : header.tunnels.identity
    var slot = firstSlot(header.source, header.destination, header.kind, identity)
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      let index = Int(entry) - 1
      let chunk = index >> FlowTable.chunkBits
      let offset = index & (FlowTable.chunkSize - 1)
      if chunks[chunk][offset].course.kind == header.kind,
        chunks[chunk][offset].isBetween(header.source, header.destination),
        isInside(chunks[chunk][offset].course.inside, identity)
      {
        if header.hasSYN, header.kind == .tcp, !header.hasACK,
          chunks[chunk][offset].isReused(by: header)
        {
          let new = append(header, at: time, previous: entry)
          slots[slot] = UInt32(new + 1)
          return new
        }
        let previous = chunks[chunk][offset].course.previous
        if previous != 0, isChallenge(header, index, previous) {
          slots[slot] = previous
          return Int(previous) - 1
        }
        return index
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let new = append(header, at: time)
    slots[slot] = UInt32(new + 1)
    used += 1
    if used * 4 > slots.count * 3 { grow() }
    return new
  }

  /// The connection that an error quotes a packet of.
  private func connection(of quoted: QuotedPacket, in packet: Packet) -> ConnectionID? {
    let kind: FlowHeader.Kind
    switch quoted.proto {
    case 6: kind = .tcp
    case 17: kind = .udp
    default: return nil
    }
    let ends = (FlowEndpoint(quoted.source), FlowEndpoint(quoted.destination))
    let identity = packet.tunnels.identity
    var slot = firstSlot(ends.0, ends.1, kind, identity)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      let record = record(index)
      if record.course.kind == kind, record.isBetween(ends.0, ends.1),
        isInside(record.course.inside, identity)
      {
        return ConnectionID(index + 1)
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Whether an end of the older connection of the same ports answers a SYN with a bare ACK: it is
  /// alive, and the SYN opened nothing (RFC 5961, section 4.2).
  private func isChallenge(_ header: FlowHeader, _ index: Int, _ previous: UInt32) -> Bool {
    let known = record(index)
    return header.flags == .ack && known.course.bits.contains(.sawSYN)
      && known.course.bits.isDisjoint(with: .sawAnswer) && header.source == known.server.endpoint
      && !record(Int(previous) - 1).isOver
  }

  private mutating func append(
    _ header: FlowHeader, at time: Int64, previous: UInt32 = 0
  ) -> Int {
    var record = FlowRecord(opening: header, at: time)
    record.course.previous = previous
    if let words = header.tunnels.words {
      record.course.inside = place(ofTunnel: words, header.tunnels)
    }
    if connections & (FlowTable.chunkSize - 1) == 0 {
      var chunk: [FlowRecord] = []
      chunk.reserveCapacity(FlowTable.chunkSize)
      chunks.append(chunk)
    }
    chunks[connections >> FlowTable.chunkBits].append(record)
    connections += 1
    return connections - 1
  }

  /// Makes room: only the newest connection of two ends has a slot.
  private mutating func grow() {
    let old = slots
    slots = [UInt32](repeating: 0, count: old.count * 2)
    for entry in old where entry != 0 {
      let record = record(Int(entry) - 1)
      var slot = firstSlot(
        record.client.endpoint, record.server.endpoint, record.course.kind,
        tunnels[Int(record.course.inside)].identity)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }

  /// Where the search for two ends begins: the same for both directions.
  @inline(__always)
  private func firstSlot(
    _ one: FlowEndpoint, _ other: FlowEndpoint, _ kind: FlowHeader.Kind, _ tunnel: UInt64
  ) -> Int {
    let swaps = (one.low, one.port, one.high) < (other.low, other.port, other.high)
    let low = swaps ? other : one
    let high = swaps ? one : other
    let ports = UInt64(low.port) << 16 | UInt64(high.port) | UInt64(kind.rawValue) << 32
    var hash = fold(low.low ^ seed.0, high.low ^ seed.1)
    if low.high | high.high != 0 { hash = fold(hash ^ low.high, high.high ^ seed.0) }
    hash = fold(hash ^ ports, seed.0)
    if tunnel != 0 { hash = fold(hash ^ tunnel, seed.1) }
    return Int(truncatingIfNeeded: hash) & (slots.count - 1)
  }

  private func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let product = one.multipliedFullWidth(by: other)
    return product.high ^ product.low
  }
}

extension FlowRecord {
  /// A connection that begins with a packet; which end is the client is told as the ladder does.
  fileprivate init(opening header: FlowHeader, at time: Int64) {
    let isSYN = header.kind == .tcp && header.hasSYN
    let isFromServer =
      header.kind == .tcp
      && (isSYN ? header.hasACK : header.source.port < header.destination.port)
    self.init(
      header.kind, client: isFromServer ? header.destination : header.source,
      server: isFromServer ? header.source : header.destination, at: time)
    guard header.kind == .tcp, !isSYN, !header.hasRST else { return }
    course.bits.insert(.beganBefore)
    client.state = .established
    server.state = .established
  }

  /// Whether a SYN opens a new connection with the ports of this one.
  fileprivate func isReused(by header: FlowHeader) -> Bool {
    if isOver { return true }
    let end = header.source == client.endpoint ? client : server
    if end.bits.contains(.sawSYN) { return end.initial != header.sequence.rawValue }
    return course.bits.contains(.beganBefore) || end.bits.contains(.hasInitial)
  }

  fileprivate mutating func add(
    _ header: FlowHeader, isTCP: Bool, time: Int64, frameLength: Int, isKept: Bool
  ) {
    let fromClient = header.source == client.endpoint
    if isTCP { take(header, fromClient: fromClient, at: time) }
    if fromClient {
      client.count(frameLength, payload: isTCP ? 0 : header.payloadLength)
    } else {
      server.count(frameLength, payload: isTCP ? 0 : header.payloadLength)
    }
    course.last = max(course.last, time)
    if isKept { course.bits.insert(.isKept) }
  }
}

extension FlowSide {
  @inline(__always)
  fileprivate mutating func count(_ frameLength: Int, payload: Int) {
    packets &+= 1
    frameBytes &+= frameLength
    payloadBytes &+= payload
  }
}
