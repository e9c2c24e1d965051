/// An answer to one question about a machine.
struct DoctorFinding: Hashable, Sendable {
  /// What was asked, in two or three words.
  var question: String
  /// The answer.
  var isYes: Bool
  /// Why, in a few words.
  var reason: String
  /// Commands and options, each of which is a fix.
  var waysOut: [String] = []
}

/// A reason with its fixes.
struct DoctorRefusal: Hashable, Sendable {
  var reason: String
  var waysOut: [String]

  init(_ reason: String, _ waysOut: [String] = []) {
    self.reason = reason
    self.waysOut = waysOut
  }

  /// The answer "no" to a question.
  func finding(_ question: String) -> DoctorFinding {
    DoctorFinding(question: question, isYes: false, reason: reason, waysOut: waysOut)
  }
}

/// The names of errno(3), as far as these questions meet them.
enum ErrorName {
  private static let names: [Int32: String] = [
    1: "EPERM", 2: "ENOENT", 3: "ESRCH", 5: "EIO", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES",
    16: "EBUSY", 19: "ENODEV", 22: "EINVAL", 24: "EMFILE", 28: "ENOSPC", 38: "ENOSYS",
    87: "EUSERS", 92: "ENOPROTOOPT", 95: "EOPNOTSUPP",
  ]

  static let notPermitted: Int32 = 1
  static let accessDenied: Int32 = 13
  static let invalid: Int32 = 22
  static let noSpace: Int32 = 28
  static let noSuchCall: Int32 = 38

  /// Such as `EPERM`.
  static func text(_ error: Int32) -> String { names[error] ?? "error \(error)" }

  /// Whether somebody forbids it.
  static func isRefusal(_ error: Int32) -> Bool { error == notPermitted || error == accessDenied }
}
