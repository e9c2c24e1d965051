import Calls
import Timeline
import Wire

@testable import Render

/// A layout of 104 columns with one open connection, for tests of single rows.
func layout(isOpen: Bool = true) -> Layout {
  let room = Room(width: 104, time: 7, number: 3, connection: 0)
  var layout = Layout(room: room, style: LadderStyle(), language: .english)
  layout.named = [.client: client, .server: server]
  layout.open(connection(1), at: Instant(0))
  if isOpen {
    layout.scene.connections[ConnectionID(1)]?.client.isThere = true
    layout.scene.connections[ConnectionID(1)]?.server.isThere = true
  }
  return layout
}

let client = ProcessName(id: 4121, name: "client")
let server = ProcessName(id: 4120, name: "server")

func connection(_ number: Int, kind: TransportKind = .tcp) -> Connection {
  var connection = Connection(
    id: ConnectionID(number), kind: kind, client: Endpoint(.loopback4, 51_514),
    server: Endpoint(.loopback4, 3490))
  connection.clientProcess = client
  connection.serverProcess = server
  connection.clientISN = SequenceNumber(1000)
  connection.serverISN = SequenceNumber(5000)
  return connection
}

/// A segment of 13 bytes as a row.
func packetRow(
  _ number: Int, from side: Side = .client, _ cause: Cause, flags: TCPFlags = [.psh, .ack],
  length: Int = 13, at time: Int64 = 1000, of connection: Int = 1,
  _ change: (inout PacketRow) -> Void = { _ in }
) -> Row {
  var packet = Packet()
  packet.network = .ipv4(IPv4(source: .loopback4, destination: .loopback4))
  packet.transport = .tcp(
    TCP(source: 1, destination: 2, sequence: SequenceNumber(1), flags: flags))
  packet.payloadLength = length
  let captured = CapturedPacket(
    number: number, time: Instant(time), frameLength: 60, capturedLength: 60, packet: packet)
  var row = PacketRow(packet: captured, cause: cause, sender: side)
  row.relativeSequence = 1
  row.relativeAcknowledgement = 1
  change(&row)
  return Row(time: Instant(time), connection: ConnectionID(connection), content: .packet(row))
}

/// A call as a row.
func callRow(
  _ number: Int, _ call: SystemCall, _ part: CallRow.Part = .enter, _ side: Side = .client,
  thread: Int32? = nil, result: Int64? = nil, error: Int32? = nil, at time: Int64 = 1000,
  of connection: Int? = 1, _ change: (inout CallRow) -> Void = { _ in }
) -> Row {
  let process = side == .client ? client : server
  var arguments = CallArguments()
  arguments.descriptor = 3
  var record = CallRecord(
    id: CallID(number), call: call, arguments: arguments, process: process,
    thread: thread ?? process.id, entered: Instant(part == .exit ? time - 500_000 : time))
  record.kind = .tcp
  if part != .enter {
    record.outcome = CallOutcome(result: result ?? 0, error: error.map { Errno($0) })
    record.returned = Instant(time)
  }
  var row = CallRow(record: record, part: part, side: side)
  row.sends = call == .read ? .none : .packets
  change(&row)
  return Row(
    time: Instant(time), connection: connection.map { ConnectionID($0) }, content: .call(row))
}

func cause(
  _ kind: Cause.Kind, _ reason: Cause.Reason, calls: [Int] = [], packet: Int? = nil,
  trigger: Int? = nil
) -> Cause {
  var cause = Cause(kind, reason)
  cause.calls = calls.map { CallID($0) }
  cause.packet = packet
  cause.trigger = trigger.map { CallID($0) }
  return cause
}

/// The words of a lane.
func words(_ lines: [LadderLine], _ side: Side) -> [[String]] {
  lines.map { $0[side].words.map(\.text) }
}
