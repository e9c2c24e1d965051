public import Calls

/// The names of error numbers and their sentences (errno(3), strerror(3); Linux on x86 and ARM).
public enum ErrnoText {
  /// The name of an error: `ECONNREFUSED`; one without a name is `errno 250`.
  public static func name(of error: Errno) -> String {
    HeaderNames.errors.name(of: error.rawValue) ?? HeaderNames.restarts.name(of: error.rawValue)
      ?? "errno \(error.rawValue)"
  }

  /// What strerror(3) says of an error: `Connection refused`.
  public static func sentence(of error: Errno) -> String {
    HeaderNames.sentence(of: error) ?? restarts[error.rawValue]
      ?? "Unknown error \(error.rawValue)"
  }

  /// What strace says of the numbers that no program sees.
  private static let restarts: [Int32: String] = [
    512: "To be restarted", 513: "To be restarted", 514: "To be restarted",
    516: "Interrupted by signal",
  ]
}
