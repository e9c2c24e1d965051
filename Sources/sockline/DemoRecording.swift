import Explain
import Sandbox
import Session

/// The shipped recording of a demo, which is shown where programs cannot be traced.
struct DemoRecording {
  /// What prevents the demo from running, in sentences.
  private let obstacles: [String]
  private let path: String
  /// The command that was recorded.
  private let title: String

  /// Nil where programs can be traced, or where no recording is installed.
  init?(of lesson: DemoCommand.Lesson, isC: Bool) {
    let rights = TracingRights.probe()
    guard !rights.canTrace || !rights.canFilter else { return nil }
    obstacles = DoctorReport(Doctor.examine()).obstacles
    let name = "demo-\(lesson.rawValue)" + (isC ? "-c" : "") + ".pcapng"
    guard !obstacles.isEmpty, let path = ShippedCapture.path(of: name) else { return nil }
    self.path = path
    title = "sockline demo \(lesson.rawValue)" + (isC ? " --c" : "")
  }

  /// Says why, and draws the recording; returns the exit status.
  func draw(filter: String, into file: String?, _ drawing: LiveDrawing) throws -> Int32 {
    Front.say(obstacles + ["A recording is drawn instead; `sockline doctor` has the fixes."])
    var request = ReplayRequest(paths: [path])
    request.notes = ["a recording of \(title), not live"]
    request.filter = filter
    request.outputFile = file
    try drawing.apply(to: &request)
    let outcome = try ReplaySession.hold(request)
    for damage in outcome.damages { Front.say(damage.error.sentences) }
    return outcome.damages.isEmpty ? 0 : Front.Status.ownFailure
  }
}
