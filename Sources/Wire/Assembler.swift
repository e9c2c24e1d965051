/// Decodes packets one after the other, and puts fragments of IP together.
///
/// What a fragment gives is told by the packet that brought it:
///
/// - A datagram of UDP, or an ICMP message, is the fragment with its header, which tells the length.
///   The others have no transport.
/// - A segment of TCP is told in parts, as far as its bytes are there without a hole: sequence number and
///   length are those of the part. FIN and PSH stand in the last one. So each byte is told once,
///   in whatever order the fragments came.
/// - Where the first fragment does not reach to the header, what is whole at last tells it.
///
/// Memory is bounded: by the number of packets that are waited for, by their bytes, and by time.
public struct Assembler: Sendable {
  private var open: [Piece.Key: Assembly] = [:]
  /// The keys in the order in which they were opened; some may be closed.
  private var order: [(key: Piece.Key, began: Int64)] = []
  private var oldest = 0
  /// Bytes held.
  private var held = 0

  /// Nanoseconds for which fragments are waited for (RFC 791: 15 s; Linux: 30 s; RFC 8200: 60 s).
  static let patience: Int64 = 60_000_000_000
  /// Packets that are waited for at once.
  static let mostOpen = 1024
  /// Bytes that are held at once.
  static let mostBytes = 8 << 20

  /// Packets that are waited for.
  var openCount: Int { open.count }
  /// Bytes held of them.
  var heldBytes: Int { held }

  /// Makes an assembler that has seen nothing.
  public init() {}

  /// Decodes the next packet, as `Packet.decode` does.
  ///
  /// - Parameters:
  ///   - number: the packet's number, by which fragments name each other.
  ///   - time: when it was captured, in nanoseconds.
  ///   - interface: where; fragments of two interfaces do not belong together.
  public mutating func decode(
    _ bytes: Span<UInt8>, link: LinkType, frameLength: Int, number: Int, time: Int64,
    interface: Int = 0
  ) -> Packet {
    var packet = Packet.decode(bytes, link: link, frameLength: frameLength)
    guard let piece = packet.pieces.first else { return packet }
    let key = piece.key(interface)
    var assembly = taken(key, at: time)
    let first = assembly.numbers.first
    let outcome = assembly.take(piece, bytes, number: number)
    packet.fragment = Packet.Fragment(offset: piece.delivery.fragmentOffset, first: first)
    switch outcome {
    case .refused: break
    case .repeated:
      packet.fragment?.isRepeated = true
      if packet.tunnels.isEmpty { packet.tellNoTransport(piece) }
    case .new:
      tell(&packet, &assembly, piece)
    }
    if assembly.isWhole, case .new = outcome {
      packet.fragment?.others = Array(assembly.numbers.dropLast())
    } else {
      keep(assembly, key)
    }
    return packet
  }

  /// Takes out what is there of a packet; a new one where there is nothing, or where it is too old.
  private mutating func taken(_ key: Piece.Key, at time: Int64) -> Assembly {
    guard let known = open.removeValue(forKey: key) else { return Assembly(at: time) }
    held -= known.bytes.count
    let (age, overflows) = time.subtractingReportingOverflow(known.began)
    return overflows || abs(age) > Assembler.patience ? Assembly(at: time) : known
  }

  /// Keeps what is there, and lets go of the oldest where it would be too much.
  private mutating func keep(_ assembly: Assembly, _ key: Piece.Key) {
    open[key] = assembly
    held += assembly.bytes.count
    if assembly.numbers.count <= 1 { order.append((key, assembly.began)) }
    while open.count > Assembler.mostOpen || held > Assembler.mostBytes
      || order.count - oldest > 4 * Assembler.mostOpen, oldest < order.count
    {
      let (key, began) = order[oldest]
      oldest += 1
      if let gone = open[key], gone.began == began {
        open[key] = nil
        held -= gone.bytes.count
      }
    }
    if oldest > Assembler.mostOpen {
      order.removeFirst(oldest)
      oldest = 0
    }
  }

