import CPcap
import Glibc

/// Access to the kernel's list of sockets (sock_diag(7)), in this network namespace.
final class SocketOwnerSocket {
  private let descriptor: Int32
  private var sequence: UInt32 = 0

  /// Opens it; nil where the kernel does not offer it.
  ///
  /// C: `socket`
  init?() {
    // NETLINK_SOCK_DIAG is 4 (linux/netlink.h).
    let kind = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    descriptor = socket(AF_NETLINK, kind, 4)
    guard descriptor >= 0 else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Asks for the inode of one socket.
  ///
  /// C: `send`, `recv`
  func ask(_ question: SocketOwnerQuestion) -> SocketOwnerQuestion.Answer {
    sequence &+= 1
    let message = question.bytes(sequence: sequence)
    // The message has the stated length; without an address it goes to the kernel.
    guard unsafe send(descriptor, message, message.count, 0) == message.count else {
      return .error(errno)
    }
    // The kernel answers within send(2): there is no need to wait, and older answers are discarded
    // first.
    while true {
      var status = 0
      let answer = unsafe [UInt8](unsafeUninitializedCapacity: 8192) { room, count in
        status = unsafe recv(descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
        count = max(0, status)
      }
      guard status > 0 else { return .error(errno) }
      if let found = SocketOwnerQuestion.answer(in: answer, sequence: sequence) { return found }
    }
  }
}
