import Text
import Timeline

/// A packet's cause as fields: a line of the packet's comment, after the one for people.
///
///     sockline cause=call reason=data calls=7,8 bytes=0:13 name=write fd=4 caller=client[200]
///     sockline cause=released reason=released-by-ack calls=7 packet=12 bytes=13:26
///     sockline cause=untraced reason=passed-over
///
/// There is a space between two fields and nowhere else, a field occurs once, and no value is
/// empty. In the names of programs whatever could end a value, a field or the line is escaped, so
/// no name is ever read as a field.
enum RecordingCauseFields {
  /// What a line of fields says.
  enum Reading: Hashable {
    case cause(Cause)
    /// No cause, so that it is worked out: the timeline skipped the packet, the cause named too
    /// much for a comment, or it has a kind or a reason that is not known yet.
    case workedOut
  }

  /// The line for a packet that the timeline skipped.
  static let passedOver = mark + "untraced reason=passed-over"
  /// The line for a cause that names too much for a comment.
  static let none = mark + "none"

  private static let mark = "sockline cause="
  /// The number of bytes before the first field.
  private static let head = "sockline ".utf8.count

  // MARK: writing

  /// The line for a cause.
  ///
  /// - Parameter call: the first of its calls, where the packet was sent by a call.
  static func line(_ cause: Cause, call: RecordingCause.CallName?) -> String {
    var line: [UInt8] = []
    add(cause, call: call, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// Adds the line for a cause.
  static func add(_ cause: Cause, call: RecordingCause.CallName?, to line: inout [UInt8]) {
    line.add(mark)
    line.add(cause.kind.rawValue)
    line.add(" reason=")
    line.add(cause.reason.recordedName)
    func put(_ name: String, _ number: Int?) {
      guard let number else { return }
      line.add(name)
      DecimalText.add(number, to: &line)
    }
    func put(_ name: String, calls: [CallID]) {
      for (index, call) in calls.enumerated() { put(index == 0 ? name : ",", call.rawValue) }
    }
    func put(_ name: String, _ process: ProcessName) {
      line.add(name)
      line.add(JournalText.escaped(process.name, separators: " =[]"))
      put("[", Int(process.id))
      line.add("]")
    }
    put(" calls=", calls: cause.calls)
    put(" fin=", calls: cause.closers)
    put(" packet=", cause.packet)
    put(" trigger=", cause.trigger?.rawValue)
    put(" bytes=", cause.bytes?.lowerBound)
    put(":", cause.bytes?.upperBound)
    if let process = cause.process { put(" process=", process) }
    put(" unread=", cause.unread)
    put(" swapped-port=", cause.swappedPort.map { Int($0) })
    if cause.isDelayed { line.add(" delayed=1") }
    guard cause.kind == .call, !cause.calls.isEmpty, let call else { return }
    // Useless to a reader that has the calls, but not to one that has only packets.
    line.add(" name=")
    line.add(call.call)
    put(" fd=", call.descriptor.map { Int($0) })
    put(" caller=", call.process)
  }

  // MARK: reading

  /// What the last line of fields in a comment says; nil where there is none.
  static func reading(_ comment: String) -> Reading? {
    for line in comment.utf8.split(separator: UInt8(ascii: "\n")).reversed() {
      if let reading = reading(line: line.last == UInt8(ascii: "\r") ? line.dropLast() : line) {
        return reading
      }
    }
    return nil
  }

  private static func reading(line: Substring.UTF8View) -> Reading? {
    guard line.starts(with: mark.utf8) else { return nil }
    var fields: [(name: Substring, value: Substring)] = []
    for text in line.dropFirst(head).split(separator: space, omittingEmptySubsequences: false) {
      guard let field = field(text), !fields.contains(where: { $0.name == field.name }) else {
        return nil
      }
      fields.append(field)
    }
    guard fields.count > 1 else { return fields[0].value == "none" ? Reading.workedOut : nil }
    guard fields[1].name == "reason" else { return nil }
    var cause = Cause(.unknown, .undecoded)
    for field in fields.dropFirst(2) where !cause.read(field.name, field.value) { return nil }
    guard let kind = Cause.Kind(rawValue: String(fields[0].value)),
      let reason = Cause.Reason(recordedName: String(fields[1].value))
    else { return Reading.workedOut }
    cause.kind = kind
    cause.reason = reason
    return .cause(cause)
  }

  /// `name=value`; nil where it does not have that form.
  private static func field(_ text: Substring.UTF8View) -> (name: Substring, value: Substring)? {
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex else {
      return nil
    }
    let name = text[..<equals]
    let value = text[text.index(after: equals)...]
    let hyphen = UInt8(ascii: "-")
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    guard !value.isEmpty, value.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "=") }),
      name.allSatisfy({ letters ~= $0 || $0 == hyphen })
    else { return nil }
    return (Substring(name), Substring(value))
  }

  private static let space = UInt8(ascii: " ")
}

extension Cause {
  /// Takes a field after the first two; an unknown one is ignored.
  ///
  /// - Returns: whether its value can be read.
  fileprivate mutating func read(_ name: Substring, _ value: Substring) -> Bool {
    switch name {
    case "calls":
      calls = Cause.calls(value)
      return !calls.isEmpty
    case "fin":
      closers = Cause.calls(value)
      return !closers.isEmpty
    case "packet":
      packet = Cause.number(value)
      return packet != nil
    case "trigger":
      trigger = Cause.number(value).map { CallID($0) }
      return trigger != nil
    case "bytes":
      bytes = Cause.range(value)
      return bytes != nil
    case "process":
      process = Cause.process(value)
      return process != nil
    case "unread":
      unread = Cause.number(value)
      return unread != nil
    case "swapped-port":
      swappedPort = Cause.number(value).flatMap { UInt16(exactly: $0) }
      return swappedPort != nil
    case "delayed":
      isDelayed = true
      return value == "1"
    default: return true
    }
  }

  /// Digits; nil where there are other characters, or too many digits.
  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
  }

  /// `7,8`; none where any part is not a number.
  private static func calls(_ text: Substring) -> [CallID] {
    var calls: [CallID] = []
    for text in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let number = number(Substring(text)) else { return [] }
      calls.append(CallID(number))
    }
    return calls
  }

  /// `13:26`
  private static func range(_ text: Substring) -> Range<Int>? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let low = number(Substring(parts[0])),
      let high = number(Substring(parts[1])), low <= high
    else { return nil }
    return low..<high
  }

  /// `client[200]`
  private static func process(_ text: Substring) -> ProcessName? {
    guard text.utf8.last == UInt8(ascii: "]"),
      let bracket = text.utf8.lastIndex(of: UInt8(ascii: "[")),
      let id = Int32(text[text.index(after: bracket)...].dropLast())
    else { return nil }
    return ProcessName(id: id, name: JournalText.unescaped(text[..<bracket]))
  }
}
