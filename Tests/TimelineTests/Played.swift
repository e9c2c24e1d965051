import Calls
import Scenario
import Timeline
import Wire

/// The rows of a scenario, to be asked about packets and calls by number.
struct Played {
  let rows: [Row]
  let totals: Totals

  init(_ script: Script) { self.init(script.scenario) }

  init(_ scenario: Scenario) {
    (rows, totals) = scenario.played()
  }

  init(rows: [Row], totals: Totals) {
    self.rows = rows
    self.totals = totals
  }

  var packets: [PacketRow] {
    rows.compactMap { if case .packet(let row) = $0.content { row } else { nil } }
  }

  var calls: [CallRow] {
    rows.compactMap { if case .call(let row) = $0.content { row } else { nil } }
  }

  /// The causes of all packets, in order.
  var causes: [String] { packets.map { text(of: $0.cause) } }

  /// The cause of a packet as text, such as `call data c8 bytes 0..<13`.
  func cause(_ number: Int) -> String {
    packets.first { $0.packet.number == number }.map { text(of: $0.cause) } ?? "no such packet"
  }

  /// The states that a packet changes, such as `TIME-WAIT LAST-ACK`, `-` for none.
  func states(_ number: Int) -> String {
    guard let row = packets.first(where: { $0.packet.number == number }) else { return "?" }
    return "\(row.clientState?.rawValue ?? "-") \(row.serverState?.rawValue ?? "-")"
  }

  /// What woke a call, such as `packet 3`, `did not wait 3`, `other`, `not a wait`.
  func wake(_ number: Int) -> String {
    guard let row = calls.first(where: { $0.record.id.rawValue == number && $0.part != .enter })
    else { return "no such return" }
    switch row.wake {
    case .notAWait: return "not a wait"
    case .other: return "other"
    case .packet(let packet, _): return "packet \(packet)"
    case .didNotWait(let packet, _): return "did not wait \(packet.map { "\($0)" } ?? "-")"
    }
  }

  /// What the last row of a call says that it sends.
  func sends(_ number: Int) -> CallRow.Sends? {
    calls.last { $0.record.id.rawValue == number }?.sends
  }

  /// The number of a call's connection, by its last row.
  func connection(ofCall number: Int) -> Int? {
    rows.last {
      if case .call(let row) = $0.content { row.record.id.rawValue == number } else { false }
    }?.connection?.rawValue
  }

  /// The number of a packet's connection.
  func connection(ofPacket number: Int) -> Int? {
    rows.last {
      if case .packet(let row) = $0.content { row.packet.number == number } else { false }
    }?.connection?.rawValue
  }

  /// The numbers of the calls of a name, in order.
  func numbers(of call: SystemCall) -> [Int] {
    calls.filter { $0.record.call == call && $0.part != .exit }.map(\.record.id.rawValue)
  }
}

extension Script {
  /// The scenario, played.
  var played: Played { Played(self) }
}
