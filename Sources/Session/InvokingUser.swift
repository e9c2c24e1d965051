import Glibc
import Tracing

/// The user who called sudo(8), where sockline runs as root for them.
enum InvokingUser {
  /// By SUDO_UID, SUDO_GID and SUDO_USER; nil where sockline runs as itself.
  static var current: Program.User? {
    guard geteuid() == 0, let id = number("SUDO_UID"), let group = number("SUDO_GID"), id != 0
    else { return nil }
    return Program.User(id: id, group: group, name: text("SUDO_USER"))
  }

  /// Gives a file that was made for them to them.
  static func own(_ descriptor: Int32) {
    guard let user = current else { return }
    _ = fchown(descriptor, user.id, user.group)
  }

  private static func text(_ name: String) -> String? {
    // The environment is not changed while sockline runs.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  private static func number(_ name: String) -> UInt32? { text(name).flatMap { UInt32($0) } }
}
