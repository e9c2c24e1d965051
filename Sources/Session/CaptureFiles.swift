import CaptureFile
import Render
import Timeline
import Tracing
import Wire

/// What `capture` saves: packets alone into `.pcap`, with causes and owners into `.pcapng`, or
/// nothing.
struct CaptureFiles {
  private var packets: PacketFile?
  private var recording: RecordingFile?
  private var growth: FileGrowth?

  /// Creates the file that a request names.
  ///
  /// - Parameter begun: the moments before which no packet was captured.
  init(
    _ request: CaptureRequest, _ heading: Heading, link: LinkType, snaplen: Int, begun: Beginning
  ) throws(SessionError) {
    guard let path = request.packetFile else { return }
    growth = FileGrowth(path)
    guard LiveFile.isRecording(path) else {
      packets = try PacketFile(path, link: link, snaplen: snaplen)
      return
    }
    var start = RecordingStart(run: LiveFile.newRun, time: begun.time)
    start.monotonic = begun.monotonic
    start.command = request.title
    start.backend = "none"
    start.source = heading.source
    start.notes = heading.notes
    start.hasCalls = false
    start.capturesOnlyLoopback = request.interface == "lo"
    start.interface = request.interface
    start.link = link
    start.snaplen = snaplen
    start.filter = request.filter
    start.application = request.application
    start.system = Environment.system
    recording = try RecordingFile(path, start)
  }

  /// A moment by both clocks.
  struct Beginning {
    /// Nanoseconds since the epoch (CLOCK_REALTIME).
    var time = Clock.now
    /// Nanoseconds of the clock that is never set (CLOCK_MONOTONIC).
    var monotonic = Clock.monotonic
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

  /// Writes the packets that were added, where they are all that is saved.
  mutating func flush() throws(SessionError) { try packets?.flush() }

  /// Takes what a timeline was given and the rows it made of it, with the owners of sockets, and
  /// what is known until `now`.
  mutating func add(
    _ events: [Event], _ rows: [Row], until now: Instant
  ) throws(SessionError) {
    try recording?.add(events, rows, until: now)
  }

  /// Writes the rest and closes the file.
  mutating func close(_ rows: [Row], _ ending: Ending, at now: Instant) throws(SessionError) {
    try packets?.close()
    try recording?.finish(rows, ending, at: now)
    packets = nil
    recording = nil
  }
}
