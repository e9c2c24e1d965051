import Calls

/// Sockets that were open before the recording, to and from fields.
extension RecordingFields {
  /// A descriptor and its socket.
  mutating func put(_ held: HeldSocket) {
    put("SOCK_FD", held.descriptor)
    put("SOCK_", held.socket)
    put("SOCK_SENT", held.sent)
    put("SOCK_QUIET", held.isQuiet ? "1" : nil)
    put("SOCK_UNREAD", held.unread)
    put("SOCK_READY", held.queue)
  }
}

extension RecordingValues {
  /// A descriptor and its socket; nil where they are not recorded.
  var held: HeldSocket? {
    guard let descriptor = number("SOCK_FD", Int32.self), let socket = facts("SOCK_") else {
      return nil
    }
    var held = HeldSocket(descriptor, socket)
    held.sent = number("SOCK_SENT")
    held.isQuiet = raw("SOCK_QUIET") == "1"
    held.unread = number("SOCK_UNREAD")
    held.queue = number("SOCK_READY")
    return held
  }
}