  /// Says in the packet what its fragment has brought.
  private func tell(_ packet: inout Packet, _ assembly: inout Assembly, _ piece: Piece) {
    if piece.delivery.pseudo.proto == TransportNumber.tcp {
      return tellSegment(&packet, &assembly, piece)
    }
    if packet.transport != nil, piece.delivery.isFirst {
      let isCut = if case .tooShort? = packet.stop?.reason { true } else { false }
      assembly.hasTransport = !isCut
    }
    guard assembly.isWhole else { return }
    let whole = Packet.assembled(assembly, piece)
    if piece.delivery.isFirst, packet.tunnels.count == whole.tunnels.count {
      packet.checksum = whole.checksum
    }
    guard !assembly.hasTransport || piece.delivery.isFirst && packet.stop != nil else { return }
    packet.takeLayers(of: whole)
  }

  /// Tells the part of a segment that is there without a hole now, and was not told before.
  private func tellSegment(_ packet: inout Packet, _ assembly: inout Assembly, _ piece: Piece) {
    let reached = assembly.contiguous
    // A header that the capture may have cut is told as far as it is there.
    guard assembly.keptOfFirst >= TCP.longestHeader else {
      if !piece.delivery.isFirst { packet.tellNoTransport(piece) }
      return
    }
    guard reached > assembly.delivered else { return packet.tellNoTransport(piece) }
    let whole = Packet.assembled(assembly, piece)
    guard var header = whole.tcp, whole.stop == nil, reached >= header.headerLength else {
      return packet.tellNoTransport(piece)
    }
    let start = max(assembly.delivered, header.headerLength)
    let isFirst = assembly.delivered == 0
    let skipped = start - header.headerLength
    if !isFirst {
      // A SYN takes a number of its own, before the data.
      let syn = header.flags.contains(.syn) ? 1 : 0
      header.sequence = SequenceNumber(
        header.sequence.rawValue &+ UInt32(truncatingIfNeeded: skipped + syn))
      header.flags.remove(.syn)
    }
    if !assembly.isWhole { header.flags.subtract([.fin, .psh]) }
    packet.tellNoTransport(piece)
    packet.transport = .tcp(header)
    packet.payloadLength = reached - start
    packet.checksum = assembly.isWhole ? whole.checksum : .unknown
    // What this packet itself holds of it.
    let own = max(0, start - piece.range.lowerBound)
    let from = min(piece.captured.upperBound, piece.captured.lowerBound + own)
    let isOwn = start >= piece.range.lowerBound
    packet.payload =
      isOwn ? from..<min(piece.captured.upperBound, from + reached - start) : from..<from
    packet.stop = nil
    assembly.delivered = reached
    assembly.hasTransport = true
  }
}

extension Packet {
  /// What the bytes that are there from the start on are, as a packet's transport.
  fileprivate static func assembled(_ assembly: Assembly, _ piece: Piece) -> Packet {
    var packet = Packet()
    packet.network = .other(etherType: 0)
    var delivery = piece.delivery
    (delivery.fragmentOffset, delivery.hasMore) = (0, false)
    delivery.isFirst = true
    // Before it is whole no sum can be judged.
    delivery.isWhole = assembly.isWhole
    let count = assembly.contiguous
    do throws(DecodeError) {
      try packet.readTransport(
        assembly.bytes.span, Part(offset: 0, length: count, limit: .capture), delivery)
    } catch {
      packet.stop = error
    }
    if assembly.isCut { packet.checksum = .unknown }
    return packet
  }

  /// Makes the packet one that shows nothing but its fragment.
  fileprivate mutating func tellNoTransport(_ piece: Piece) {
    transport = nil
    checksum = .unknown
    payloadLength = max(piece.length, piece.captured.count)
    payload = piece.captured
    if let stop, stop.layer == .tcp { self.stop = nil }
  }

  /// Takes the transport of the whole, or what a tunnel in it carries; none of it stands in this
  /// packet's own bytes.
  fileprivate mutating func takeLayers(of whole: Packet) {
    guard whole.transport != nil else { return }
    if !whole.tunnels.isEmpty {
      var first = whole.tunnels[0]
      first.network = network
      tunnels = tunnels + [first] + whole.tunnels.dropFirst()
      network = whole.network
      vlans += whole.vlans
    }
    transport = whole.transport
    checksum = whole.checksum
    stop = whole.stop
    payloadLength = whole.payloadLength
    payload = payload.upperBound..<payload.upperBound
  }
}
