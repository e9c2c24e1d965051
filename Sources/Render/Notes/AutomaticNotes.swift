import Calls
import Explain
import Text
import Timeline
import Wire

/// Finds what a reader should be told by itself: the handshake, the first data, each close, and
/// whatever is unusual.
struct AutomaticNotes {
  /// A note, tied to a packet.
  struct Found {
    var packet: Int
    var text: String
    /// Whether it is no part of the usual course of a connection.
    var isUnusual = false
  }

  /// The most that one picture gets, so that they stay readable.
  static let most = 16

  private let language: Language
  private let causes: CauseText
  /// The calls that each packet woke, with the values they gave back.
  private var woken: [Int: [CallRow]] = [:]
  private var calls: [CallID: CallRow] = [:]
  private var told: [ConnectionID: Told] = [:]
  private var unusual: Set<Cause.Reason> = []
  /// What every connection has is told of the first that has it.
  private var usual: Set<Usual> = []
  private enum Usual: Hashable { case syn, synAck, handshakeAck, data(Side), timeWait }
  private var found: [Found] = []

  /// What was told of a connection.
  private struct Told {
    var data: Set<Side> = []
    var firstFIN: (packet: Int, side: Side)?
    var secondFIN: (packet: Int, isWithAck: Bool)?
    var isSettled = false
  }

  /// Finds notes among rows that are shown.
  static func find(_ rows: [Row], _ language: Language) -> [Found] {
    var notes = AutomaticNotes(language)
    for row in rows { notes.learn(row) }
    for row in rows { notes.take(row) }
    guard notes.found.count > most else { return notes.found }
    // Where there are too many, what is unusual stays.
    let kept = notes.found.filter(\.isUnusual).prefix(most).map(\.packet)
    let usual = notes.found.lazy.filter { !$0.isUnusual }.prefix(most - kept.count).map(\.packet)
    let chosen = Set(kept).union(usual)
    return notes.found.filter { chosen.contains($0.packet) }
  }

  private init(_ language: Language) {
    self.language = language
    causes = CauseText(language)
  }

  private mutating func learn(_ row: Row) {
    guard case .call(let call) = row.content else { return }
    if call.part == .exit, calls[call.record.id] != nil {
      calls[call.record.id]?.record = call.record
    } else {
      calls[call.record.id] = call
    }
    switch call.wake {
    case .packet(let number, _): woken[number, default: []].append(call)
    case .didNotWait(let number?, nil) where call.record.role == .connects:
      woken[number, default: []].append(call)
    default: break
    }
  }

  private mutating func take(_ row: Row) {
    guard case .packet(let packet) = row.content, let id = row.connection else { return }
    let number = packet.packet.number
    guard let text = text(packet, id) else { return }
    found.append(Found(packet: number, text: text, isUnusual: isUnusual(packet)))
  }

  private mutating func text(_ row: PacketRow, _ id: ConnectionID) -> String? {
    if isUnusual(row) {
      return unusual.insert(row.cause.reason).inserted ? cause(row) : nil
    }
    guard let flags = row.packet.packet.tcp?.flags, let sender = row.sender else { return nil }
    if flags.contains(.syn) { return handshake(row, flags) }
    if row.cause.reason == .handshakeAck {
      guard usual.insert(.handshakeAck).inserted else { return nil }
      return joined(language.tell(.noteHandshakeAck, number(row.cause.packet)), returns(row))
    }
    if flags.contains(.fin) { return fin(row, sender, id) }
    if let last = told[id]?.secondFIN, told[id]?.isSettled == false,
      row.clientState == .timeWait || row.serverState == .timeWait
        || row.cause.packet == last.packet
    {
      told[id]?.isSettled = true
      guard usual.insert(.timeWait).inserted else { return nil }
      let first = told[id]?.firstFIN?.side ?? sender
      return language.tell(.noteTimeWait, name(first))
    }
    guard row.packet.packet.payloadLength > 0, told[id]?.data.contains(sender) != true else {
      return nil
    }
    told[id, default: Told()].data.insert(sender)
    guard let text = data(row), usual.insert(.data(sender)).inserted else { return nil }
    return text
  }

  // MARK: what is usual

  private mutating func handshake(_ row: PacketRow, _ flags: TCPFlags) -> String? {
    if flags.contains(.ack) {
      guard usual.insert(.synAck).inserted else { return nil }
      return row.cause.kind == .reply ? joined(language.tell(.noteSynAck), returns(row)) : nil
    }
    guard row.cause.kind == .call, let call = callName(row.cause),
      usual.insert(.syn).inserted
    else { return nil }
    let port = row.showsChosenPort ? row.packet.packet.source?.port : nil
    return joined(
      language.tell(.noteSYN, call), port.map { language.tell(.noteChosenPort, "\($0)") })
  }

