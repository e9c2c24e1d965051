import Tracing

/// A session that starts programs, records them and draws the ladder while they run.
public enum LiveSession {
  /// Holds the session to its end. Call it first thing, while the process has one thread.
  ///
  /// - Returns: the exit status: the command's own (the client's for a pair), 128 + signal when it
  ///   was killed.
  /// - Throws: what kept it from being held, after all that was recorded has been drawn.
  public static func hold(_ request: LiveRequest) throws(SessionError) -> Int32 {
    StandardStreams.keepClosed()
    let network = try LiveNetwork.enter(request)
    if let programs = network.programs {
      let lines = programs.announcement(cost: TracingCost.measure())
      Output.error.write(lines: lines.map { "sockline: " + $0 })
    }
    TracerThread.prepareSignals()
    let signals = SignalWatch()
    let watch = StillWatch()
    watch.run(signals)
    defer { watch.finish() }
    var recording = try LiveRecording(request, network)
    recording.tell(watch)
    return try recording.run(signals)
  }
}
