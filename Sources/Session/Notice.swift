import Explain
import Glibc
import Text

extension Director.Notice {
  /// Says it on standard error, if it is still so.
  func tell() {
    if let sentence { Output.error.write(lines: ["sockline: " + sentence]) }
  }

  /// The sentence; nil where a process that had been stopped runs again.
  var sentence: String? {
    switch self {
    case .isNotThere(let anchor):
      return
        "A note is anchored to `\(Escape.terminal(anchor))`, which did not happen or is not shown."
    case .waitsFor(let processes):
      let names = processes.sorted { $0.key < $1.key }.map(Self.name).joined(separator: ", ")
      return
        "The command has exited; still waiting for \(names), which it left running: Ctrl-C ends it."
    case .isForeign(let process, let name):
      return
        "\(Self.name(process, name)) is a 32-bit program, which cannot be traced: it runs on, and "
        + "its packets are shown without calls. Build it for 64 bits to see them."
    case .isStopped(let process, let name, let signal):
      guard ProcessState.isStopped(process) else { return nil }
      return "\(Self.name(process, name)) was stopped by \(SignalText.name(of: signal)): "
        + "`kill -CONT \(process)` resumes it, Ctrl-C twice ends it."
    }
  }

  private static func name(_ process: Int32, _ name: String) -> String {
    "\(Escape.terminal(name))[\(process)]"
  }
}

/// What /proc tells of a process (proc_pid_stat(5)).
enum ProcessState {
  /// Whether it is stopped, by a signal or by its tracer.
  ///
  /// C: `read` of /proc/pid/stat
  static func isStopped(_ process: Int32) -> Bool {
    let descriptor = unsafe open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var room = [UInt8](repeating: 0, count: 512)
    // The kernel writes at most as many bytes as the room has.
    let count = unsafe read(descriptor, &room, room.count)
    guard count > 0, let end = room[..<count].lastIndex(of: UInt8(ascii: ")")), end + 2 < count
    else { return false }
    return room[end + 2] == UInt8(ascii: "T") || room[end + 2] == UInt8(ascii: "t")
  }
}
