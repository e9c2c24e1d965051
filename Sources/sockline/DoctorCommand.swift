import ArgumentParser
import Explain
import Session

/// `sockline doctor`
struct DoctorCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what this machine allows, and how to fix what it does not.",
    discussion: """
      Everything is really tried, and nothing is changed. The exit status is 0 if `sockline demo` \
      can show at least the calls, else 1.
      """)

  func perform() throws -> Int32 {
    let report = DoctorReport(Doctor.examine())
    try Output.say(report.lines)
    return report.isGood ? 0 : Front.Status.failure
  }
}
