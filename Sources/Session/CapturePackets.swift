import Capture
import Tracing
import Wire

/// A capture that runs, in pieces, to the end that somebody wishes.
struct CapturePackets {
  /// Packets that came together.
  struct Piece {
    var frames: [Frame] = []
    /// All packets with an earlier time have come, in nanoseconds since the epoch.
    var toldUntil: Int64
  }

  let link: LinkType
  let snaplen: Int
  private let capture: ActiveCapture
  private let marker: EndMarker?
  private let timeLimit: Int64?
  /// When the end begins to be over.
  private var deadline: Int64?
  private var nextMarker: Int64 = 0
  private var hasEnded = false
  /// What ended the capture early.
  private(set) var failure: CaptureError?

  /// Milliseconds after which the kernel hands over packets. Few, so that the owner of a socket is
  /// asked for while it is open; a millisecond's packets still come at once.
  private static let timeout: Int32 = 1
  /// Milliseconds to wait for packets before something else is looked at.
  private static let tick: Int32 = 20
  /// Nanoseconds after which the kernel has handed over every packet: its timer runs twice, each
  /// time up to a tick of 10 ms longer where it counts in ticks, and a loaded machine is late.
  private static let slack: Int64 = 40_000_000

  /// Starts the capture.
  init(_ request: CaptureRequest) throws(SessionError) {
    do throws(CaptureError) {
      marker = request.interface == "lo" ? try EndMarker() : nil
      var preparation = try InactiveCapture(device: request.interface)
      preparation.snaplen = request.snaplen
      preparation.filter = request.filter
      preparation.alsoKept = marker?.filterExpression ?? ""
      preparation.timeout = CapturePackets.timeout
      capture = try preparation.activate()
    } catch {
      if case .notPermitted(let device) = error { throw .mayNotCapture(device) }
      throw .packets(error)
    }
    link = LinkType(rawValue: capture.linkType)
    snaplen = capture.snaplen
    timeLimit = request.seconds.map { Clock.monotonic + Int64($0 * 1e9) }
  }

  /// Begins the end: with the marker where there is one, else after a while.
  mutating func end() {
    guard deadline == nil else { return }
    deadline = Clock.monotonic + (marker == nil ? 200_000_000 : 2_000_000_000)
  }

  /// What has come since, perhaps nothing; nil after the end.
  ///
  /// - Parameter waits: whether to wait a little where nothing has come.
  mutating func next(waits: Bool) -> Piece? {
    if hasEnded { return nil }
    let begun = Clock.now
    var piece = Piece(toldUntil: begun - CapturePackets.slack)
    do throws(CaptureError) {
      try receive(&piece, waits ? CapturePackets.tick : 0)
      try lookAtTheEnd()
    } catch {
      failure = error
      hasEnded = true
    }
    // Packets come in the order of time, and there may be more of a full ring.
    if let last = piece.frames.last { piece.toldUntil = min(piece.toldUntil, last.time) }
    return piece
  }

  /// What the capture has seen and lost.
  var statistics: CaptureStatistics? { try? capture.statistics() }

  private mutating func receive(
    _ piece: inout Piece, _ milliseconds: Int32
  ) throws(CaptureError) {
    var frames: [Frame] = []
    var isOver = false
    try capture.receive(waitingMilliseconds: milliseconds) { time, length, bytes in
      if isOver { return }
      // The marker and the error that answers it are small; neither is the user's.
      if let marker, length < 100 {
        let packet = Packet.decode(bytes, link: link, frameLength: length)
        isOver = marker.isEnd(packet)
        if marker.isMarker(packet) { return }
      }
      frames.append(
        Frame(time: time, length: length, bytes: bytes.copied))
    }
    piece.frames = frames
    hasEnded = isOver
  }

  private mutating func lookAtTheEnd() throws(CaptureError) {
    let now = Clock.monotonic
    if Interruption.isWished || timeLimit.map({ now > $0 }) ?? false { end() }
    guard let deadline, !hasEnded else { return }
    if now > deadline { hasEnded = true }
    if let marker, now >= nextMarker {
      // Perhaps the ring was full and the one before was lost.
      try marker.send()
      nextMarker = now + 100_000_000
    }
  }
}
