import Calls
import Text
public import Timeline
public import Wire

/// A call as text: its name and arguments, as long or as short as there is room.
public struct CallText {
  let record: CallRecord
  let isC: Bool
  let isASCII: Bool

  /// Makes the text of a call.
  ///
  /// - Parameters:
  ///   - isC: `socket(AF_INET, SOCK_STREAM, 0)`, as strace prints it, instead of `socket(TCP)`.
  ///   - isASCII: whether a cut payload ends in `...`, not in `…`.
  public init(_ record: CallRecord, isC: Bool = false, isASCII: Bool = false) {
    self.record = record
    self.isC = isC
    self.isASCII = isASCII
  }

  /// How much a text tells, the most first.
  public enum Detail: Int, CaseIterable, Comparable, Sendable {
    /// Everything.
    case full
    /// The usual addresses of this machine by their port.
    case brief
    /// Descriptors by their number, no flags.
    case terse
    /// The one argument that matters.
    case least
    /// No argument.
    case name

    /// Whether the one tells more than the other.
    public static func < (one: Detail, other: Detail) -> Bool { one.rawValue < other.rawValue }
  }

  /// An argument: a text, or a payload's beginning, which takes what room is left.
  enum Argument {
    case text(String)
    /// The payload, between signs such as `[{` and `}]`.
    case payload(String, String)
  }

  /// Name and arguments: `write(fd 3, "Hello, s…")`.
  ///
  /// - Parameter room: columns at most; a payload is cut to fit, and then given as a number.
  /// - Returns: nil where the text does not fit.
  public func text(_ detail: Detail, room: Int) -> String? {
    if detail == .name { return name(room: room) }
    var arguments = self.arguments(detail)
    // What is left out of C shows that it is.
    if isC, detail > .full, arguments.count < self.arguments(.full).count {
      arguments.append(.text(ellipsis))
    }
    let fixed =
      arguments.reduce(record.call.rawValue.utf8.count + 2) { count, argument in
        switch argument {
        case .text(let text): count + DisplayWidth.columns(of: text) + 2
        case .payload(let before, let after): count + before.utf8.count + after.utf8.count + 4
        }
      } - (arguments.isEmpty ? 0 : 2)
    let left = room - fixed
    if left < 0 { return nil }
    var texts: [String] = []
    for argument in arguments {
      switch argument {
      case .text(let text): texts.append(text)
      case .payload(let before, let after):
        guard let quoted = CallText.quoted(payload, of: count, room: left, isASCII: isASCII) else {
          return nil
        }
        texts.append(before + quoted + after)
      }
    }
    return record.call.rawValue + "(" + texts.joined(separator: ", ") + ")"
  }

  /// The name with as little as can stand beside it.
  private func name(room: Int) -> String? {
    let call = record.call.rawValue
    var ways = [call + (isC ? "(" + ellipsis + ")" : "()")]
    if isSending, !isC { ways.insert(call + "(\(count))", at: 0) }
    if let option = record.arguments.option, !isC {
      let left = room - call.utf8.count - 2
      let cut = DisplayWidth.truncate(
        CallNames.option(option), to: max(0, left), ellipsis: ellipsis)
      if left >= 4, cut.last?.isNumber != true, cut.dropLast(ellipsis.count).last?.isNumber != true
      {
        ways.insert(call + "(" + cut + ")", at: 0)
      }
    }
    return ways.first { DisplayWidth.columns(of: $0) <= room }
  }

  private var isSending: Bool { record.call.role == .writes && record.call.movesMemory }
  private var isRead: Bool { record.call.role == .reads }
  var ellipsis: String { isASCII ? "..." : "…" }
  /// The bytes given, or those that came back.
  private var payload: [UInt8] {
    isRead ? record.outcome?.payload ?? [] : record.arguments.payload
  }
  private var count: Int {
    guard isRead else { return record.arguments.count ?? payload.count }
    return Int(clamping: max(0, record.outcome?.result ?? 0))
  }

  /// The beginning of a payload in quotes, nil where hardly any of it has room.
  static func quoted(_ payload: [UInt8], of count: Int, room: Int, isASCII: Bool) -> String? {
    func shown(_ limit: Int) -> String {
      let text = Escape.quoted(
        payload, limit: limit, isCut: count > payload.count, ellipsis: isASCII ? "..." : "…")
      return isASCII ? ascii(text) : text
    }
    if count <= payload.count, payload.count <= room {
      let whole = shown(Int(Int16.max))
      if DisplayWidth.columns(of: whole) <= room + 2 { return whole }
    }
    guard room >= (isASCII ? 6 : 4) else { return nil }
    // What is written out for ASCII takes more columns than it had.
    for limit in stride(from: room, to: 3, by: -1) {
      let cut = shown(limit)
      if DisplayWidth.columns(of: cut) <= room + 2 { return cut }
    }
    return nil
  }

  /// The text with every character outside ASCII written out.
  public static func ascii(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
  }

  // MARK: parts

  /// A descriptor: `fd 3`.
  func descriptor(_ number: Int32?, _ detail: Detail) -> String {
    guard let number else { return "?" }
    return isC || detail >= .terse ? "\(number)" : "fd \(number)"
  }

  /// An address: `127.0.0.1:3490`, or `:3490` where there is little room.
  func address(_ address: SocketAddress?, _ detail: Detail) -> String {
    switch address {
    case nil: return "NULL"
    case .internet(let end):
      if isC, detail == .full { return "\(CallText.sockaddr(end)), \(CallText.length(end))" }
      let isShort = detail >= .brief && end.address.isUsual && !hasFailed
      return isShort && !(isC && detail == .brief) ? ":\(end.port)" : "\(end)"
    case .unspecified: return isC ? "{sa_family=AF_UNSPEC}" : "AF_UNSPEC"
    case .local(let path):
      let shown = path.isEmpty ? "" : Escape.terminal(path)
      return isC ? "{sa_family=AF_UNIX, sun_path=\"\(shown)\"}" : "\"\(shown)\""
    case .other(let family): return CallNames.family(family)
    }
  }

  /// Whether the call failed, perhaps because of the address.
  private var hasFailed: Bool {
    // A connect() that does not wait has not failed yet (EINPROGRESS).
    record.outcome?.error.map { $0 != .inProgress } ?? false
  }

  /// Bytes of an address (ip(7), ipv6(7)).
  static func length(_ end: Endpoint) -> Int {
    switch end.address {
    case .v4: 16
    case .v6: 28
    }
  }

  /// An address as strace prints it.
  static func sockaddr(_ end: Endpoint) -> String {
    switch end.address {
    case .v4:
      return "{sa_family=AF_INET, sin_port=htons(\(end.port)), "
        + "sin_addr=inet_addr(\"\(end.address)\")}"
    case .v6:
      return "{sa_family=AF_INET6, sin6_port=htons(\(end.port)), "
        + "inet_pton(AF_INET6, \"\(end.address)\")}"
    }
  }
}

extension IPAddress {
  /// Whether it is what everybody expects of a program that talks to itself: 127.0.0.1, ::1, or any
  /// address. Every other one is told wherever it stands, since it may be the fault.
  public var isUsual: Bool { self == .loopback4 || self == .loopback6 || isUnspecified }
}
