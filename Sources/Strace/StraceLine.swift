/// One line of an strace log.
struct StraceLine: Hashable {
  /// The thread, where the line names one: `[pid 12]`, or `12` before the time.
  var thread: Int32?
  /// The thread's name, which `--decode-pids=comm` adds.
  var name: String?
  /// Its time, in nanoseconds by a clock of the log's own; nil where it has none.
  var time: Time?
  /// What it says.
  var content: Content

  /// A time as strace writes it.
  struct Time: Hashable {
    /// Nanoseconds: since the epoch (-ttt), since midnight (-tt), or since the previous line (-r).
    var nanoseconds: Int64
    var kind: Kind
    /// Digits after the decimal point; 0 means whole seconds (-t).
    var digits: Int

    /// What it is counted from.
    enum Kind: Hashable { case epoch, midnight, line }
  }

  /// What a line says.
  enum Content: Hashable {
    /// A call that has returned: its name, its arguments and what follows them, as written.
    case call(String, [UInt8])
    /// A call that has not returned yet: `read(3, <unfinished ...>`.
    case unfinished(String, [UInt8])
    /// The rest of one: `<... read resumed>"", 1) = 0`.
    case resumed(String, [UInt8])
    /// `+++ exited with 0 +++`
    case exited(status: Int32)
    /// `+++ killed by SIGKILL +++`
    case killed(signal: Int32)
    /// `+++ superseded by execve in pid 7 +++`
    case superseded
    /// `--- SIGPIPE {...} ---`
    case signal(Int32)
    /// `--- stopped by SIGSTOP ---`
    case stopped(Int32)
    /// `strace: Process 7 attached`
    case attached(Int32)
    /// A frame of a stack (-k): ` > /bin/program(main+0x12) [0x1234]`
    case frame(StraceFrame)
    /// Another message of strace.
    case message
    /// Nothing that strace writes.
    case unknown
  }
}

/// A frame of a stack, as `-k` writes it.
public struct StraceFrame: Hashable, Sendable {
  /// The file of the program or library. Raw: escape before showing.
  public var module: String
  /// The function, where strace found one. Raw.
  public var function: String?

  /// ` > /bin/program(main+0x12) [0x1234]`, or without the function; nil where it is not a frame.
  init?(_ text: StraceText) {
    var text = text
    guard text.take(" > ") else { return nil }
    let rest = text.bytes[text.place...]
    guard let open = rest.lastIndex(of: UInt8(ascii: "(")),
      let close = rest[open...].firstIndex(of: UInt8(ascii: ")")), open > rest.startIndex
    else { return nil }
    module = String(decoding: rest[..<open], as: UTF8.self)
    let name = rest[(open + 1)..<close].prefix { $0 != UInt8(ascii: "+") }
    function = name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
  }

  /// Makes a frame.
  public init(module: String, function: String?) {
    self.module = module
    self.function = function
  }
}

extension StraceLine {
  /// Reads a line without its newline.
  init(_ bytes: [UInt8]) {
    var text = StraceText(bytes)
    content = .unknown
    if let frame = StraceFrame(text) {
      content = .frame(frame)
      return
    }
    if text.take("strace: ") {
      content = StraceLine.message(text)
      return
    }
    if text.starts(with: "Process "), let message = StraceLine.oldMessage(text) {
      content = message
      return
    }
    readThread(&text)
    readTime(&text)
    StraceLine.skipBrackets(&text)
    content = StraceLine.content(text)
  }

  /// `Process 7 attached`, `Process 7 resumed (parent 6 ready)`: messages as they were before version 4.11.
  private static func oldMessage(_ text: StraceText) -> Content? {
    var text = text
    guard text.take("Process "), let thread = text.number(), text.next == UInt8(ascii: " ") else {
      return nil
    }
    if text.take(" attached") { return .attached(Int32(truncatingIfNeeded: thread)) }
    for word in [" detached", " resumed", " suspended"] as [StaticString] where text.take(word) {
      return .message
    }
    return nil
  }

