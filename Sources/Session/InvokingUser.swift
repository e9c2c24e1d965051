import Glibc
import Tracing

/// The user who called sudo(8), where sockline runs as root for them.
enum InvokingUser {
  /// By this process's environment; nil where sockline runs as itself.
  static var current: Program.User? {
    of(isRoot: geteuid() == 0) { Environment.value(of: $0) }
  }

  /// By SUDO_UID, SUDO_GID and SUDO_USER; nil where they are not set, or are root's own.
  ///
  /// - Parameters:
  ///   - isRoot: whether sockline has root's rights: without, the variables are anybody's.
  ///   - environment: the value of a variable.
  static func of(isRoot: Bool, _ environment: (String) -> String?) -> Program.User? {
    guard isRoot, let id = environment("SUDO_UID").flatMap({ UInt32($0) }), id != 0,
      let group = environment("SUDO_GID").flatMap({ UInt32($0) })
    else { return nil }
    return Program.User(id: id, group: group, name: environment("SUDO_USER"))
  }

  /// Gives a file that was made for them to them.
  static func own(_ descriptor: Int32) {
    guard let user = current else { return }
    _ = fchown(descriptor, user.id, user.group)
  }
}
