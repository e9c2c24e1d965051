import CaptureFile
import Render
import Timeline
import Tracing
import Wire

/// What a live session saves: packets alone into `.pcap`, everything into `.pcapng`, or nothing.
struct LiveFile {
  private var packets: PacketFile?
  private var recording: RecordingFile?
  private var growth: FileGrowth?
  /// What ended the saving early.
  private(set) var failure: SessionError?

  /// Whether a name is that of a recording.
  static func isRecording(_ path: String?) -> Bool { path?.hasSuffix(".pcapng") ?? false }

  /// What tells a new recording from others.
  static var newRun: String {
    let run = String(UInt32.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 8 - run.count) + run
  }

  /// Creates the file that a request names.
  ///
  /// - Parameter begun: the moments before which no packet was captured.
  init(
    _ request: LiveRequest, _ network: LiveNetwork, interface: String, _ capture: CaptureQueue?,
    _ heading: Heading, begun: CaptureFiles.Beginning
  ) throws(SessionError) {
    guard let path = request.packetFile else { return }
    growth = FileGrowth(path)
    if LiveFile.isRecording(path) {
      var start = LiveFile.start(request, capture, heading, begun)
      start.isPrivate = network.isPrivate
      start.interface = interface
      start.capturesOnlyLoopback = interface == "lo" && capture != nil
      recording = try RecordingFile(path, start)
    } else if let capture {
      packets = try PacketFile(path, link: capture.linkType, snaplen: capture.snaplen)
    }
  }

  private static func start(
    _ request: LiveRequest, _ capture: CaptureQueue?, _ heading: Heading,
    _ begun: CaptureFiles.Beginning
  ) -> RecordingStart {
    var start = RecordingStart(run: newRun, time: begun.time)
    start.monotonic = begun.monotonic
    start.command = request.title
    start.payloadBytes = request.payloadBytes
    start.source = heading.source
    start.notes = heading.notes
    start.hasCalls = heading.hasCalls
    start.hasPackets = capture != nil
    start.link = capture?.linkType ?? .ethernet
    start.snaplen = capture?.snaplen ?? request.snaplen
    start.filter = request.filter
    start.hidesOthers = !request.showsOthers
    start.application = request.application
    start.system = Environment.system
    return start
  }

  private var size: Int { packets?.size ?? recording?.size ?? 0 }
  /// What is to be said while the file grows.
  mutating func takeWarning() -> String? {
    let size = size
    return growth?.warning(size)
  }
  /// What the footer says of the file.
  var note: String? { growth?.note(size) }

  /// Takes a packet in the order of the capture.
  mutating func add(_ frame: Frame, number: Int) {
    packets?.add(frame)
    recording?.keep(frame, number: number)
  }

  /// Notes which lane a process is drawn in.
  mutating func hint(_ process: Int32, _ side: Side) { recording?.hint(process, side) }

  /// Writes the packets that were added.
  mutating func flush() {
    guard packets != nil else { return }
    note { (file) throws(SessionError) in try file.packets?.flush() }
  }

  /// Takes what a timeline was given and what it made of it, and what is known until `now`.
  mutating func add(_ events: [Event], _ rows: [Row], until now: Instant) {
    guard recording != nil else { return }
    note { (file) throws(SessionError) in try file.recording?.add(events, rows, until: now) }
  }

  /// Writes the rest and closes the file.
  mutating func close(
    _ rows: [Row], _ ending: Ending, _ offsets: OffsetChecks? = nil, at now: Instant
  ) {
    note { (file) throws(SessionError) in
      try file.packets?.close()
      try file.recording?.finish(rows, ending, offsets, at: now)
    }
  }

  /// Does something that may fail; after that nothing more is saved.
  private mutating func note(_ body: (inout LiveFile) throws(SessionError) -> Void) {
    do throws(SessionError) {
      try body(&self)
    } catch {
      failure = failure ?? error
      packets = nil
      recording = nil
    }
  }
}
