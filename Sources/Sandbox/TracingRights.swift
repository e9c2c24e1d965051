import CPtrace

/// What this process may do to a child of its own; each right is tried on one.
public struct TracingRights: Hashable, Sendable {
  /// errno(3) of PTRACE_SEIZE; nil: it is allowed.
  public var seizeError: Int32?
  /// errno(3) of pidfd_open(2) or pidfd_getfd(2); nil: a child's socket can be duplicated.
  public var descriptorError: Int32?
  /// errno(3) of asking that socket for its SO_COOKIE; nil: sockets can be identified.
  public var cookieError: Int32?
  /// Whether the cookie is the one the child sees.
  public var cookieAgrees: Bool
  /// errno(3) of installing a seccomp(2) filter that traces; nil: only socket calls need to stop.
  public var filterError: Int32?

  /// Whether system calls of a child can be traced.
  public var canTrace: Bool { seizeError == nil }
  /// Whether a child's socket can be distinguished from all others.
  public var canIdentifySockets: Bool {
    descriptorError == nil && cookieError == nil && cookieAgrees
  }
  /// Whether seccomp filters can be installed.
  public var canFilter: Bool { filterError == nil }

  /// Makes rights from known results.
  public init(
    seizeError: Int32? = nil, descriptorError: Int32? = nil, cookieError: Int32? = nil,
    cookieAgrees: Bool = true, filterError: Int32? = nil
  ) {
    self.seizeError = seizeError
    self.descriptorError = descriptorError
    self.cookieError = cookieError
    self.cookieAgrees = cookieAgrees
    self.filterError = filterError
  }

  /// Tries each right on a child of a child process; the caller is unaffected.
  public static func probe() -> TracingRights {
    var tracing = sandbox_tracing()
    // The C part fills the one structure it is given.
    let failure = unsafe sandbox_probe_tracing(&tracing)
    guard failure == 0 else {
      return TracingRights(
        seizeError: failure, descriptorError: failure, cookieError: failure, cookieAgrees: false,
        filterError: failure)
    }
    func refusal(_ number: Int32) -> Int32? { number == 0 ? nil : number }
    return TracingRights(
      seizeError: refusal(tracing.seize), descriptorError: refusal(tracing.descriptor),
      cookieError: refusal(tracing.cookie), cookieAgrees: tracing.same_cookie != 0,
      filterError: refusal(tracing.filter))
  }
}
