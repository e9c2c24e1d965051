import Foundation

/// What a torture program says has to be seen.
struct TortureExpectation: Decodable {
  var `case`: String
  var flag: String
  var from: Int
  var to: Int
  var kind: String
  var call: String?
  var pid: Int?
  var fd: Int?
  var state: Int?
  // The name is that of the field.
  var timeNs: Int?

  static func read(_ text: String) throws -> [TortureExpectation] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try text.split(separator: "\n").map {
      try decoder.decode(TortureExpectation.self, from: Data($0.utf8))
    }
  }
}

/// The rows of an exported recording.
struct TortureRows {
  struct Cause: Decodable {
    var kind: String
    var calls: [Int]
    var reason: String?
  }

  struct Packet: Decodable {
    var number: Int
    var timeNs: Int
    var `protocol`: String
    var src: String
    var dst: String
    var flags: String?
    var length: Int
    var cause: Cause

    var from: Int { TortureRows.port(src) }
    var to: Int { TortureRows.port(dst) }
    var summary: String {
      "\(number) \(src) > \(dst) \(flags ?? "") \(length): \(cause.kind) \(cause.reason ?? "")"
    }

    /// What an expectation calls it.
    func has(_ flag: String) -> Bool {
      let flags = flags ?? ""
      if self.protocol == "udp" { return flag == "UDP" }
      switch flag {
      case "SYN": return flags.contains("S") && !flags.contains(".")
      case "SYNACK": return flags.contains("S") && flags.contains(".")
      case "FIN": return flags.contains("F")
      case "RST": return flags.contains("R")
      case "DATA": return length > 0 && !flags.contains("S")
      default: return false
      }
    }
  }

  struct Call: Decodable {
    var id: Int
    var name: String
    var pid: Int
    var fd: Int?
    var wokenBy: Int?
  }

  struct State: Decodable {
    var connection: Int?
    var end: String
    var state: String
    var timeNs: Int
  }

  struct Connection: Decodable {
    var id: Int
    var client: String
    var server: String
  }

  private struct Kind: Decodable { var type: String }

  var packets: [Packet] = []
  var calls: [Int: Call] = [:]
  var states: [State] = []
  var connections: [Int: Connection] = [:]

  init(_ text: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    for line in text.split(separator: "\n") {
      let data = Data(line.utf8)
      switch try decoder.decode(Kind.self, from: data).type {
      case "packet": packets.append(try decoder.decode(Packet.self, from: data))
      case "call":
        let call = try decoder.decode(Call.self, from: data)
        calls[call.id] = call
      case "state": states.append(try decoder.decode(State.self, from: data))
      case "connection":
        let connection = try decoder.decode(Connection.self, from: data)
        connections[connection.id] = connection
      default: break
      }
    }
    packets.sort { $0.number < $1.number }
    states.sort { $0.timeNs < $1.timeNs }
  }

  static func port(_ end: String) -> Int { Int(end.split(separator: ":").last ?? "") ?? 0 }
}

/// Compares what was expected with what was exported.
struct TortureCheck {
  let rows: TortureRows
  private(set) var problems: [String] = []
  private var used: [String: Int] = [:]

  init(_ rows: TortureRows) { self.rows = rows }

  mutating func check(_ expected: TortureExpectation) {
    let place = "\(expected.case): \(expected.flag) \(expected.from) > \(expected.to)"
    func problem(_ text: String) { problems.append("\(place): \(text)") }
    let found = rows.packets.filter {
      $0.from == expected.from && $0.to == expected.to && $0.has(expected.flag)
        && $0.cause.kind != "retransmission"
    }
    switch expected.kind {
    case "state":
      let state = state(expected)
      if !isState(state, expected.state ?? 0) {
        problem("TCP_INFO says \(expected.state ?? 0), the rows \(state ?? "nothing")")
      }
    case "wake":
      if !isWoken(expected) { problem("\(expected.call ?? "") was not woken by it") }
    case "none":
      if let one = found.first { problem("not expected: \(one.summary)") }
    case "ambiguous":
      if !found.contains(where: { $0.cause.kind == "ambiguous" }) { problem("none is ambiguous") }
    default:
      let next = used[place, default: 0]
      used[place] = next + 1
      guard next < found.count else { return problem("is missing") }
      if !isRight(found[next], expected) {
        problem("\(expected.kind) \(expected.call ?? "") expected: \(found[next].summary)")
      }
    }
  }

  /// Whether a packet has the cause that was expected.
  ///
  /// A FIN behind bytes that wait for room is `released` when these leave; its calls are the same.
  private func isRight(_ packet: TortureRows.Packet, _ expected: TortureExpectation) -> Bool {
    let cause = packet.cause
    let waits = ["linger-waits", "close-under-write", "killed-in-write"].contains(expected.case)
    switch expected.kind {
    case "reply", "unknown": return cause.kind == expected.kind
    case "exit":
      if waits, cause.kind == "released" { return true }
      return cause.kind == "exit" && (cause.reason ?? "").contains("[\(expected.pid ?? 0)]")
    default:
      guard cause.kind == "call" || waits && cause.kind == "released" else { return false }
      if expected.call == "execve", (cause.reason ?? "").contains("[\(expected.pid ?? 0)]") {
        return true
      }
      return cause.calls.compactMap { rows.calls[$0] }.contains {
        $0.name == expected.call && $0.pid == expected.pid
          && (expected.fd == -1 || $0.fd == expected.fd)
      }
    }
  }

  private func isWoken(_ expected: TortureExpectation) -> Bool {
    rows.calls.values.contains { call in
      guard call.name == expected.call, call.pid == expected.pid, call.fd == expected.fd,
        let packet = rows.packets.first(where: { $0.number == call.wokenBy })
      else { return false }
      return packet.from == expected.from && packet.to == expected.to
    }
  }

  /// The last state that the rows give to an end by the moment that the kernel was asked.
  private func state(_ expected: TortureExpectation) -> String? {
    rows.states.last { state in
      guard state.timeNs <= expected.timeNs ?? 0,
        let connection = state.connection.flatMap({ rows.connections[$0] })
      else { return false }
      let isClient = state.end == "client"
      let own = isClient ? connection.client : connection.server
      let other = isClient ? connection.server : connection.client
      return TortureRows.port(own) == expected.from
        && (expected.to == 0 || TortureRows.port(other) == expected.to)
    }?.state
  }

  /// States by the numbers of TCP_INFO (net/tcp_states.h of the kernel).
  private func isState(_ state: String?, _ number: Int) -> Bool {
    let names = [
      "", "ESTABLISHED", "SYN-SENT", "SYN-RCVD", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED",
      "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING",
    ]
    guard let state else { return ["LISTEN", "CLOSED"].contains(names[number]) }
    return names.indices.contains(number) && names[number] == state
  }
}
