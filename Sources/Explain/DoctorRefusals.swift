import Text

extension DoctorFacts {
  /// Why programs cannot be traced.
  var tracingRefusal: DoctorRefusal? {
    if let seizeError { return seizeRefusal(seizeError) }
    guard let filterError else { return nil }
    if filterError == ErrorName.invalid || filterError == ErrorName.noSuchCall {
      return DoctorRefusal(
        "this kernel has no seccomp filters (\(ErrorName.text(filterError)))",
        ["a kernel with CONFIG_SECCOMP_FILTER"])
    }
    return DoctorRefusal(
      "installing a seccomp filter fails (\(ErrorName.text(filterError)))", confinedWaysOut)
  }

  private func seizeRefusal(_ error: Int32) -> DoctorRefusal {
    let name = ErrorName.text(error)
    if let tracer = settings.tracer {
      return DoctorRefusal(
        "this process is itself traced, by process \(tracer) (\(name))",
        ["start sockline without strace or a debugger around it"])
    }
    switch settings.ptraceScope {
    case 3?:
      return DoctorRefusal(
        "kernel.yama.ptrace_scope = 3 forbids all tracing until the next boot (\(name))",
        ["set it to 1 in /etc/sysctl.d, and reboot"])
    case 2? where !isRoot:
      return DoctorRefusal(
        "kernel.yama.ptrace_scope = 2 allows it only with CAP_SYS_PTRACE (\(name))",
        ["sudo sysctl kernel.yama.ptrace_scope=1", "sudo \(path) ..."])
    default:
      return DoctorRefusal(
        settings.isConfined
          ? "a seccomp filter around this process, as in a container, forbids it (\(name))"
          : "PTRACE_SEIZE on a child fails (\(name))",
        confinedWaysOut)
    }
  }

  /// Why a socket of another process has no identity.
  var identityRefusal: DoctorRefusal? {
    let instead = "; inode numbers are used instead"
    if let descriptorError {
      let name = ErrorName.text(descriptorError)
      if descriptorError == ErrorName.noSuchCall {
        return DoctorRefusal(
          "this kernel has no pidfd_getfd (\(name))" + instead, ["Linux 5.6 or later"])
      }
      let reason =
        settings.isConfined
        ? "a seccomp filter around this process forbids pidfd_getfd (\(name))"
        : "pidfd_getfd on a child fails (\(name))"
      return DoctorRefusal(reason + instead, confinedWaysOut)
    }
    if let cookieError {
      return DoctorRefusal(
        "this kernel has no SO_COOKIE (\(ErrorName.text(cookieError)))" + instead,
        ["Linux 4.12 or later"])
    }
    guard !cookieAgrees else { return nil }
    return DoctorRefusal("SO_COOKIE differs from what the socket's owner sees" + instead)
  }

  /// Why packets of this machine cannot be captured.
  var captureRefusal: DoctorRefusal? {
    switch capture {
    case .allowed: return nil
    case .failed(let message): return DoctorRefusal("libpcap: " + Escape.terminal(message))
    case .notPermitted:
      if isRoot {
        return DoctorRefusal(
          "root without CAP_NET_RAW, as in a container", ["docker run --cap-add NET_RAW ..."])
      }
      return DoctorRefusal(
        "CAP_NET_RAW is missing",
        (canCaptureThere ? ["sockline run --private -- COMMAND"] : [])
          + ["sudo \(path) ...", "sudo setcap cap_net_raw+ep \(path)"])
    }
  }

  /// Where sockline lies: sudo does not look where the user's PATH does.
  var path: String { Escape.terminal(executable) }

  /// What helps where a container, or nothing that is known, forbids something.
  private var confinedWaysOut: [String] {
    if settings.isConfined { return ["docker run --cap-add SYS_PTRACE ..."] }
    return isRoot ? [] : ["sudo \(path) ..."]
  }
}
