import Calls
import Scenario
import Timeline
import Wire

/// A random exchange of which is written down, packet by packet, who sent it.
///
/// Every connection has a client thread and a server thread; all run at once. A write leaves in
/// segments inside its call, or is held back until an ACK, or is lost and sent again.
final class Exchange {
  /// What is known of a packet: its kind, and its calls by thread and time of entry.
  struct Truth {
    var time: Int
    var kind: Cause.Kind
    var calls: [String] = []
  }

  let script = Script()
  private(set) var truths: [Truth] = []
  private var random: Random
  /// Microseconds by which the packets' clock is off.
  private let skew: Int
  private let server: Program
  private let client: Program
  private let listener: Socket

  init(seed: UInt64, connections: Int) {
    random = Random(state: seed)
    skew = Int.random(in: -4...0, using: &random)
    server = script.process(4120, "server", .server)
    client = script.process(6000, "client", .client)
    listener = script.socket(fd: 3)
    server.listens(0, listener, "0.0.0.0:3490")
    for index in 0..<connections { connection(index, at: 100 + number(0..<3000)) }
  }

  /// The truth of each packet, by its number.
  var ordered: [Truth] {
    truths.enumerated().sorted { ($0.1.time, $0.0) < ($1.1.time, $1.0) }.map(\.element)
  }

  private func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

  private func name(_ call: SystemCall, _ program: Program, _ time: Int) -> String {
    "\(call.rawValue) of \(program.thread) at \(time)"
  }

  /// One end of a connection: who acts, on which socket.
  private struct Party {
    var side: Side
    var program: Program
    var socket: Socket
  }

  private func send(
    _ stream: Segments, _ party: Party, _ time: Int, _ flags: TCPFlags, length: Int = 0,
    seq: Int? = nil, _ kind: Cause.Kind, _ calls: [String] = []
  ) {
    truths.append(Truth(time: time + skew, kind: kind, calls: calls))
    if party.side == .client {
      stream.client(time + skew, flags, length: length, seq: seq)
    } else {
      stream.server(time + skew, flags, length: length, seq: seq)
    }
  }

  private func connection(_ index: Int, at begin: Int) {
    var time = begin
    let near = "127.0.0.1:\(20_000 + index)"
    let lane = Int32(index)
    let one = Party(
      side: .client, program: client.thread(6000 + lane), socket: script.socket(fd: 100 + lane))
    let two = Party(
      side: .server, program: server.thread(4120 + lane), socket: script.socket(fd: 100 + lane))
    let isn = (UInt32(truncatingIfNeeded: random.next()), UInt32(truncatingIfNeeded: random.next()))
    let stream = script.stream(near, "127.0.0.1:3490", isn: isn)
    one.program.socket(time...(time + 3), one.socket)
    let connect = one.program.connect(time + 10, one.socket, "127.0.0.1:3490", local: near)
    send(stream, one, time + 20, .syn, .call, [name(.connect, one.program, time + 10)])
    send(stream, two, time + 22, [.syn, .ack], .reply)
    send(stream, one, time + 24, .ack, .reply)
    connect.returns(time + 40)
    time += 60
    let accept = two.program.accept(time, listener)
    accept.returns(time + 5, accepted: two.socket, local: "127.0.0.1:3490", peer: near)
    time += 40
    for _ in 0..<number(0..<8) {
      let (from, to) = number(0..<2) == 0 ? (one, two) : (two, one)
      time = exchange(stream, from, to, at: time)
    }
    end(stream, number(0..<2) == 0 ? (one, two) : (two, one), at: time + number(1..<30))
  }

  /// One end writes, the other reads.
  private func exchange(_ stream: Segments, _ from: Party, _ to: Party, at begin: Int) -> Int {
    var time = begin
    var total = number(1..<2000)
    let label = name(.write, from.program, time)
    switch number(0..<4) {
    case 0:
      // Large: several segments inside the call.
      total = number(61_441..<200_000)
      let write = from.program.write(time, from.socket, count: total)
      var left = total
      while left > 0 {
        time += 5
        send(stream, from, time, [.psh, .ack], length: min(left, 61_440), .call, [label])
        left -= min(left, 61_440)
      }
      send(stream, to, time + 3, .ack, .reply)
      write.returns(time + 10, total)
      time += 20
    case 1:
      // Held back: a second small write waits for the ACK of the first.
      from.program.write(time...(time + 20), from.socket, count: total)
      send(stream, from, time + 10, [.psh, .ack], length: total, .call, [label])
      let more = number(1..<500)
      let second = name(.write, from.program, time + 30)
      from.program.write((time + 30)...(time + 40), from.socket, count: more)
      send(stream, to, time + 40_010, .ack, .reply)
      send(stream, from, time + 40_012, [.psh, .ack], length: more, .released, [second])
      send(stream, to, time + 40_014, .ack, .reply)
      total += more
      time += 40_030
    case 2:
      // Lost, and sent again.
      from.program.write(time...(time + 20), from.socket, count: total)
      send(stream, from, time + 10, [.psh, .ack], length: total, .call, [label])
      time += 203_000
      stream.again(from.side, time + skew, length: total)
      truths.append(Truth(time: time + skew, kind: .retransmission, calls: [label]))
      send(stream, to, time + 4, .ack, .reply)
      time += 20
    default:
      from.program.write(time...(time + 20), from.socket, count: total)
      send(stream, from, time + 10, [.psh, .ack], length: total, .call, [label])
      send(stream, to, time + 12, .ack, .reply)
      time += 30
    }
    to.program.read(time...(time + 4), to.socket, count: total, gives: total)
    return time + 5 + number(0..<30)
  }

  /// One end closes first, in one of several ways, then the other.
  private func end(_ stream: Segments, _ parties: (Party, Party), at begin: Int) {
    let (first, last) = parties
    var time = begin
    switch number(0..<4) {
    case 0:
      let option = first.program
      option.setsockopt(
        time...(time + 2), first.socket, level: 1, name: 13, value: 1, linger: 0)
      first.program.close((time + 10)...(time + 30), first.socket)
      send(
        stream, first, time + 20, [.rst, .ack], .call, [name(.close, first.program, time + 10)])
      last.program.close((time + 100)...(time + 110), last.socket)
      return
    case 1:
      first.program.shutdown(time...(time + 20), first.socket)
      send(stream, first, time + 10, [.fin, .ack], .call, [name(.shutdown, first.program, time)])
      first.program.close((time + 25)...(time + 29), first.socket)
    case 2:
      // A child had it too, and closed it before.
      let copy = first.program.enters(time, .dup, first.socket)
      copy.returns(time + 3, 900 + number(0..<90), made: first.socket)
      first.program.close((time + 5)...(time + 8), first.socket)
      time += 40
      first.program.close(time...(time + 20), first.socket)
      let late = number(1..<12)
      send(stream, first, time + late, [.fin, .ack], .call, [name(.close, first.program, time)])
    default:
      first.program.close(time...(time + 20), first.socket)
      let late = number(1..<12)
      send(stream, first, time + late, [.fin, .ack], .call, [name(.close, first.program, time)])
    }
    time += 60 + number(0..<2) * 40_000
    if time > begin + 10_000 { send(stream, last, time - 20, .ack, .reply) }
    last.program.close(time...(time + 20), last.socket)
    send(stream, last, time + 10, [.fin, .ack], .call, [name(.close, last.program, time)])
    send(stream, first, time + 14, .ack, .reply)
  }
}

/// The packets of a connection.
typealias Segments = Stream
