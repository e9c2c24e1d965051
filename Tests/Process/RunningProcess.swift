import CProcess
import Glibc

/// A program that runs. Its streams are files without a name, so that nobody waits for a pipe.
public final class RunningProcess {
  /// Its number, also that of its process group.
  public let identifier: pid_t
  private let command: [String]
  private let output: TemporaryFile
  private let error: TemporaryFile
  private var hasEnded = false

  /// Starts a program; see `run`.
  public init(_ command: [String], input: [UInt8] = []) throws {
    self.command = command
    let standardInput = try TemporaryFile()
    try standardInput.fill(with: input)
    output = try TemporaryFile()
    error = try TemporaryFile()
    identifier = try RunningProcess.spawn(
      ["/usr/bin/env", "TZ=UTC", "LC_ALL=C.UTF-8"] + command,
      descriptors: [standardInput.descriptor, output.descriptor, error.descriptor])
  }

  deinit { if !hasEnded { _ = end(by: SIGKILL) } }

  /// Sends a signal to the program.
  public func signal(_ number: Int32) { if !hasEnded { kill(identifier, number) } }

  /// What it has written on its standard error until now.
  public var errorSoFar: String { String(decoding: error.contents(), as: UTF8.self) }
  /// What it has written on its standard output until now.
  public var outputSoFar: String { String(decoding: output.contents(), as: UTF8.self) }

  /// How many times as long as is usual a deadline waits: it only ends what hangs, and a machine that
  /// does other work takes several times as long.
  private static let patience = 5

  /// Waits until `isTrue`, asked every few milliseconds.
  ///
  /// - Returns: whether it became true within the time.
  public func wait(timeout: Duration = .seconds(120), until isTrue: () -> Bool) -> Bool {
    let end = ContinuousClock.now.advanced(by: timeout * Self.patience)
    while ContinuousClock.now < end {
      if isTrue() { return true }
      usleep(5_000)
    }
    return isTrue()
  }

  /// Waits for its end.
  public func wait(timeout: Duration = .seconds(300)) throws -> Outcome {
    var status: Int32 = 0
    let end = ContinuousClock.now.advanced(by: timeout * Self.patience)
    while true {
      let result = waitpid(identifier, &status, WNOHANG)
      if result == identifier { break }
      if result < 0, errno != EINTR {
        throw ProcessError.system(call: "waitpid", errno: errno)
      }
      if ContinuousClock.now >= end {
        status = self.end(by: SIGKILL)
        throw ProcessError.timedOut(command: command, outcome(status))
      }
      usleep(2_000)
    }
    hasEnded = true
    return outcome(status)
  }

  /// Ends the whole group and waits for the program.
  private func end(by number: Int32) -> Int32 {
    var status: Int32 = 0
    kill(-identifier, number)
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    hasEnded = true
    return status
  }

  private func outcome(_ status: Int32) -> Outcome {
    let signal = status & 0x7F
    return Outcome(
      status: signal == 0 ? status >> 8 & 0xFF : 128 + signal,
      standardOutput: output.contents(), standardError: error.contents())
  }

  /// Lets no program that this process starts later, in whatever way, have a descriptor that is open now
  /// but the three streams.
  public static func handOnNoDescriptor() { _ = process_keep_descriptors(3) }

  /// Starts a program in a process group of its own, with three streams.
  private static func spawn(_ command: [String], descriptors: [Int32]) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(stream))
    }
    // Whatever else this process has open at that moment, in whichever thread, is no business of it.
    process_close_from(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A test runs on a thread that blocks signals; a program from a shell has none blocked.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))
    var arguments = command.map { strdup($0) }
    defer { arguments.forEach { free($0) } }
    arguments.append(nil)
    var identifier: pid_t = 0
    let failure = posix_spawn(&identifier, command[0], &actions, &attributes, arguments, environ)
    guard failure == 0 else { throw ProcessError.system(call: "posix_spawn", errno: failure) }
    return identifier
  }
}
