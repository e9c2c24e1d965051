import Capture
import Synchronization
import Tracing
import Wire

/// The thread that captures beside a tracer, and how far it has told everything.
final class CaptureQueue: Sendable {
  /// Milliseconds after which the kernel hands over packets.
  static let timeout: Int32 = 5

  let link: LinkType
  let snaplen: Int
  private let packets: Mutex<CapturePackets>
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

  /// Picks up a capture that runs.
  init(_ packets: consuming CapturePackets, cutsBulk: Bool = false, _ inbox: Inbox) {
    link = packets.link
    snaplen = packets.snaplen
    self.packets = Mutex(packets)
    self.cutsBulk = cutsBulk
    self.inbox = inbox
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
      packets.withLock { packets in
        receive(&packets)
        // Whatever comes now is not seen: nobody waits for it.
        told.store(Int64.max, ordering: .releasing)
        inbox.endCapture(packets.statistics, packets.failure)
      }
    }
  }

  private func receive(_ packets: inout CapturePackets) {
    var seen = (packets: 0, bytes: 0)
    var mayCut = cutsBulk
    while let piece = packets.next(waitingMilliseconds: CaptureQueue.timeout) {
      seen.packets += piece.frames.count
      if mayCut {
        seen.bytes += piece.frames.reduce(0) { $0 + $1.bytes.count }
        if seen.bytes > CaptureQueue.bulk {
          mayCut = false
          if packets.keepHeads(of: CaptureQueue.head) {
            headsFrom.store(seen.packets + 1, ordering: .releasing)
          }
        }
      }
      inbox.post(piece.frames)
      told.store(piece.toldUntil, ordering: .releasing)
      if shouldEnd.load(ordering: .acquiring) { packets.end() }
    }
  }
}
