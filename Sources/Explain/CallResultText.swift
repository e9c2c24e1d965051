public import Calls
import Text
public import Timeline

/// What a call gave back, as text.
public struct CallResultText {
  let record: CallRecord
  let isC: Bool
  let language: Language

  /// Makes the text of a call's result.
  public init(_ record: CallRecord, isC: Bool = false, language: Language = .english) {
    self.record = record
    self.isC = isC
    self.language = language
  }

  /// The result: `= fd 4`, `= 13`, `= -1 ECONNREFUSED`, `= ?` where the call never returned.
  public func text(_ detail: CallText.Detail) -> String {
    guard let outcome = record.outcome else { return "= ?" }
    if outcome.isTrapped, detail == .full {
      return "= ? SIGSYS (\(language.say(.refusedByFilter)))"
    }
    if outcome.isTrapped { return detail >= .least ? "SIGSYS" : "= ? SIGSYS" }
    if let error = outcome.error, error.beginsAgain {
      // The program never sees it.
      let name = ErrnoText.name(of: error)
      if detail == .full { return "= ? \(name) (\(ErrnoText.sentence(of: error)))" }
      return detail >= .least ? name : "= ? \(name)"
    }
    if let error = outcome.error {
      let name = ErrnoText.name(of: error)
      if detail == .full { return "= -1 \(name) (\(ErrnoText.sentence(of: error)))" }
      return detail >= .least ? name : "= -1 \(name)"
    }
    let value = "= \(outcome.result)"
    if isC { return value }
    if record.makesDescriptor {
      return (detail >= .terse ? value : "= fd \(outcome.result)") + from(outcome, detail)
    }
    if let asked = askedError { return detail >= .terse ? asked : value + ", " + asked }
    if isEnd { return value + " " + language.say(.endOfStream) }
    if record.role == .asks, detail == .full, let words = CallResultText.value(record) {
      return value + ", " + words
    }
    if record.call.polls, detail == .full, !outcome.ready.isEmpty {
      let ready = outcome.ready.prefix(3).map { "fd \($0)" }.joined(separator: " ")
      return value + ", " + ready
    }
    return value + from(outcome, detail)
  }

  /// Whether the call failed.
  public var isError: Bool { record.outcome?.error != nil }

  /// What strerror(3) says of the error: `Connection refused`.
  public var sentence: String? {
    if record.outcome?.isTrapped ?? false { return language.say(.refusedByFilter) }
    return record.outcome?.error.map { ErrnoText.sentence(of: $0) }
  }

  /// Whether a read of a stream came to its end: the peer's FIN.
  public var isEnd: Bool {
    guard let outcome = record.outcome, outcome.error == nil, outcome.result == 0 else {
      return false
    }
    return record.kind == .tcp && record.call.role == .reads && record.arguments.count ?? 0 > 0
  }

  /// The error that getsockopt(SO_ERROR) tells, by name: of a connect() that did not wait.
  private var askedError: String? {
    guard record.role == .asks, record.arguments.option == .error,
      let value = record.outcome?.value, value != 0
    else { return nil }
    return ErrnoText.name(of: Errno(value))
  }

  private func from(_ outcome: CallOutcome, _ detail: CallText.Detail) -> String {
    guard detail == .full, case .internet(let end) = outcome.address else { return "" }
    return " " + language.say(CallResultText.word(record.call), "\(end)")
  }

  /// What is said of the address that a call gives back: its own socket's end, the peer's, or where
  /// bytes or a connection came from.
  public static func word(_ call: SystemCall) -> Phrase {
    call.role == .names ? .gives : .from
  }

  /// The value that getsockopt() gave, where it is a number: `ECONNREFUSED` of SO_ERROR.
  static func value(_ record: CallRecord) -> String? {
    guard let option = record.arguments.option, option.isNumber, let outcome = record.outcome,
      outcome.error == nil, let value = outcome.value
    else { return nil }
    let isError = option == .error
    return isError && value > 0 ? ErrnoText.name(of: Errno(value)) : "\(value)"
  }
}

extension CallRecord {
  /// Whether the call gives back a descriptor: of fcntl(2) some commands do.
  var makesDescriptor: Bool {
    call.gives == .descriptor
      || call.shape == .command
        && [DescriptorCommand.duplicate, DescriptorCommand.duplicateAndMark].contains(
          arguments.flags)
  }
}
