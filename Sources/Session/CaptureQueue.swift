import Capture
import Synchronization
import Tracing
import Wire

/// The thread that captures, and how far it has told everything.
final class CaptureQueue: Sendable {
  /// Milliseconds after which the kernel hands over packets; it may take twice as long.
  static let timeout: Int32 = 5
  /// Nanoseconds after which the kernel has handed over every packet: the block timer runs twice,
  /// each time up to two ticks of 4 ms longer where the kernel counts in ticks (before 6.18), and a
  /// loaded machine is late.
  private static let slack: Int64 = 30_000_000

  let linkType: LinkType
  let snaplen: Int
  private let capture: ActiveCapture
  private let marker: EndMarker?
  private let inbox: Inbox
  /// All packets with an earlier time have been left in the inbox.
  private let told = Atomic<Int64>(0)
  private let shouldEnd = Atomic<Bool>(false)
  /// Whether a bulk transfer is cut to the heads of its packets.
  private let cutsBulk: Bool
  /// The packet, counted from 1, from which on heads alone are kept; 0: all are kept whole.
  private let headsFrom = Atomic<Int>(0)

  /// Bytes of whole packets after which a transfer is bulk. The ring holds four times as many, so that
  /// none is lost until then; of heads it holds some 200,000.
  static let bulk = 16 << 20
  /// Bytes of a packet that is cut: every header, and the beginning of what it carries.
  static let head = 256

  /// Takes over a capture that runs. `marker` ends it on `lo`.
  init(_ capture: ActiveCapture, marker: EndMarker?, cutsBulk: Bool = false, _ inbox: Inbox) {
    self.cutsBulk = cutsBulk
    self.capture = capture
    self.marker = marker
    self.inbox = inbox
    linkType = LinkType(rawValue: capture.linkType)
    snaplen = capture.snaplen
  }

  /// The moment before which all packets have been told.
  var toldUntil: Int64 { told.load(ordering: .acquiring) }

  /// The packet, counted from 1, from which on heads alone were kept; nil: all were kept whole.
  var firstCut: Int? {
    let first = headsFrom.load(ordering: .acquiring)
    return first == 0 ? nil : first
  }

  /// Begins the end: with the marker where there is one, else after a while.
  func end() { shouldEnd.store(true, ordering: .releasing) }

  /// Runs the capture on a thread of its own.
  func run() {
    Thread.start { [self] in
      var failure: CaptureError?
      do throws(CaptureError) {
        try receive()
      } catch {
        failure = error
      }
      // Whatever comes now is not seen: nobody waits for it.
      told.store(Int64.max, ordering: .releasing)
      inbox.endCapture(try? capture.statistics(), failure)
    }
  }

  private func receive() throws(CaptureError) {
    var deadline: Int64?
    var nextMarker: Int64 = 0
    var seen = (packets: 0, bytes: 0)
    var mayCut = cutsBulk
    while true {
      let begun = Clock.now
      let piece = try receivePiece()
      seen.packets += piece.frames.count
      if mayCut {
        seen.bytes += piece.frames.reduce(0) { $0 + $1.bytes.count }
        if seen.bytes > CaptureQueue.bulk {
          mayCut = false
          if capture.keepHeads(of: CaptureQueue.head) {
            headsFrom.store(seen.packets + 1, ordering: .releasing)
          }
        }
      }
      inbox.post(piece.frames)
      // Packets come in the order of time. There may be more of a full ring.
      told.store(
        min(begun - CaptureQueue.slack, piece.last ?? Int64.max), ordering: .releasing)
      if piece.hasEnd { return }
      guard shouldEnd.load(ordering: .acquiring) else { continue }
      let now = Clock.monotonic
      if deadline == nil { deadline = now + (marker == nil ? 200_000_000 : 2_000_000_000) }
      if let deadline, now > deadline { return }
      if let marker, now >= nextMarker {
        // Perhaps the ring was full and the one before was lost.
        try marker.send()
        nextMarker = now + 100_000_000
      }
    }
  }

  /// Packets that were received together.
  private struct Piece {
    var frames: [Frame] = []
    /// The time of the last packet.
    var last: Int64?
    /// Whether the marker was among them; what came after it is left out.
    var hasEnd = false
  }

  private func receivePiece() throws(CaptureError) -> Piece {
    var piece = Piece()
    try capture.receive(waitingMilliseconds: CaptureQueue.timeout) { time, length, bytes in
      if piece.hasEnd { return }
      piece.last = time
      let frame = Frame(time: time, length: length, bytes: bytes.copied)
      guard let marker, CaptureQueue.mayBeMarker(frame) else {
        piece.frames.append(frame)
        return
      }
      let packet = Packet.decode(bytes, link: linkType, frameLength: length)
      if !marker.isMarker(packet) { piece.frames.append(frame) }
      if marker.isEnd(packet) { piece.hasEnd = true }
    }
    return piece
  }

  /// Whether a packet is small enough to be looked at: the marker and the error that answers it.
  private static func mayBeMarker(_ frame: Frame) -> Bool { frame.length < 100 }
}
