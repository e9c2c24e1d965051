import Capture
import Synchronization
import Tracing
import Wire

/// The thread that captures, and how far it has told everything.
final class CaptureQueue: Sendable {
  /// Milliseconds after which the kernel hands over packets; it may take twice as long.
  static let timeout: Int32 = 10

  let linkType: LinkType
  let snaplen: Int
  private let capture: ActiveCapture
  private let marker: EndMarker?
  private let inbox: Inbox
  /// All packets with an earlier time have been left in the inbox.
  private let told = Atomic<Int64>(0)
  private let shouldEnd = Atomic<Bool>(false)

  /// Takes over a capture that runs. `marker` ends it on `lo`.
  init(_ capture: ActiveCapture, marker: EndMarker?, _ inbox: Inbox) {
    self.capture = capture
    self.marker = marker
    self.inbox = inbox
    linkType = LinkType(rawValue: capture.linkType)
    snaplen = capture.snaplen
  }

  /// The moment before which all packets have been told.
  var toldUntil: Int64 { told.load(ordering: .acquiring) }

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
      inbox.endCapture(try? capture.statistics(), failure)
    }
  }

  private func receive() throws(CaptureError) {
    // The block timer, twice, and what a loaded machine adds.
    let slack = Int64(CaptureQueue.timeout) * 2_000_000 + 5_000_000
    var deadline: Int64?
    var nextMarker: Int64 = 0
    while true {
      let begun = Clock.now
      var frames: [Frame] = []
      var isOver = false
      try capture.receive(waitingMilliseconds: CaptureQueue.timeout) { time, length, bytes in
        if isOver { return }
        let frame = Frame(time: time, length: length, bytes: (0..<bytes.count).map { bytes[$0] })
        guard let marker, CaptureQueue.mayBeMarker(frame) else {
          frames.append(frame)
          return
        }
        let packet = Packet.decode(bytes, link: linkType, frameLength: length)
        if !marker.isMarker(packet) { frames.append(frame) }
        if marker.isEnd(packet) { isOver = true }
      }
      if !frames.isEmpty { inbox.post(frames) }
      told.store(begun - slack, ordering: .releasing)
      if isOver { return }
      guard shouldEnd.load(ordering: .acquiring) else { continue }
      if deadline == nil { deadline = begun + (marker == nil ? 200_000_000 : 2_000_000_000) }
      if let deadline, begun > deadline { return }
      if let marker, begun >= nextMarker {
        // Perhaps the ring was full and the one before was lost.
        try marker.send()
        nextMarker = begun + 100_000_000
      }
    }
  }

  /// Whether a packet is small enough to be looked at: the marker and the error that answers it.
  private static func mayBeMarker(_ frame: Frame) -> Bool { frame.length < 100 }
}
