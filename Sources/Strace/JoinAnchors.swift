import Calls
import Wire

/// What a packet says about the time of a call: a call began before what it sent, and returned
/// after what it waited for.
struct JoinAnchor {
  /// The event: the call's entry, where the packet comes after it, else its return.
  var event: Int
  var isEntry: Bool
  /// When the packet was captured.
  var packet: Int64
}

/// Compares the streams of calls with those of packets, by ends, bytes and order.
struct JoinAnchors {
  /// What follows from bytes and order alone.
  private(set) var certain: [JoinAnchor] = []
  /// Packets that the call sent before it returned, if they lie within it: its entry, its return
  /// and the packets.
  private(set) var within: [(entry: Int, exit: Int, first: Int64, last: Int64)] = []
  /// Resets sent by whatever let go of the last descriptor, if they lie near it.
  private(set) var resets: [JoinAnchor] = []
  /// FINs, each with the event that let go of the last descriptor: a call, or the end of a process.
  private(set) var fins: [JoinAnchor] = []
  /// Matched streams of calls and of packets.
  private(set) var pairs = 0
  /// Sockets whose calls wrote a different number of bytes than were captured.
  private(set) var disagreeing: Set<SocketID> = []
  /// Whether the ends of any stream of calls are those of packets.
  private(set) var sharesEnds = false

  private let flows: CapturedFlows

  /// - Parameter offset: nanoseconds from the log's clock to the capture's, if already known: then
  ///   it decides which of several connections between the same ends is meant.
  init(_ streams: [CalledStream], _ flows: CapturedFlows, start: (Int) -> Int64, offset: Int64?) {
    self.flows = flows
    var groups: [CapturedFlows.Ends: [CalledStream]] = [:]
    for stream in streams where stream.kind == .tcp {
      guard let local = stream.local, let peer = stream.peer else { continue }
      groups[CapturedFlows.Ends(source: local, destination: peer), default: []].append(stream)
    }
    for (ends, called) in groups {
      let captured = flows.streams(ends.source, ends.destination)
      if captured.isEmpty { continue }
      sharesEnds = true
      if captured.count == called.count {
        for (one, other) in zip(called, captured) { add(one, other) }
      } else if let offset {
        addNearest(called, captured) { start($0) + offset }
      }
    }
    addDatagrams(streams)
  }

  /// Of the connections between the same ends, takes the one that began nearest to the first call.
  private mutating func addNearest(
    _ called: [CalledStream], _ captured: [CapturedFlows.Stream], _ start: (Int) -> Int64
  ) {
    var first = 0
    for stream in called {
      let moment = start(stream.start)
      let left = captured.indices.dropFirst(first)
      guard
        let best = left.min(by: {
          (captured[$0].syn - moment).magnitude < (captured[$1].syn - moment).magnitude
        })
      else { return }
      add(stream, captured[best])
      first = best + 1
    }
  }

  // MARK: TCP

  private mutating func add(_ called: CalledStream, _ captured: CapturedFlows.Stream) {
    pairs += 1
    let side = captured.client == called.local ? 0 : 1
    let own = captured.halves[side]
    let other = captured.halves[1 - side]
    if let connect = called.connect, side == 0 {
      before(connect.entry, captured.syn)
      if let exit = connect.exit {
        within.append((connect.entry, exit, captured.syn, captured.syn))
        if called.isConnected, let synAck = captured.synAck { after(exit, synAck) }
      }
    }
    if let accept = called.accept, let ack = captured.handshakeAck ?? captured.synAck {
      after(accept, ack)
    }
    for exit in called.ends { if let fin = other.fin { after(exit, fin) } }
    addEnd(called, own)
    guard called.isCounted else { return }
    if own.fin != nil, own.first != nil, own.length != called.written {
      disagreeing.insert(called.id)
      return
    }
    for read in called.reads {
      if let time = other.time(ofByte: read.last) { after(read.exit, time) }
    }
    for write in called.writes {
      guard let first = own.time(ofByte: write.bytes.lowerBound) else { continue }
      before(write.entry, first)
      guard let exit = write.exit, let last = own.time(ofByte: write.bytes.upperBound - 1) else {
        continue
      }
      within.append((write.entry, exit, first, last))
    }
  }

  /// A FIN comes after the shutdown(), or after whatever let go of the last descriptor.
  private mutating func addEnd(_ called: CalledStream, _ half: CapturedFlows.Half) {
    guard let end = half.fin ?? half.reset else { return }
    if half.fin != nil, let first = called.end {
      before(first, end)
      fins.append(JoinAnchor(event: first, isEntry: true, packet: end))
    }
    for drop in called.drops {
      if let exit = drop.exit { within.append((drop.entry, exit, end, end)) }
    }
    if half.fin == nil, let last = called.end ?? called.drops.last?.entry {
      resets.append(JoinAnchor(event: last, isEntry: true, packet: end))
    }
  }

  private mutating func before(_ entry: Int, _ packet: Int64) {
    certain.append(JoinAnchor(event: entry, isEntry: true, packet: packet))
  }

  private mutating func after(_ exit: Int, _ packet: Int64) {
    certain.append(JoinAnchor(event: exit, isEntry: false, packet: packet))
  }

  // MARK: UDP

  private struct Way: Hashable {
    var port: UInt16
    var other: Endpoint
  }

  /// Pairs datagrams between two ends in order, where as many were sent as captured.
  private mutating func addDatagrams(_ streams: [CalledStream]) {
    var sent: [Way: [(entry: Int, exit: Int?, length: Int)]] = [:]
    var received: [Way: [(exit: Int, length: Int)]] = [:]
    for stream in streams where stream.kind == .udp {
      guard let port = stream.local?.port, port != 0 else { continue }
      for one in stream.sent {
        guard let goal = one.destination else { continue }
        sent[Way(port: port, other: goal), default: []].append((one.entry, one.exit, one.length))
      }
      for one in stream.received {
        guard let source = one.source else { continue }
        received[Way(port: port, other: source), default: []].append((one.exit, one.length))
      }
    }
    guard !sent.isEmpty || !received.isEmpty else { return }
    var there: [Way: [CapturedFlows.Datagram]] = [:]
    var back: [Way: [CapturedFlows.Datagram]] = [:]
    for (ends, datagrams) in flows.datagrams {
      there[Way(port: ends.source.port, other: ends.destination), default: []] += datagrams
      back[Way(port: ends.destination.port, other: ends.source), default: []] += datagrams
    }
    for (way, calls) in sent {
      guard let packets = there[way] else { continue }
      sharesEnds = true
      add(calls.sorted { $0.entry < $1.entry }, packets)
    }
    for (way, calls) in received {
      guard let packets = back[way], packets.count == calls.count else { continue }
      for (call, packet) in zip(calls.sorted { $0.exit < $1.exit }, packets)
      where call.length == packet.length { after(call.exit, packet.time) }
    }
  }

  private mutating func add(
    _ calls: [(entry: Int, exit: Int?, length: Int)], _ packets: [CapturedFlows.Datagram]
  ) {
    guard calls.count == packets.count else { return }
    pairs += 1
    for (call, packet) in zip(calls, packets) where call.length == packet.length {
      before(call.entry, packet.time)
      if let exit = call.exit { within.append((call.entry, exit, packet.time, packet.time)) }
    }
  }
}