  /// The instruction pointer (-i), `[00007f25e0d0e8a7] `, and the number of the call (-n), `[   42] `.
  private static func skipBrackets(_ text: inout StraceText) {
    while text.next == UInt8(ascii: "[") {
      let start = text.place
      text.place += 1
      let inside = text.run {
        $0.hexadecimal != nil || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "?")
      }
      guard inside.contains(where: { $0 != UInt8(ascii: " ") }), text.take("] ") else {
        return text.place = start
      }
      text.skipSpaces()
    }
  }

  private static func message(_ text: StraceText) -> Content {
    var text = text
    guard text.take("Process "), let thread = text.number(), text.take(" attached") else {
      return .message
    }
    return .attached(Int32(truncatingIfNeeded: thread))
  }

  /// `[pid  12] `, `12 ` or `12<name> `.
  private mutating func readThread(_ text: inout StraceText) {
    let start = text.place
    let isBracketed = text.take("[pid ")
    text.skipSpaces()
    guard let number = text.number(), number > 0, number <= Int64(Int32.max) else {
      text.place = start
      return
    }
    let name = text.annotation()
    guard isBracketed ? text.take("] ") : text.next == UInt8(ascii: " ") else {
      text.place = start
      return
    }
    text.skipSpaces()
    thread = Int32(number)
    self.name = name
  }

  /// `1795817689.210196`, `12:34:56.789012`, or `0.000123`; each may come with the time since the
  /// previous line in parentheses.
  private mutating func readTime(_ text: inout StraceText) {
    text.skipSpaces()
    let start = text.place
    let whole = text.run { $0.isDigit }
    guard !whole.isEmpty, whole.count <= 10, var seconds = StraceLine.decimal(whole),
      seconds <= StraceLine.latestSecond
    else {
      text.place = start
      return
    }
    var kind = seconds < 100_000_000 ? Time.Kind.line : .epoch
    if text.next == UInt8(ascii: ":") {
      kind = .midnight
      guard seconds < 24 else { return text.place = start }
      for _ in 0..<2 {
        guard text.take(UInt8(ascii: ":")),
          let part = StraceLine.decimal(text.run { $0.isDigit }), part < 61
        else { return text.place = start }
        seconds = seconds * 60 + part
      }
    }
    var digits: ArraySlice<UInt8> = []
    if text.take(UInt8(ascii: ".")) { digits = text.run { $0.isDigit } }
    guard digits.count <= 9, text.next == UInt8(ascii: " ") else { return text.place = start }
    let fraction = StraceLine.fraction(digits)
    time = Time(
      nanoseconds: seconds * 1_000_000_000 + fraction, kind: kind, digits: digits.count)
    text.skipSpaces()
    if text.next == UInt8(ascii: "("), text.peek(1) == UInt8(ascii: "+") {
      _ = text.run { $0 != UInt8(ascii: ")") }
      text.place += text.isAtEnd ? 0 : 1
      text.skipSpaces()
    }
  }

  /// Later seconds, from 2096 on, are not a log's time: so two times can be added and subtracted
  /// without overflow.
  static let latestSecond: Int64 = 4_000_000_000

  private static func decimal(_ digits: ArraySlice<UInt8>) -> Int64? {
    digits.isEmpty || digits.count > 10 ? nil : Int64(String(decoding: digits, as: UTF8.self))
  }

  /// Up to nine digits after the decimal point, in units of 10⁻⁹.
  static func fraction(_ digits: ArraySlice<UInt8>) -> Int64 {
    var value: Int64 = 0
    for index in 0..<9 {
      let digit = index < digits.count ? digits[digits.startIndex + index] - UInt8(ascii: "0") : 0
      value = value * 10 + Int64(digit)
    }
    return value
  }

  private static func content(_ text: StraceText) -> Content {
    var text = text
    if text.take("+++ ") { return end(text) }
    if text.take("--- ") {
      // Version 4.6 wrote the kernel's signal information in place of its name.
      if text.take("{si_signo=") {
        guard let name = text.word(), let signal = StraceNames.signal(name) else { return .message }
        return .signal(signal)
      }
      let isStop = text.take("stopped by ")
      guard let name = text.word() else { return .unknown }
      guard let signal = StraceNames.signal(name) else { return .message }
      return isStop ? .stopped(signal) : .signal(signal)
    }
    if text.take("<... ") {
      guard let name = text.word(), text.take(" resumed") else { return .unknown }
      if text.take(" #") { _ = text.number() }
      _ = text.take(UInt8(ascii: ">"))
      return .resumed(name, Array(text.bytes[text.place...]))
    }
    guard let name = text.word(), text.take(UInt8(ascii: "(")) else { return .unknown }
    let rest = text.bytes[text.place...]
    if let end = unfinishedMark(rest) { return .unfinished(name, Array(rest[..<end])) }
    return .call(name, Array(rest))
  }

  /// Where the ` <unfinished ...>` or `<unfinished #1 ...>` that ends the line begins.
  private static func unfinishedMark(_ rest: ArraySlice<UInt8>) -> Int? {
    guard rest.ends(with: " ...>"), let open = rest.lastIndex(of: UInt8(ascii: "<")) else {
      return nil
    }
    guard rest[open...].starts(with: Array("<unfinished ".utf8)) else { return nil }
    let number = rest[(open + 12)...].dropLast(5)
    guard number.isEmpty || number.first == UInt8(ascii: "#") || rest[open...].count == 16 else {
      return nil
    }
    let isApart = open > rest.startIndex && rest[open - 1] == UInt8(ascii: " ")
    return isApart ? open - 1 : open
  }

  private static func end(_ text: StraceText) -> Content {
    var text = text
    if text.take("exited with "), let status = text.number() {
      return .exited(status: Int32(truncatingIfNeeded: status))
    }
    if text.take("killed by "), let name = text.word() {
      return .killed(signal: StraceNames.signal(name) ?? 0)
    }
    return text.take("superseded by") ? .superseded : .unknown
  }
}

extension StraceLine {
  /// The two halves of a line that strace interrupted with a message and finished after it:
  /// `clone(flags=SIGCHLDstrace: Process 7 attached`.
  static func parts(_ bytes: [UInt8]) -> (start: [UInt8], message: [UInt8])? {
    let ending = Array(" attached".utf8)
    guard bytes.suffix(ending.count).elementsEqual(ending) else { return nil }
    // Before version 4.11 messages lacked the program's name.
    for mark in ["strace: Process ", "Process "].map({ Array($0.utf8) }) {
      guard bytes.count > mark.count + 1, bytes.count < 4096 else { continue }
      for index in 1..<(bytes.count - mark.count)
      where bytes[index..<(index + mark.count)].elementsEqual(mark) {
        return (Array(bytes[..<index]), Array(bytes[index...]))
      }
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  fileprivate func ends(with text: String) -> Bool {
    count >= text.utf8.count && suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}
