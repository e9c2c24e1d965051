import CPtrace
import Glibc

/// A running program that is to be traced.
public struct AttachTarget: Hashable, Sendable {
  /// The process.
  public var process: Int32
  /// Its name (comm). Raw.
  public var name: String
  /// The number that was given, if it is a thread's.
  public var thread: Int32?
  /// The identity of its network namespace; nil where it may not be read.
  public var network: String?
  /// One of its live threads: the first one, unless that has exited.
  var asked: Int32

  /// Finds the process with an ID, or the one that has a thread with that ID.
  ///
  /// - Throws: what prevents tracing it, as far as can be told without trying.
  public static func find(_ number: Int32) throws(AttachError) -> AttachTarget {
    guard let owner = ProcessFiles.status(number, "Tgid:").flatMap({ Int32($0) }) else {
      throw .noSuchProcess(number)
    }
    let name = ProcessFiles.name(owner)
    if owner == getpid() { throw .own(number) }
    guard let asked = runningThread(of: owner) else { throw .ended(owner, name: name) }
    if isKernelThread(owner) { throw .kernelThread(owner, name: name) }
    if let tracer = tracer(of: owner) { throw tracer }
    if !ProcessFiles.isNative(asked) { throw .notNative(owner, name: name) }
    return AttachTarget(
      process: owner, name: name, thread: owner == number ? nil : number,
      network: ProcessFiles.link("/proc/\(asked)/ns/net"), asked: asked)
  }

  /// The first thread of a process that has not exited.
  private static func runningThread(of process: Int32) -> Int32? {
    if ProcessFiles.isAlive(process) { return process }
    return ProcessFiles.numbers(in: "/proc/\(process)/task").first { ProcessFiles.isAlive($0) }
  }

  /// The network namespace of this process.
  public static var ownNetwork: String? { ProcessFiles.link("/proc/thread-self/ns/net") }

  /// Moves the calling thread into the network namespace of the process; if necessary, into its
  /// user namespace first. Call it while this process has one thread.
  ///
  /// - Returns: errno(3), or 0 on success.
  ///
  /// C: `setns`
  public func enterNetwork() -> Int32 { socket_enter_network(asked) }

  /// Checks whether tracing it is permitted, by reading something that only a permitted tracer may
  /// read.
  ///
  /// C: `open` of /proc/PID/syscall
  public func check() throws(AttachError) {
    let file = unsafe open("/proc/\(asked)/syscall", O_RDONLY | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    var byte: UInt8 = 0
    // One byte, into a variable of one.
    let count = file < 0 ? -1 : unsafe read(file, &byte, 1)
    guard count < 0 else { return }
    switch errno {
    case EPERM, EACCES: throw refusal(EPERM)
    case ESRCH: throw .noSuchProcess(process)
    default: return
    }
  }

  /// What a refusal to trace it means.
  func refusal(_ error: Int32) -> AttachError {
    guard error == EPERM || error == EACCES else {
      return error == ESRCH
        ? .noSuchProcess(process) : .other(process, name: name, error: error)
    }
    if let traced = AttachTarget.tracer(of: process) { return traced }
    let isOwn =
      ProcessFiles.status(process, "Uid:")?.split(separator: "\t")
      .allSatisfy { UInt32($0) == geteuid() } ?? false
    let text = ProcessFiles.read("/proc/sys/kernel/yama/ptrace_scope", limit: 8)
    let scope = Int(String(decoding: text.prefix { $0 > 0x20 }, as: UTF8.self)) ?? 0
    return (isOwn || geteuid() == 0) && scope > 0
      ? .restricted(process, name: name, scope: scope) : .otherUser(process, name: name)
  }

  /// The process that already traces it, as an error.
  private static func tracer(of process: Int32) -> AttachError? {
    guard let tracer = ProcessFiles.status(process, "TracerPid:").flatMap({ Int32($0) }),
      tracer != 0, tracer != tracer_own_thread()
    else { return nil }
    let owner = ProcessFiles.status(tracer, "Tgid:").flatMap { Int32($0) } ?? tracer
    return .traced(
      process, name: ProcessFiles.name(process), by: owner, byName: ProcessFiles.name(owner))
  }

  /// Whether it is a kernel thread: PF_KTHREAD among the flags of proc_pid_stat(5).
  private static func isKernelThread(_ process: Int32) -> Bool {
    let text = String(
      decoding: ProcessFiles.read("/proc/\(process)/stat", limit: 1024), as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return false }
    // State, parent, group, session, terminal, its group, flags.
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 6 && (UInt32(fields[6]) ?? 0) & 0x20_0000 != 0
  }
}

extension AttachTarget {
  /// Calls that read and write, made so far by the process (proc_pid_io(5)); nil where that may not
  /// be read. Others, such as those that wait, are not counted.
  public var readsAndWrites: Int? {
    let text = String(
      decoding: ProcessFiles.read("/proc/\(process)/io", limit: 1024), as: UTF8.self)
    let counts = text.split(separator: "\n").filter { $0.hasPrefix("sysc") }
      .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    return counts.count == 2 ? counts[0] + counts[1] : nil
  }

  /// Its children, which are traced only if they are named too.
  public var children: [Int32] {
    ProcessFiles.numbers(in: "/proc/\(process)/task").flatMap { thread in
      let text = ProcessFiles.read("/proc/\(process)/task/\(thread)/children", limit: 65_536)
      return text.split(separator: 0x20).compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }
  }
}
