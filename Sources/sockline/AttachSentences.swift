import Session
import Tracing

extension AttachError {
  /// What is wrong, and how to fix it.
  var sentence: String {
    switch self {
    case .noSuchProcess(let number):
      return "There is no process \(number): `ps -e` lists them, `pgrep NAME` finds one."
    case .ended(let number, let name):
      return
        "\(Self.name(name, number)) has already exited; its parent has not waited for it yet."
    case .kernelThread(let number, let name):
      return "\(Self.name(name, number)) is a kernel thread and makes no system calls: "
        + "`sockline capture` draws its packets."
    case .own(let number): return "\(number) is sockline itself: give another process ID."
    case .traced(let number, let name, let tracer, let tracerName):
      return
        "\(Self.name(name, number)) is traced by \(Self.name(tracerName, tracer)) already, and "
        + "the kernel allows only one tracer: stop that one first."
    case .notNative(let number, let name):
      return "\(Self.name(name, number)) is a 32-bit program, whose calls sockline cannot read: "
        + "`sockline capture` draws its packets."
    case .otherUser(let number, let name):
      return
        "\(Self.name(name, number)) may not be traced: it is not yours, or has privileges that you "
        + "lack: use `sudo sockline attach \(number)`."
    case .restricted(let number, let name, let scope) where scope >= 3:
      return "\(Self.name(name, number)) may not be traced: kernel.yama.ptrace_scope is \(scope), "
        + "which forbids it to everybody until the next reboot; "
        + "`sockline run` is forbidden too, `sockline capture` is not."
    case .restricted(let number, let name, let scope):
      let setting = scope == 1 ? "`sudo sysctl kernel.yama.ptrace_scope=0` allows it, or " : ""
      return "\(Self.name(name, number)) may not be traced: kernel.yama.ptrace_scope is \(scope); "
        + setting + "`sudo sockline attach \(number)`."
    case .other(let number, let name, let error):
      return "\(Self.name(name, number)) cannot be traced: "
        + "\(SystemMessage.text(error).lowercased()); see `sockline doctor`."
    }
  }

  private static func name(_ name: String, _ process: Int32) -> String {
    "\(Foreign.name(name))[\(process)]"
  }
}
