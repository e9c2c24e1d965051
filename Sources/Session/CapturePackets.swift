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
  /// What ends a capture on `lo`.
  private let marker: EndMarker?
  /// When the end begins to be over.
  private var deadline: Int64?
  private var nextMarker: Int64 = 0
  private var hasEnded = false
  /// What ended the capture early.
  private(set) var failure: CaptureError?

  /// Nanoseconds after which the kernel has handed over every packet: its block timer runs twice, each
  /// time up to two ticks of 4 to 10 ms longer where the kernel counts in ticks (before 6.18), and a
  /// loaded machine is late.
  private static let slack: Int64 = 40_000_000
  /// Packets of more bytes are looked at by nobody: the marker and the error that answers it are small.
  private static let marked = 100

  /// What is captured.
  struct Wish {
    /// The interface.
    var interface = "lo"
    /// A filter expression of pcap-filter(7), empty for all.
    var filter = ""
    /// Bytes kept of each packet.
    var snaplen = 256
    /// Milliseconds after which the kernel hands over packets; it may take twice as long.
    var timeout: Int32
  }

  /// Starts the capture.
  init(_ wish: Wish) throws(CaptureError) {
    marker = wish.interface == "lo" ? try EndMarker() : nil
    var preparation = try InactiveCapture(device: wish.interface)
    preparation.snaplen = wish.snaplen
    preparation.filter = wish.filter
    preparation.alsoKept = marker?.filterExpression ?? ""
    preparation.timeout = wish.timeout
    capture = try preparation.activate()
    link = LinkType(rawValue: capture.linkType)
    snaplen = capture.snaplen
  }

  /// Begins the end: with the marker where there is one, else after a while.
  mutating func end() {
    guard deadline == nil else { return }
    deadline = Clock.monotonic + (marker == nil ? 200_000_000 : 2_000_000_000)
  }

  /// What has come since, perhaps nothing; nil after the end.
  ///
  /// - Parameter milliseconds: how long to wait where nothing has come.
  mutating func next(waitingMilliseconds milliseconds: Int32) -> Piece? {
    if hasEnded { return nil }
    var piece = Piece(toldUntil: Clock.now - CapturePackets.slack)
    do throws(CaptureError) {
      try receive(&piece, milliseconds)
      try lookAtTheEnd()
    } catch {
      failure = error
      hasEnded = true
    }
    // Packets come in the order of time, and there may be more of a full ring.
    if let last = piece.frames.last { piece.toldUntil = min(piece.toldUntil, last.time) }
    return piece
  }

  /// Keeps the heads of packets alone from now on; false where the kernel refuses.
  func keepHeads(of bytes: Int) -> Bool { capture.keepHeads(of: bytes) }

  /// What the capture has seen and lost.
  var statistics: CaptureStatistics? { try? capture.statistics() }

  private mutating func receive(
    _ piece: inout Piece, _ milliseconds: Int32
  ) throws(CaptureError) {
    var frames: [Frame] = []
    var isOver = false
    try capture.receive(waitingMilliseconds: milliseconds) { time, length, bytes in
      if isOver { return }
      // Neither the marker nor the error that answers it is the user's.
      if let marker, length < CapturePackets.marked {
        let packet = Packet.decode(bytes, link: link, frameLength: length)
        isOver = marker.isEnd(packet)
        if marker.isMarker(packet) { return }
      }
      frames.append(Frame(time: time, length: length, bytes: bytes.copied))
    }
    piece.frames = frames
    hasEnded = isOver
  }

  private mutating func lookAtTheEnd() throws(CaptureError) {
    guard let deadline, !hasEnded else { return }
    let now = Clock.monotonic
    if now > deadline { hasEnded = true }
    if let marker, now >= nextMarker {
      // Perhaps the ring was full and the one before was lost.
      try marker.send()
      nextMarker = now + 100_000_000
    }
  }
}
