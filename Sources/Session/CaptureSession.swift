import Glibc
import Tracing

/// Captures the packets of an interface and draws them while they come, each connection with the
/// processes that own its sockets.
public enum CaptureSession {
  /// Captures until a signal, or until as many packets or seconds as the request says.
  ///
  /// A reader of the output that goes away ends it quietly.
  ///
  /// - Throws: what kept packets from being captured, saved or drawn.
  public static func hold(_ request: CaptureRequest) throws(SessionError) {
    // Else the death of a reader would be this process's, and no file would be closed.
    TracerThread.outliveReaders()
    // No packet is older.
    let begun = CaptureFiles.Beginning()
    let packets = try CapturePackets(request)
    Interruption.watch()
    var drawing = try CaptureDrawing(
      request, link: packets.link, snaplen: packets.snaplen, begun: begun)
    var failure: SessionError?
    do throws(ReplayStop) {
      try run(packets, &drawing)
    } catch {
      if case .failed(let error) = error { failure = error }
    }
    try drawing.close(packets)
    if let failure { throw failure }
  }

  private static func run(
    _ packets: CapturePackets, _ drawing: inout CaptureDrawing
  ) throws(ReplayStop) {
    var packets = packets
    while let piece = packets.next(waits: !drawing.isBehind) {
      try drawing.add(piece)
      if drawing.isFull { packets.end() }
    }
    try drawing.finish(packets)
  }
}
