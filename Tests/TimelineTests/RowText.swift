import Calls
import Timeline
import Wire

/// Rows as plain text, one line each, for golden files: every field that is set.
func text(of rows: [Row], start: Int64 = 1_700_000_000_000_000_000) -> String {
  rows.map { row in
    let time = row.time.nanoseconds - start
    let digits = String(time / 1000)
    let pad = String(repeating: " ", count: max(0, 7 - digits.count))
    let connection = row.connection.map { "#\($0.rawValue)" } ?? "- "
    return "\(pad)\(digits) \(connection) \(text(of: row.content))\n"
  }
  .joined()
}

private func text(of content: Row.Content) -> String {
  switch content {
  case .opening(let facts): text(of: facts)
  case .packet(let row): text(of: row)
  case .call(let row): text(of: row)
  case .signal(let signal, let process, let side, let isOurs):
    "signal \(signal) \(text(of: process)) \(side)" + (isOurs ? " ours" : "")
  case .exit(let status, let signal, let process, let side, let isOurs):
    "exit status=\(show(status)) signal=\(show(signal)) \(text(of: process)) \(side)"
      + (isOurs ? " ours" : "")
  case .output(let line, let process, let side): "prints \(line) \(text(of: process)) \(side)"
  case .blind(let words, let process, let side): "blind \(words) \(text(of: process)) \(side)"
  }
}

private func show<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }

private func text(of process: ProcessName) -> String { "\(process.name)[\(process.id)]" }

private func text(of facts: Connection) -> String {
  let client = facts.clientProcess.map { text(of: $0) } ?? "?"
  let server = facts.serverProcess.map { text(of: $0) } ?? "?"
  var words = ["opening \(facts.kind) \(client) \(facts.client) > \(server) \(facts.server)"]
  if let number = facts.clientISN { words.append("isn \(number.rawValue)") }
  if let number = facts.serverISN { words.append("isn \(number.rawValue)") }
  if facts.beganBefore { words.append("began before") }
  if facts.kernelChosePort { words.append("kernel chose port") }
  return words.joined(separator: " ")
}

private func text(of row: PacketRow) -> String {
  var words = ["p\(row.packet.number)"]
  if let sender = row.sender { words.append(sender == .client ? ">" : "<") }
  if let header = row.packet.packet.tcp { words.append(names(of: header.flags)) }
  if row.packet.packet.udp != nil { words.append("UDP") }
  if row.packet.packet.icmp != nil { words.append("ICMP") }
  if let number = row.relativeSequence { words.append("seq=\(number)") }
  if let number = row.relativeAcknowledgement { words.append("ack=\(number)") }
  if row.packet.packet.payloadLength > 0 { words.append("len=\(row.packet.packet.payloadLength)") }
  if !row.acknowledges.isEmpty { words.append("acks \(row.acknowledges)") }
  if let state = row.clientState { words.append("client=\(state.rawValue)") }
  if let state = row.serverState { words.append("server=\(state.rawValue)") }
  if row.makesSocket { words.append("new socket") }
  if row.showsChosenPort { words.append("port chosen") }
  words.append("| \(text(of: row.cause))")
  return words.joined(separator: " ")
}

func text(of cause: Cause) -> String {
  var words = ["\(cause.kind) \(cause.reason)"]
  if !cause.calls.isEmpty {
    words.append(cause.calls.map { "c\($0.rawValue)" }.joined(separator: "+"))
  }
  if let packet = cause.packet { words.append("of p\(packet)") }
  if let trigger = cause.trigger { words.append("by c\(trigger.rawValue)") }
  if let bytes = cause.bytes { words.append("bytes \(bytes.lowerBound)..<\(bytes.upperBound)") }
  if let process = cause.process { words.append(text(of: process)) }
  if let count = cause.unread { words.append("unread \(count)") }
  if let port = cause.swappedPort { words.append("htons \(port)") }
  if cause.isDelayed { words.append("delayed") }
  return words.joined(separator: " ")
}

private func names(of flags: TCPFlags) -> String {
  let all: [(TCPFlags, String)] = [
    (.syn, "S"), (.fin, "F"), (.rst, "R"), (.psh, "P"), (.urg, "U"), (.ack, "."),
  ]
  return all.filter { flags.contains($0.0) }.map(\.1).joined()
}

private func text(of row: CallRow) -> String {
  let record = row.record
  var words = ["c\(record.id.rawValue) \(record.call.rawValue)"]
  if let descriptor = record.arguments.descriptor { words[0] += "(\(descriptor))" }
  words.append("\(row.part) \(row.side) \(text(of: record.process))")
  if record.thread != record.process.id { words.append("thread \(record.thread)") }
  if row.part != .enter { words.append("= \(record.outcome.map { "\($0.result)" } ?? "?")") }
  if let socket = record.socket { words.append("s\(socket.rawValue)") }
  if let state = row.listenerState { words.append(state.rawValue) }
  if row.onListener { words.append("on listener") }
  words.append("sends \(row.sends)")
  switch row.wake {
  case .notAWait: break
  case .didNotWait(let packet, _): words.append("did not wait: p\(show(packet))")
  case .packet(let number, _): words.append("woken by p\(number)")
  case .other: words.append("woken otherwise")
  }
  return words.joined(separator: " ")
}
