import Explain
import Golden
import Testing

/// The whole report of machines as they are met; the facts are those that `sockline doctor` found
/// there, or that the kernel's source says it would.
@Suite struct DoctorReportTests {
  /// Debian 12 as installed, an ordinary user.
  static var debian: DoctorFacts {
    var facts = DoctorFacts()
    facts.system = "Debian GNU/Linux 12 (bookworm)"
    facts.kernel = "6.1.0-32-amd64"
    facts.architecture = "x86_64"
    facts.library = "libpcap version 1.10.3 (with TPACKET_V3)"
    facts.executable = "/opt/sockline/bin/sockline"
    facts.user = 1000
    facts.capture = .notPermitted
    facts.settings.userNamespaceClone = 1
    facts.settings.mostUserNamespaces = 63_215
    facts.settings.mostNetworkNamespaces = 63_215
    facts.settings.ptraceScope = 0
    return facts
  }

  /// Ubuntu 24.04 as installed: AppArmor takes the capabilities in a new user namespace away.
  static var ubuntu: DoctorFacts {
    var facts = debian
    facts.system = "Ubuntu 24.04.2 LTS"
    facts.kernel = "6.8.0-55-generic"
    facts.architecture = "aarch64"
    facts.library = "libpcap version 1.10.4 (with TPACKET_V3)"
    facts.network = .fails(.userMap, 1)
    facts.settings.userNamespaceClone = 1
    facts.settings.appArmorRestriction = 1
    facts.settings.ptraceScope = 1
    return facts
  }

  /// A container of Docker's as it is started: root with few capabilities, a seccomp filter.
  static var container: DoctorFacts {
    var facts = debian
    facts.kernel = "5.15.0-1057-aws"
    facts.executable = "/usr/local/bin/sockline"
    facts.user = 0
    facts.capture = .allowed
    facts.network = .fails(.userNamespace, 1)
    facts.descriptorError = 1
    facts.settings.isConfined = true
    facts.settings.ptraceScope = 1
    return facts
  }

  static var root: DoctorFacts {
    var facts = debian
    facts.user = 0
    facts.capture = .allowed
    facts.network = .works(hasUserNamespace: false)
    return facts
  }

  static var machines: [(name: String, facts: DoctorFacts, isGood: Bool)] {
    var sudo = root
    sudo.invoker = 1000

    var old = debian
    old.system = "Debian GNU/Linux 10 (buster)"
    old.kernel = "5.4.0-0.bpo.4-amd64"
    old.network = .fails(.userNamespace, 1)
    old.descriptorError = 38
    old.settings.userNamespaceClone = 0

    var locked = debian
    locked.seizeError = 1
    locked.settings.ptraceScope = 3

    var admin = debian
    admin.seizeError = 1
    admin.settings.ptraceScope = 2

    var unlimited = debian
    unlimited.network = .fails(.networkNamespace, 28)
    unlimited.settings.mostNetworkNamespaces = 0

    var hardened = debian
    hardened.network = .fails(.userNamespace, 28)
    hardened.settings.mostUserNamespaces = 0
    hardened.settings.mostNetworkNamespaces = 0

    var strict = container
    strict.seizeError = 1
    strict.capture = .notPermitted
    strict.user = 1000

    var traced = debian
    traced.seizeError = 1
    traced.settings.tracer = 4711

    return [
      ("debian-12", debian, true), ("ubuntu-24.04", ubuntu, true),
      ("container", container, true), ("container-strict", strict, false),
      ("root", root, true), ("sudo", sudo, true), ("kernel-5.4", old, true),
      ("ptrace-scope-2", admin, false), ("ptrace-scope-3", locked, false),
      ("no-net-namespaces", unlimited, true), ("no-user-namespaces", hardened, true),
      ("traced", traced, false),
    ]
  }

  @Test(arguments: machines.map(\.name)) func saysWhatAMachineAllows(_ name: String) throws {
    let machine = try #require(Self.machines.first { $0.name == name })
    let report = DoctorReport(machine.facts)
    let text = report.lines.joined(separator: "\n") + "\n"
    #expect(Golden.difference(of: text, from: "doctor-\(name).txt") == nil)
    #expect(report.isGood == machine.isGood)
  }

  @Test func fitsEightyColumns() {
    for machine in Self.machines {
      let long = DoctorReport(machine.facts).lines.filter { $0.count > 80 }
      // A command to be copied is never cut.
      #expect(long.allSatisfy { $0.contains("fix: ") || $0.contains(" or: ") })
    }
  }

  @Test func everyRefusalHasAWayOutOrAReason() {
    for machine in Self.machines {
      let lines = DoctorReport(machine.facts).lines
      let refusals = lines.filter { $0.hasPrefix("no ") }
      #expect(refusals.allSatisfy { $0.count > 30 })
    }
  }

  @Test func escapesWhatTheMachineSays() {
    var facts = Self.debian
    facts.system = "Evil\u{1B}[31m"
    facts.capture = .failed("\u{1B}]0;title\u{7}")
    facts.network = .fails(.userNamespace, 1)
    let text = DoctorReport(facts).lines.joined(separator: "\n")
    #expect(!text.utf8.contains(0x1B))
    #expect(text.contains("Evil\\x1b[31m"))
    #expect(text.contains("libpcap: \\x1b]0;title\\x07"))
  }

  @Test(arguments: DoctorFacts.Step.allCases, [1, 13, 22, 28, 38, 95] as [Int32])
  func everyFailureOfANetworkIsToldWithItsError(_ step: DoctorFacts.Step, _ error: Int32) {
    var facts = Self.debian
    facts.network = .fails(step, error)
    let lines = DoctorReport(facts).lines
    let names = [1: "EPERM", 13: "EACCES", 22: "EINVAL", 28: "ENOSPC", 38: "ENOSYS"]
    let name = names[Int(error)] ?? "EOPNOTSUPP"
    #expect(lines.contains { $0.contains(name) })
    #expect(lines.contains { $0.hasPrefix("no   capture there") })
    #expect(lines.contains { $0.hasPrefix("no   private network") } == (step != .packetSocket))
  }

  /// What `sockline demo` says before it draws a recording.
  @Test func obstaclesAreSentences() {
    #expect(Self.machines.allSatisfy { DoctorReport($0.facts).obstacles.isEmpty == $0.isGood })
    var facts = Self.debian
    facts.seizeError = 1
    #expect(
      DoctorReport(facts).obstacles == [
        "Programs cannot be traced here: PTRACE_SEIZE on a child fails (EPERM)."
      ])
    facts.network = .fails(.userNamespace, 28)
    #expect(
      DoctorReport(facts).obstacles.dropFirst() == [
        "Packets cannot be captured either: CAP_NET_RAW is missing."
      ])
    facts.capture = .allowed
    #expect(DoctorReport(facts).obstacles.count == 1)
  }
}
