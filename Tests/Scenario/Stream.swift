import Timeline
import Wire

/// The packets of a TCP connection in a script; sequence numbers are relative, a SYN's being 0.
///
/// Without `seq` a segment continues what its side has sent; without `ack` it acknowledges
/// everything that the other side has sent.
public final class Stream {
  let script: Script
  let client: Endpoint
  let server: Endpoint
  private var initial: [Side: SequenceNumber]
  private var next: [Side: Int] = [.client: 0, .server: 0]
  /// Whether SYNs carry the options of Linux.
  public var hasOptions = true

  init(
    script: Script, client: Endpoint, server: Endpoint, clientISN: SequenceNumber,
    serverISN: SequenceNumber
  ) {
    self.script = script
    self.client = client
    self.server = server
    initial = [.client: clientISN, .server: serverISN]
  }

  /// A segment from the client.
  public func client(
    _ time: Int, _ flags: TCPFlags, length: Int = 0, seq: Int? = nil, ack: Int? = nil,
    window: UInt16 = 512, sack: [Range<Int>] = [], urgent: UInt16 = 0
  ) {
    send(time, .client, flags, length, seq, ack, window, sack, urgent)
  }

  /// A segment from the server.
  public func server(
    _ time: Int, _ flags: TCPFlags, length: Int = 0, seq: Int? = nil, ack: Int? = nil,
    window: UInt16 = 512, sack: [Range<Int>] = []
  ) {
    send(time, .server, flags, length, seq, ack, window, sack)
  }

  /// The last `length` bytes that a side has sent, sent again.
  public func again(_ side: Side, _ time: Int, length: Int) {
    send(time, side, [.psh, .ack], length, (next[side] ?? 0) - length, nil, 512, [])
  }

  /// SYN, SYN-ACK and ACK, at the three times.
  public func handshake(_ syn: Int, _ synAck: Int, _ ack: Int) {
    client(syn, .syn)
    server(synAck, [.syn, .ack])
    client(ack, .ack)
  }

  private func send(
    _ time: Int, _ side: Side, _ flags: TCPFlags, _ length: Int, _ seq: Int?, _ ack: Int?,
    _ window: UInt16, _ sack: [Range<Int>], _ urgent: UInt16 = 0
  ) {
    guard let own = initial[side], let other = initial[side.opposite],
      let ownNext = next[side], let otherNext = next[side.opposite]
    else { return }
    let start = seq ?? ownNext
    let hasAck = flags.contains(.ack)
    let isBareReset = flags.contains(.rst) && !hasAck
    var header = TCP(
      source: end(side).port, destination: end(side.opposite).port, sequence: own + start,
      flags: flags, window: flags.contains(.syn) ? 65495 : flags.contains(.rst) ? 0 : window,
      options: options(flags, side))
    if flags == [.rst, .ack], ownNext == 0, seq == nil { header.sequence = SequenceNumber(0) }
    if hasAck { header.acknowledgement = other + (ack ?? otherNext) }
    header.urgentPointer = urgent
    header.options.sackBlocks = sack.map {
      SACKBlock(left: other + $0.lowerBound, right: other + $0.upperBound)
    }
    let captured = min(length, 16)
    let frame = Frame.segment(
      from: end(side), to: end(side.opposite), header,
      payload: [UInt8](repeating: 0x61, count: captured), length: length)
    script.frame(time, frame.bytes, length: frame.length)
    let control = (flags.contains(.syn) ? 1 : 0) + (flags.contains(.fin) ? 1 : 0)
    if !isBareReset { next[side] = max(ownNext, start + length + control) }
  }

  private func end(_ side: Side) -> Endpoint { side == .client ? client : server }

  private func options(_ flags: TCPFlags, _ side: Side) -> TCPOptions {
    var options = TCPOptions()
    guard flags.contains(.syn), hasOptions else { return options }
    options.maximumSegmentSize = 65495
    options.sackPermitted = true
    options.timestamp = TCPTimestamp(value: side == .client ? 100 : 200, echo: 0)
    options.windowScale = 7
    return options
  }
}

/// The packets of two UDP ends in a script.
public final class Flow {
  let script: Script
  let client: Endpoint
  let server: Endpoint

  init(script: Script, client: Endpoint, server: Endpoint) {
    self.script = script
    self.client = client
    self.server = server
  }

  /// A datagram from the client, of `length` bytes.
  public func client(_ time: Int, _ length: Int) { send(time, client, server, length) }

  /// A datagram from the client with a text, of which the capture holds all.
  public func client(_ time: Int, _ text: String) {
    let bytes = Array(text.utf8)
    let frame = Frame.datagram(from: client, to: server, payload: bytes, length: bytes.count)
    script.frame(time, frame.bytes, length: frame.length)
  }

  /// A datagram from the server, of `length` bytes.
  public func server(_ time: Int, _ length: Int) { send(time, server, client, length) }

  /// A datagram from the client in fragments of 1,480 bytes, a microsecond apart.
  public func clientFragments(_ time: Int, _ length: Int, identification: UInt8 = 7) {
    let (whole, _) = Frame.datagram(from: client, to: server, payload: [], length: length)
    for (index, offset) in stride(from: 0, to: length + 8, by: 1480).enumerated() {
      let size = min(1480, length + 8 - offset)
      var bytes = Array(whole.prefix(34))
      let words = [UInt16(20 + size), UInt16(identification), UInt16(offset / 8)]
      for (place, word) in words.enumerated() {
        bytes[16 + 2 * place] = UInt8(word >> 8)
        bytes[17 + 2 * place] = UInt8(word & 0xFF)
      }
      if offset + size < length + 8 { bytes[20] |= 0x20 }
      bytes += index == 0 ? Array(whole.dropFirst(34)) : [UInt8](repeating: 0x61, count: 16)
      script.frame(time + index, bytes, length: 34 + size)
    }
  }

  /// The server's host says that nobody listens there, quoting a datagram of `length` bytes.
  public func unreachable(_ time: Int, _ length: Int) {
    let frame = Frame.portUnreachable(from: client, to: server, length: length)
    script.frame(time, frame.bytes, length: frame.length)
  }

  private func send(_ time: Int, _ source: Endpoint, _ destination: Endpoint, _ length: Int) {
    let payload = [UInt8](repeating: 0x61, count: min(length, 16))
    let frame = Frame.datagram(from: source, to: destination, payload: payload, length: length)
    script.frame(time, frame.bytes, length: frame.length)
  }
}