  private func data(_ row: PacketRow) -> String? {
    guard !row.cause.calls.isEmpty, let call = callName(row.cause) else { return nil }
    let count = row.packet.packet.payloadLength
    let bytes = NumberText.count(count, "byte")
    let asked =
      row.cause.calls.count == 1
      ? row.cause.calls.first.flatMap { calls[$0]?.record.arguments.count } : nil
    let sent: String
    if let asked, asked > count {
      sent = language.tell(.notePartOfWrite, bytes, NumberText.count(asked), call)
    } else {
      sent = language.tell(.noteWrite, call, bytes)
    }
    return joined(sent, returns(row))
  }

  private mutating func fin(_ row: PacketRow, _ sender: Side, _ id: ConnectionID) -> String? {
    let number = row.packet.number
    var state = told[id] ?? Told()
    defer { told[id] = state }
    let how: String
    let isOfExit =
      row.cause.kind == .released && row.cause.closers.isEmpty && row.cause.process != nil
    if row.cause.kind == .exit || isOfExit {
      how = language.tell(.noteExitFIN, CauseText.name(row.cause.process))
    } else if row.cause.kind != .ambiguous,
      let call = row.cause.calls.last.flatMap({ calls[$0]?.record.call.rawValue })
    {
      how = language.tell(.noteFIN, name(sender), call + "()")
    } else {
      how = language.tell(.noteFINAlone, name(sender))
    }
    guard let first = state.firstFIN else {
      state.firstFIN = (number, sender)
      return joined(how, returns(row))
    }
    guard first.side != sender, state.secondFIN == nil else { return nil }
    let acknowledges = row.acknowledges.contains(first.packet)
    state.secondFIN = (number, acknowledges)
    let closing =
      acknowledges
      ? language.tell(.noteThreeSegments, "\(first.packet)")
      : language.tell(.noteFourSegments, "\(first.packet)")
    return joined(how, closing)
  }

  // MARK: what is not

  private func isUnusual(_ row: PacketRow) -> Bool {
    if row.packet.packet.tcp?.flags.contains(.rst) ?? false { return true }
    if row.packet.packet.icmp != nil { return true }
    switch row.cause.kind {
    case .retransmission, .timer, .exit, .released, .ambiguous, .unknown:
      return row.cause.reason != .exitFIN && row.cause.reason != .noCalls
    case .call: return [.fastOpen, .fastOpenWithoutData].contains(row.cause.reason)
    case .reply:
      let reasons: [Cause.Reason] = [.windowUpdate, .duplicateAck, .challengeAck, .probeAck]
      return reasons.contains(row.cause.reason) || row.window == 0
    case .untraced, .copy: return false
    }
  }

  private func cause(_ row: PacketRow) -> String {
    var causes = causes
    for call in row.cause.calls + (row.cause.trigger.map { [$0] } ?? []) {
      causes.names[call] = calls[call]?.record.call.rawValue
    }
    causes.message = row.packet.packet.icmp.map {
      $0.isPortUnreachable ? "port unreachable" : "type \($0.type), code \($0.code)"
    }
    let label = PacketLabel(row: row, sequence: .relative, isDetailed: false).text(room: 60)
    let words = causes.full(row.cause)
    return joined((words.isEmpty ? label : label + ": " + words) + ".", returns(row))
  }

  // MARK: words

  /// What the calls that a packet woke gave back.
  private func returns(_ row: PacketRow) -> String? {
    let calls = woken[row.packet.number] ?? []
    guard !calls.isEmpty else { return nil }
    return calls.prefix(2).map { call in
      let result = CallResultText(call.record, isC: false, language: language)
      let name = call.record.call.rawValue + "()"
      let number = "\(call.record.id.rawValue)"
      if result.isEnd { return language.tell(.noteReturnsEnd, self.name(call.side), name, number) }
      let value = result.text(.brief)
      let bare = value.hasPrefix("= ") ? String(value.dropFirst(2)) : value
      return language.tell(.noteReturns, self.name(call.side), name, number, bare)
    }.joined(separator: " ")
  }

  private func callName(_ cause: Cause) -> String? {
    cause.calls.first.flatMap { calls[$0]?.record.call.rawValue }.map { $0 + "()" }
  }

  private func name(_ side: Side) -> String {
    language.tell(side == .client ? .client : .server)
  }

  private func number(_ packet: Int?) -> String { packet.map { "\($0)" } ?? "?" }

  private func joined(_ sentences: String?...) -> String {
    sentences.compactMap { $0 }.joined(separator: " ")
  }
}
