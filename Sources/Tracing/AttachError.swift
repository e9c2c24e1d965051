/// Why a program cannot be attached to.
public enum AttachError: Error, Hashable, Sendable {
  /// There is no process with this ID.
  case noSuchProcess(Int32)
  /// It is a zombie: it has ended, and its parent has not waited for it.
  case ended(Int32, name: String)
  /// It is a kernel thread.
  case kernelThread(Int32, name: String)
  /// It is this process.
  case own(Int32)
  /// Another process traces it.
  case traced(Int32, name: String, by: Int32, byName: String)
  /// It is a 32-bit program.
  case notNative(Int32, name: String)
  /// It belongs to another user, or to a program with more privileges.
  case otherUser(Int32, name: String)
  /// Yama, a security module, restricts it: kernel.yama.ptrace_scope.
  case restricted(Int32, name: String, scope: Int)
  /// The kernel refuses it, errno(3).
  case other(Int32, name: String, error: Int32)
}
