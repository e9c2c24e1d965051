/// What was found out about a machine: what a process of this user may do there, and the settings
/// that may forbid it.
public struct DoctorFacts: Hashable, Sendable {
  /// The distribution, such as `Debian GNU/Linux 12 (bookworm)`. Raw.
  public var system = "Linux"
  /// The kernel's release, such as `6.1.0-13-amd64`. Raw.
  public var kernel = ""
  /// The machine, such as `x86_64`. Raw.
  public var architecture = ""
  /// What libpcap says of itself.
  public var library = ""
  /// The path of sockline. Raw.
  public var executable = "sockline"
  /// The effective user.
  public var user: UInt32 = 0
  /// The user who asked sudo(8), if it was one.
  public var invoker: UInt32?

  /// Capturing on the machine's `lo`.
  public var capture = Capture.allowed
  /// Making a private network, and capturing in it.
  public var network = Network.works(hasUserNamespace: true)
  /// errno(3) of PTRACE_SEIZE on a child.
  public var seizeError: Int32?
  /// errno(3) of installing a seccomp(2) filter.
  public var filterError: Int32?
  /// errno(3) of pidfd_getfd(2).
  public var descriptorError: Int32?
  /// errno(3) of asking a socket for its SO_COOKIE.
  public var cookieError: Int32?
  /// Whether that was the cookie the socket's owner sees.
  public var cookieAgrees = true
  /// The settings.
  public var settings = Settings()

  /// Makes facts of a machine that allows everything.
  public init() {}

  /// Whether a packet socket could be had.
  public enum Capture: Hashable, Sendable {
    /// It could.
    case allowed
    /// CAP_NET_RAW is missing (packet(7)).
    case notPermitted
    /// What else libpcap said. Raw.
    case failed(String)
  }

  /// Whether a private network could be made.
  public enum Network: Hashable, Sendable {
    /// It could, to the end.
    case works(hasUserNamespace: Bool)
    /// It could not: the step, and its errno(3).
    case fails(Step, Int32)
  }

  /// The steps of making a private network, in their order.
  public enum Step: String, Hashable, Sendable, CaseIterable {
    /// unshare(CLONE_NEWUSER)
    case userNamespace
    /// Writing to /proc/self/setgroups.
    case groupsDenied
    /// Writing to /proc/self/uid_map.
    case userMap
    /// Writing to /proc/self/gid_map.
    case groupMap
    /// unshare(CLONE_NEWNET)
    case networkNamespace
    /// Setting `lo` up.
    case loopbackUp
    /// Setting the MTU of `lo`.
    case maximumTransmissionUnit
    /// Switching segmentation offload off.
    case offload
    /// A packet socket on `lo`.
    case packetSocket
    /// The child process that tries.
    case child
  }

  /// What may forbid it; nil where the kernel does not have the setting.
  public struct Settings: Hashable, Sendable {
    /// kernel.apparmor_restrict_unprivileged_userns
    public var appArmorRestriction: Int?
    /// kernel.unprivileged_userns_clone
    public var userNamespaceClone: Int?
    /// user.max_user_namespaces
    public var mostUserNamespaces: Int?
    /// user.max_net_namespaces
    public var mostNetworkNamespaces: Int?
    /// kernel.yama.ptrace_scope
    public var ptraceScope: Int?
    /// Whether a seccomp(2) filter is on this process, as containers have it.
    public var isConfined = false
    /// The process that traces this one.
    public var tracer: Int?
    /// Makes settings that forbid nothing.
    public init() {}
  }

  /// Whether calls can be recorded.
  public var canTrace: Bool { seizeError == nil && filterError == nil }
  /// Whether sockets can be told apart by the kernel's own number.
  public var canIdentifySockets: Bool {
    descriptorError == nil && cookieError == nil && cookieAgrees
  }
  /// Whether there can be a private network, with or without capturing in it.
  public var hasNetwork: Bool {
    switch network {
    case .works, .fails(.packetSocket, _): true
    case .fails: false
    }
  }
  /// Whether packets of a private network can be captured.
  public var canCaptureThere: Bool {
    if case .works = network { true } else { false }
  }
  /// Whether packets of the machine's interfaces can be captured.
  public var canCaptureHere: Bool { capture == .allowed }
  /// Whether this is the superuser, who has no use for sudo.
  public var isRoot: Bool { user == 0 }
}
