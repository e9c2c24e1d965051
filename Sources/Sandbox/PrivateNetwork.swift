import CPtrace

/// A network that only this process has: a new network namespace whose `lo` is up.
///
/// An ordinary user may create one inside a new user namespace (user_namespaces(7)); there this
/// process has all capabilities, so it may capture packets and trace its children. The user's own
/// IDs are mapped to themselves. A program started by exec has none of the capabilities.
public struct PrivateNetwork: Hashable, Sendable {
  /// Whether it needed a user namespace, as it does without CAP_SYS_ADMIN.
  public var hasUserNamespace: Bool
  /// Whether `lo` has the MTU 1500 and sends no larger segments.
  public var isTextbook: Bool
  /// Bytes that a packet may have on `lo`, as the kernel reports: 65,536, or 1,500 for a textbook.
  public var maximumTransmissionUnit: Int

  /// Moves this process into a private network, for good.
  ///
  /// Must come first in a program, while it has one thread: unshare(2) refuses a user namespace to
  /// a process with several, and a network namespace would apply only to the calling thread. After
  /// an error the process may be half way there; call `probe` first.
  ///
  /// - Parameter textbook: segments of at most 1,460 bytes, one packet each, as on Ethernet.
  ///
  /// C: `unshare`, `ioctl(SIOCSIFFLAGS)`
  public static func enter(textbook: Bool = false) throws(PrivateNetworkError) -> PrivateNetwork {
    try PrivateNetwork(sandbox_enter(textbook ? 1 : 0), textbook)
  }

  /// Tries all of it in a child process, including a packet socket on the new `lo`.
  public static func probe(textbook: Bool = false) throws(PrivateNetworkError) -> PrivateNetwork {
    try PrivateNetwork(sandbox_probe(textbook ? 1 : 0), textbook)
  }

  /// Reads the outcome from the C part.
  private init(_ outcome: sandbox_outcome, _ textbook: Bool) throws(PrivateNetworkError) {
    hasUserNamespace = outcome.user != 0
    isTextbook = textbook
    maximumTransmissionUnit = Int(outcome.mtu)
    guard outcome.step != 0 else { return }
    let step = PrivateNetworkError.Step(outcome.step)
    throw PrivateNetworkError(step: step, errno: outcome.error)
  }
}

/// Why there is no private network.
public struct PrivateNetworkError: Error, Hashable, Sendable {
  /// The step that failed.
  public var step: Step
  /// Its errno(3).
  public var errno: Int32

  /// Makes an error.
  public init(step: Step, errno: Int32) {
    self.step = step
    self.errno = errno
  }

  /// The steps, in their order.
  public enum Step: String, Hashable, Sendable, CaseIterable {
    /// unshare(CLONE_NEWUSER): EPERM because of kernel.unprivileged_userns_clone = 0 or a
    /// container's seccomp filter, ENOSPC because of user.max_user_namespaces = 0, EINVAL in a
    /// process with several threads.
    case userNamespace
    /// Writing `deny` to /proc/self/setgroups.
    case groupsDenied
    /// Writing /proc/self/uid_map.
    case userMap
    /// Writing /proc/self/gid_map.
    case groupMap
    /// unshare(CLONE_NEWNET): EPERM inside the user namespace because of
    /// kernel.apparmor_restrict_unprivileged_userns = 1, ENOSPC because of user.max_net_namespaces
    /// = 0.
    case networkNamespace
    /// Setting IFF_UP on `lo`.
    case loopbackUp
    /// Setting the MTU of `lo`.
    case maximumTransmissionUnit
    /// Turning off segmentation offload on `lo`.
    case offload
    /// Opening a packet socket on `lo`.
    case packetSocket
    /// Running the child process that tries.
    case child

    /// Reads the number from the C part, `enum sandbox_step`.
    init(_ number: Int32) {
      switch UInt32(bitPattern: number) {
      case SANDBOX_USER_NAMESPACE.rawValue: self = .userNamespace
      case SANDBOX_SETGROUPS.rawValue: self = .groupsDenied
      case SANDBOX_UID_MAP.rawValue: self = .userMap
      case SANDBOX_GID_MAP.rawValue: self = .groupMap
      case SANDBOX_NETWORK_NAMESPACE.rawValue: self = .networkNamespace
      case SANDBOX_LOOPBACK_UP.rawValue: self = .loopbackUp
      case SANDBOX_MTU.rawValue: self = .maximumTransmissionUnit
      case SANDBOX_OFFLOAD.rawValue: self = .offload
      case SANDBOX_PACKET_SOCKET.rawValue: self = .packetSocket
      default: self = .child
      }
    }
  }
}
