import Calls
public import Timeline
public import Wire

/// What a capture shows of its connections, as far as calls can be compared with it: when each
/// byte, SYN, FIN and datagram was first seen.
public struct CapturedFlows {
  /// Packets so far.
  public private(set) var packets = 0
  /// Whether all addresses were of the loopback network.
  public private(set) var isLoopback = true
  private(set) var streams: [Ends: [Stream]] = [:]
  private(set) var datagrams: [Ends: [Datagram]] = [:]
  /// When the first and the last packet were captured.
  private(set) var span: ClosedRange<Int64>?

  /// Makes the flows of an empty capture.
  public init() {}

  /// The two ends of a packet, from source to destination.
  struct Ends: Hashable {
    var source: Endpoint
    var destination: Endpoint
  }

  struct Datagram {
    var time: Int64
    var length: Int
  }

  /// A TCP connection whose SYN was seen.
  final class Stream {
    let client: Endpoint
    let server: Endpoint
    let syn: Int64
    var synAck: Int64?
    var handshakeAck: Int64?
    /// What the client and the server sent.
    var halves: [Half]

    init(client: Endpoint, server: Endpoint, syn: Int64, number: SequenceNumber) {
      self.client = client
      self.server = server
      self.syn = syn
      halves = [Half(first: number), Half(first: nil)]
    }
  }

  /// One direction of a connection.
  struct Half {
    /// The sequence number of the SYN.
    var first: SequenceNumber?
    /// How far the stream was seen, counted from its first byte, and when.
    private(set) var reached: [(bytes: Int, time: Int64)] = []
    var fin: Int64?
    var reset: Int64?
    /// Bytes up to the FIN.
    private(set) var length: Int?

    init(first: SequenceNumber?) { self.first = first }

    mutating func add(_ header: TCP, _ length: Int, at time: Int64) {
      guard let first else { return }
      if header.flags.contains(.fin), fin == nil {
        let reached = self.reached.last?.bytes ?? 0
        self.length = reached + (header.sequence - (first + (reached + 1))) + length
      }
      guard length > 0 else { return }
      let before = reached.last?.bytes ?? 0
      // A stream may be longer than sequence numbers reach: count from its current position.
      let end = before + (header.sequence - (first + (before + 1))) + length
      if end > before { reached.append((end, time)) }
    }

    /// When the byte at a position was first seen.
    func time(ofByte position: Int) -> Int64? {
      var range = 0..<reached.count
      while !range.isEmpty {
        let middle = range.lowerBound + range.count / 2
        if reached[middle].bytes > position {
          range = range.lowerBound..<middle
        } else {
          range = middle + 1..<range.upperBound
        }
      }
      return range.lowerBound < reached.count ? reached[range.lowerBound].time : nil
    }
  }

  /// Takes a packet; packets come in time order.
  public mutating func take(_ packet: Packet, at time: Instant) {
    // Times later than a log can have would overflow when added to its times.
    let moment = min(time.nanoseconds, StraceLine.latestSecond * 1_000_000_000)
    packets += 1
    span = min(span?.lowerBound ?? moment, moment)...max(span?.upperBound ?? moment, moment)
    guard let from = packet.sourceAddress?.unmapped, let to = packet.destinationAddress?.unmapped
    else { return }
    isLoopback = isLoopback && from.isLoopback && to.isLoopback
    if let header = packet.udp {
      let ends = Ends(
        source: Endpoint(from, header.source), destination: Endpoint(to, header.destination))
      let length = max(packet.payloadLength, Int(header.length) - 8)
      datagrams[ends, default: []].append(Datagram(time: moment, length: length))
    } else if let header = packet.tcp {
      let ends = Ends(
        source: Endpoint(from, header.source), destination: Endpoint(to, header.destination))
      take(header, packet.payloadLength, ends, at: moment)
    }
  }

  private mutating func take(_ header: TCP, _ length: Int, _ ends: Ends, at time: Int64) {
    let back = Ends(source: ends.destination, destination: ends.source)
    if header.flags.contains(.syn), !header.flags.contains(.ack) {
      // A repeated SYN is not another connection.
      if streams[ends]?.last?.halves[0].first == header.sequence { return }
      let stream = Stream(
        client: ends.source, server: ends.destination, syn: time, number: header.sequence)
      streams[ends, default: []].append(stream)
      stream.halves[0].add(header, length, at: time)
      return
    }
    guard
      let (stream, side) = streams[ends]?.last.map({ ($0, 0) })
        ?? streams[back]?.last.map({ ($0, 1) })
    else { return }
    if header.flags.contains(.syn) {
      if stream.synAck == nil {
        stream.synAck = time
        stream.halves[side].first = header.sequence
      }
    } else if side == 0, header.flags.contains(.ack), stream.handshakeAck == nil {
      stream.handshakeAck = time
    }
    stream.halves[side].add(header, length, at: time)
    if header.flags.contains(.fin), stream.halves[side].fin == nil {
      stream.halves[side].fin = time
    }
    if header.flags.contains(.rst), stream.halves[side].reset == nil {
      stream.halves[side].reset = time
    }
  }

  /// A port of one end, and the other end.
  struct Way: Hashable {
    var port: UInt16
    var other: Endpoint
    var kind: TransportKind
  }

  /// For each port and other end, the own ends that packets went from or to.
  var ownEnds: [Way: Set<Endpoint>] {
    var ends: [Way: Set<Endpoint>] = [:]
    for key in datagrams.keys {
      let way = Way(port: key.source.port, other: key.destination, kind: .udp)
      ends[way, default: []].insert(key.source)
    }
    for key in streams.keys {
      let client = Way(port: key.source.port, other: key.destination, kind: .tcp)
      ends[client, default: []].insert(key.source)
      let server = Way(port: key.destination.port, other: key.source, kind: .tcp)
      ends[server, default: []].insert(key.destination)
    }
    return ends
  }

  /// The connections between two ends, whichever is the client, in the order in which they began.
  func streams(_ one: Endpoint, _ other: Endpoint) -> [Stream] {
    let there = streams[Ends(source: one, destination: other)] ?? []
    let back = one == other ? [] : streams[Ends(source: other, destination: one)] ?? []
    return back.isEmpty ? there : (there + back).sorted { $0.syn < $1.syn }
  }
}
