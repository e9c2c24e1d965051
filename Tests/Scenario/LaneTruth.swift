import Calls
import Timeline

/// Holds a ladder of text against its rows: below whose name each of them stands.
public struct LaneTruth {
  private var callers: [Int: ProcessName] = [:]
  private var packets: [Int: ConnectionID] = [:]
  /// Everybody who held an end of a connection.
  private var holders: [ConnectionID: [Side: Set<ProcessName>]] = [:]

  /// Learns from all rows.
  public init(_ rows: [Row]) {
    for row in rows {
      switch row.content {
      case .opening(let facts):
        note(facts.clientProcess, .client, facts.id)
        note(facts.serverProcess, .server, facts.id)
      case .packet(let packet): packets[packet.packet.number] = row.connection
      case .call(let call):
        callers[call.record.id.rawValue] = call.record.process
        if let id = row.connection { note(call.record.process, call.side, id) }
        if let id = call.accepted { note(call.record.process, .server, id) }
      default: break
      }
    }
  }

  private mutating func note(_ process: ProcessName?, _ side: Side, _ id: ConnectionID) {
    guard let process else { return }
    holders[id, default: [:]][side, default: []].insert(process)
  }

  /// How many rows were held against their heads, and what is wrong, in words.
  public func check(_ text: String) -> (rows: Int, faults: [String]) {
    var page = PageOfText()
    var rows = 0
    var faults: [String] = []
    var lanes: [Int: Side] = [:]
    for (index, line) in text.split(separator: "\n").enumerated() {
      if page.takeHeads(line) { continue }
      guard let heads = page.heads else { continue }
      for (number, place) in PageOfText.calls(in: line) {
        guard let caller = callers[number], let side = page.side(of: place, in: line) else {
          continue
        }
        rows += 1
        if !LaneTruth.names(heads[side], caller) {
          faults.append("line \(index + 1): c\(number) of \(caller.name)[\(caller.id)]: \(line)")
        }
        if let entered = lanes[number], entered != side {
          faults.append("line \(index + 1): c\(number) changes its lane: \(line)")
        }
        lanes[number] = side
      }
      guard let number = PageOfText.packet(in: line), let id = packets[number] else { continue }
      rows += 1
      for side in [Side.client, .server] {
        let known = holders[id]?[side] ?? []
        let isGeneric = heads[side].map { !$0.contains("[") || $0.hasPrefix("[") } ?? true
        let isNamed = known.contains { LaneTruth.names(heads[side], $0) }
        if !isNamed, !(isGeneric && (known.isEmpty || page.isNobody(side))) {
          faults.append("line \(index + 1): packet \(number) below \(heads[side] ?? ""): \(line)")
        }
      }
    }
    return (rows, faults)
  }

  /// Whether a head is that of a process: `server[4120]`, or `server` where there are several.
  public static func names(_ head: String?, _ process: ProcessName) -> Bool {
    head == "\(process.name)[\(process.id)]" || head == process.name
  }
}

/// The heads that are in force on a page of text, and where its lanes are.
private struct PageOfText {
  private(set) var heads: [Side: String]?
  /// Where the client's words end and the server's begin, in characters.
  private var clientEnd = 0
  private var serverStart = 0

  /// Takes a line where it is one of heads.
  mutating func takeHeads(_ line: Substring) -> Bool {
    guard let match = line.prefixMatch(of: /\ *(ms|UTC|time|delta|\S+)\ +pkt(\ +#)?\ \ +(\S.*)$/)
    else { return false }
    let names = match.output.3
    guard let gap = names.firstRange(of: /\ \ +/) else { return false }
    let client = names[..<gap.lowerBound]
    heads = [.client: String(client), .server: String(names[gap.upperBound...])]
    clientEnd = line.distance(from: line.startIndex, to: gap.lowerBound)
    serverStart = line.distance(from: line.startIndex, to: gap.upperBound)
    return true
  }

  func isNobody(_ side: Side) -> Bool {
    let head = heads?[side] ?? ""
    return ["client", "server"].contains(head) || head.contains(":")
  }

  /// The lane of a place; nil where it is between both.
  func side(of place: Int, in line: Substring) -> Side? {
    place >= serverStart ? .server : place < clientEnd ? .client : nil
  }

  /// The calls that a line shows, with the places of their numbers: `c4 accept`.
  static func calls(in line: Substring) -> [(Int, Int)] {
    line.matches(of: /(?:^|[\s┃┏┗│┛┓])(?:\S+\s)?c(\d+)\ (?:[a-z_0-9]+(?:\(|\ =)|=)/).compactMap {
      guard let number = Int($0.output.1) else { return nil }
      return (number, line.distance(from: line.startIndex, to: $0.output.1.startIndex))
    }
  }

  /// The packet whose row a line is.
  static func packet(in line: Substring) -> Int? {
    guard line.contains(/[▶◀]/) else { return nil }
    return line.prefixMatch(of: /\ *[\d.:]+\ +(\d+)\ /).flatMap { Int($0.output.1) }
  }
}
