import Glibc

/// What a program that has ended left behind.
public struct Outcome: Sendable {
  /// Its exit status; 128 + signal where a signal ended it, 127 where it was not found.
  public var status: Int32
  /// What it wrote on its standard output.
  public var standardOutput: [UInt8]
  /// What it wrote on its standard error.
  public var standardError: [UInt8]

  /// The standard output as text.
  public var text: String { String(decoding: standardOutput, as: UTF8.self) }
  /// The standard error as text.
  public var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

/// Why a program could not be run to its end.
public enum ProcessError: Error {
  /// It did not end in time, and was killed; what it had written until then.
  case timedOut(command: [String], Outcome)
  /// A call of this process failed.
  case system(call: String, errno: Int32)
}

/// Runs a program to its end; a program that is missing has status 127.
///
/// The program sees `TZ=UTC` and `LC_ALL=C.UTF-8`, and finds itself in a process group of its own,
/// which is killed when the time is over.
///
/// - Parameters:
///   - command: the program and its arguments; no shell is between.
///   - input: its standard input.
///   - timeout: how long it may take.
public func run(
  _ command: [String], input: [UInt8] = [], timeout: Duration = .seconds(300)
) throws -> (status: Int32, standardOutput: [UInt8], standardError: [UInt8]) {
  let outcome = try RunningProcess(command, input: input).wait(timeout: timeout)
  return (outcome.status, outcome.standardOutput, outcome.standardError)
}

/// Runs a program to its end, and gives what it wrote as text.
public func runText(
  _ command: [String], input: [UInt8] = [], timeout: Duration = .seconds(300)
) throws -> Outcome {
  try RunningProcess(command, input: input).wait(timeout: timeout)
}
