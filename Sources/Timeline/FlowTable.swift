public import Wire

/// Connections, UDP flows and ICMP errors of a capture, counted in one pass.
///
/// It keeps some 300 bytes for each connection and nothing for a packet, so that captures of any
/// length can be summed up. Connections are numbered as the ladder numbers them, and followed by the
/// same code.
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
  private var copies = PacketCopies()
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

  /// Packets that were captured before, at another place or twice: they count for nothing else.
  public var copied: Int { copies.count }

  /// Takes a packet.
  ///
  /// - Parameters:
  ///   - interface: the interface it was captured at, and the file that it is from.
  ///   - time: nanoseconds since the epoch.
  ///   - frameLength: bytes on the wire.
  ///   - isKept: whether a filter lets it through; connections of which no packet is kept can be
  ///     left out afterwards, they are followed all the same.
  /// - Returns: whether it was taken; else it is neither TCP nor UDP, and for `addOther`.
  public mutating func add(
    _ header: FlowHeader, interface: (number: Int, file: Int) = (0, 0), time: Int64,
    frameLength: Int, isKept: Bool = true
  ) -> Bool {
    guard header.kind != .other else { return false }
    note(time)
    let seenAt = PacketCopies.place(interface: interface.number, file: interface.file)
    if copies.original(of: header, interface: seenAt, number: packets, at: time) != nil {
      return true
    }
    let index = place(of: header, at: time)
    let chunk = index >> FlowTable.chunkBits
    let offset = index & (FlowTable.chunkSize - 1)
    let isOfClient = header.source == chunks[chunk][offset].client.endpoint
    chunks[chunk][offset].add(header, fromClient: isOfClient, time: time, frameLength: frameLength)
    if isKept { chunks[chunk][offset].course.bits.insert(.isKept) }
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
        if let other = successor(of: index, by: header) {
          slots[slot] = other
          return Int(other) - 1
        }
        if header.kind == .tcp, chunks[chunk][offset].isReused(by: header, at: time) {
          let new = append(header, at: time, previous: entry)
          slots[slot] = UInt32(new + 1)
          return new
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

  /// The connection of the same ports that a segment belongs to, plus one, where it is not the newest
  /// one: an older one that is alive answers a SYN (RFC 5961, section 4.2), or that SYN comes again.
  private mutating func successor(of index: Int, by header: FlowHeader) -> UInt32? {
    guard header.kind == .tcp else { return nil }
    let course = chunks[index >> FlowTable.chunkBits][index & (FlowTable.chunkSize - 1)].course
    if course.previous != 0, header.flags == .ack {
      let old = Int(course.previous) - 1
      guard record(index).isChallenged(by: header, record(old)) else { return nil }
      chunks[old >> FlowTable.chunkBits][old & (FlowTable.chunkSize - 1)].course.challenger =
        UInt32(index + 1)
      return course.previous
    }
    if course.challenger != 0, header.hasSYN,
      record(Int(course.challenger) - 1).isBegun(by: header)
    {
      return course.challenger
    }
    return nil
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
