import Capture
public import Explain
import Glibc
import Sandbox

/// Finds out what this machine allows, by trying.
public enum Doctor {
  /// Tries each thing to the end, in a child process where it would change this one.
  ///
  /// Call it first thing, while the process has one thread: it forks.
  public static func examine() -> DoctorFacts {
    var facts = DoctorFacts()
    tryNetwork(&facts)
    tryTracing(&facts)
    facts.capture = tryCapture()
    facts.settings = settings()
    describe(&facts)
    return facts
  }

  private static func tryNetwork(_ facts: inout DoctorFacts) {
    do throws(PrivateNetworkError) {
      facts.network = .works(hasUserNamespace: try PrivateNetwork.probe().hasUserNamespace)
    } catch {
      let step = DoctorFacts.Step(rawValue: error.step.rawValue) ?? .child
      facts.network = .fails(step, error.errno)
    }
  }

  private static func tryTracing(_ facts: inout DoctorFacts) {
    let rights = TracingRights.probe()
    facts.seizeError = rights.seizeError
    facts.filterError = rights.filterError
    facts.descriptorError = rights.descriptorError
    facts.cookieError = rights.cookieError
    facts.cookieAgrees = rights.cookieAgrees
  }

  /// Captures on `lo`, for a moment.
  private static func tryCapture() -> DoctorFacts.Capture {
    do throws(CaptureError) {
      var capture = try InactiveCapture(device: "lo")
      capture.bufferSize = 1 << 20
      _ = try capture.activate()
      return .allowed
    } catch {
      switch error {
      case .notPermitted: return .notPermitted
      case .noSuchDevice(let name): return .failed("there is no \(name)")
      case .notUp(let name): return .failed("\(name) is down")
      case .filter(let error): return .failed(error.message)
      case .other(let message): return .failed(message)
      }
    }
  }

  /// Reads what may forbid it.
  private static func settings() -> DoctorFacts.Settings {
    var settings = DoctorFacts.Settings()
    let folder = "/proc/sys/"
    settings.appArmorRestriction = SystemFile.number(
      folder + "kernel/apparmor_restrict_unprivileged_userns")
    settings.userNamespaceClone = SystemFile.number(folder + "kernel/unprivileged_userns_clone")
    settings.mostUserNamespaces = SystemFile.number(folder + "user/max_user_namespaces")
    settings.mostNetworkNamespaces = SystemFile.number(folder + "user/max_net_namespaces")
    settings.ptraceScope = SystemFile.number(folder + "kernel/yama/ptrace_scope")
    let status = SystemFile.text("/proc/self/status") ?? ""
    // proc_pid_status(5): 2 is SECCOMP_MODE_FILTER.
    settings.isConfined = value(of: "Seccomp", in: status) == 2
    settings.tracer = value(of: "TracerPid", in: status).flatMap { $0 == 0 ? nil : $0 }
    return settings
  }

  private static func value(of key: String, in status: String) -> Int? {
    let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") }
    return line?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) }
  }

  private static func describe(_ facts: inout DoctorFacts) {
    facts.library = CaptureLibrary.version
    facts.user = geteuid()
    // Root itself may use sudo too.
    facts.invoker = Environment.value(of: "SUDO_UID").flatMap { UInt32($0) }
      .flatMap { $0 == 0 ? nil : $0 }
    facts.executable = Environment.executable ?? facts.executable
    facts.kernel = SystemFile.text("/proc/sys/kernel/osrelease").map(firstLine) ?? "unknown"
    facts.architecture = SystemFile.text("/proc/sys/kernel/arch").map(firstLine) ?? machine
    let release = SystemFile.text("/etc/os-release") ?? ""
    let key = "PRETTY_NAME="
    if let line = release.split(separator: "\n").first(where: { $0.hasPrefix(key) }) {
      facts.system = line.dropFirst(key.count).filter { !"\"'".contains($0) }
    }
  }

  private static func firstLine(_ text: String) -> String { String(text.prefix { $0 != "\n" }) }

  /// What this program was built for; /proc/sys/kernel/arch came with Linux 6.1.
  private static var machine: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "aarch64"
    #else
      "another architecture"
    #endif
  }
}
