import Recording
import Render
import Wire

extension RecordingStart {
  /// What a recording of a live run says at its start.
  ///
  /// - Parameter begun: the moments before which no packet was captured.
  init(
    _ request: LiveRequest, _ capture: CaptureQueue?, _ heading: Heading, _ begun: RunBeginning
  ) {
    self.init(begun, heading, request.title, request.application)
    payloadBytes = request.payloadBytes
    hasPackets = capture != nil
    link = capture?.link ?? .ethernet
    snaplen = capture?.snaplen ?? request.snaplen
    filter = request.filter
    hidesOthers = !request.showsOthers
  }

  /// What a recording of packets alone says at its start.
  init(
    _ request: CaptureRequest, _ packets: CapturePackets, _ heading: Heading,
    _ begun: RunBeginning
  ) {
    self.init(begun, heading, request.title, request.application)
    backend = "none"
    capturesOnlyLoopback = request.interface == "lo"
    interface = request.interface
    link = packets.link
    snaplen = packets.snaplen
    filter = request.filter
  }

  private init(
    _ begun: RunBeginning, _ heading: Heading, _ command: String, _ application: String
  ) {
    self.init(run: SavedFile.newRun, time: begun.time)
    monotonic = begun.monotonic
    self.command = command
    source = heading.source
    notes = heading.notes
    hasCalls = heading.hasCalls
    self.application = application
    system = Environment.system
  }
}
