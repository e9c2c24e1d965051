import Text

/// What a machine allows, in sentences, each "no" with a reason and fixes.
public struct DoctorReport: Hashable, Sendable {
  /// The facts it tells.
  public let facts: DoctorFacts

  /// Makes a report.
  public init(_ facts: DoctorFacts) { self.facts = facts }

  /// Columns of the page; only a command to be copied may be longer.
  private static let width = 80
  /// Where the reasons begin.
  private static let column = 26

  /// Whether `sockline demo` can show something here.
  public var isGood: Bool { facts.canTrace }

  /// Why `sockline demo` can show nothing of its own here: why programs cannot be traced, and why
  /// packets cannot be captured, where they cannot either; empty where programs can be traced.
  public var obstacles: [String] {
    guard let tracing = facts.tracingRefusal else { return [] }
    let there = facts.networkRefusal ?? facts.privateCaptureRefusal
    let capture = there == nil ? nil : facts.captureRefusal
    return ["Programs cannot be traced here: \(tracing.reason)."]
      + (capture.map { ["Packets cannot be captured either: \($0.reason)."] } ?? [])
  }

  /// The whole report.
  public var lines: [String] {
    machine + [""] + findings.flatMap(DoctorReport.lines) + [""] + verdict
  }

  private var machine: [String] {
    let user =
      facts.isRoot
      ? "root" + (facts.invoker.map { ", by sudo for user \($0)" } ?? "") : "\(facts.user)"
    let version = facts.library.split(separator: " ").drop { !($0.first?.isNumber ?? false) }
    let rows = [
      ("system", facts.system),
      ("kernel", "Linux \(facts.kernel), \(facts.architecture)"),
      ("libpcap", version.isEmpty ? facts.library : version.joined(separator: " ")),
      ("user", user),
    ]
    return rows.map { DisplayWidth.pad($0.0, to: 9) + Escape.terminal($0.1) }
  }

  private var findings: [DoctorFinding] {
    func finding(_ question: String, _ refusal: DoctorRefusal?, _ yes: String) -> DoctorFinding {
      refusal?.finding(question)
        ?? DoctorFinding(question: question, isYes: true, reason: yes)
    }
    var made = "a network namespace, its lo up"
    if case .works(hasUserNamespace: true) = facts.network {
      made = "a user and a network namespace, its lo up"
    }
    return [
      finding("trace programs", facts.tracingRefusal, "PTRACE_SEIZE and a seccomp filter"),
      finding("tell sockets apart", facts.identityRefusal, "pidfd_getfd and SO_COOKIE"),
      finding("private network", facts.networkRefusal, made),
      finding("capture there", facts.privateCaptureRefusal, "a packet socket on its lo"),
      finding("capture on the host", facts.captureRefusal, "a packet socket on lo"),
    ]
  }

  /// The lines of one answer.
  private static func lines(of finding: DoctorFinding) -> [String] {
    let head = DisplayWidth.pad(finding.isYes ? "yes" : "no", to: 5)
    let start = DisplayWidth.pad(head + finding.question, to: column)
    let margin = String(repeating: " ", count: column)
    let reason = wrapped(finding.reason, to: width - column).enumerated().map { index, line in
      (index == 0 ? start : margin) + line
    }
    let waysOut = finding.waysOut.enumerated().map { index, way in
      "     " + (index == 0 ? "fix: " : " or: ") + way
    }
    return reason + waysOut
  }

  /// A text in lines of so many columns, cut between words.
  private static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last,
        DisplayWidth.columns(of: last) + 1 + DisplayWidth.columns(of: String(word)) <= width
      {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// What follows for the first command that a newcomer runs.
  private var verdict: [String] {
    guard facts.canTrace else {
      return [
        "sockline demo draws a recording here: programs cannot be traced.",
        "sockline replay FILE needs no privileges.",
      ]
    }
    if facts.canCaptureThere {
      return ["sockline demo works here: calls and packets, in a private network."]
    }
    if facts.canCaptureHere {
      return ["sockline demo works here: calls and packets, on the lo of this machine."]
    }
    return ["sockline demo works here in part: calls, but no packets."]
  }
}
