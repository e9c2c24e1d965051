import Capture
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
    let begun = RunBeginning()
    let packets = try CaptureSession.packets(request)
    Interruption.watch()
    var run = try CaptureRun(request, packets, begun: begun)
    var failure: SessionError?
    do throws(RunStop) { try run.run() } catch {
      if case .failed(let error) = error { failure = error }
    }
    try run.close()
    if let failure { throw failure }
  }

  /// Milliseconds after which the kernel hands over packets. Few, so that the owner of a socket is
  /// asked for while it is open; a millisecond's packets still come at once.
  private static let timeout: Int32 = 1

  private static func packets(_ request: CaptureRequest) throws(SessionError) -> CapturePackets {
    do throws(CaptureError) {
      return try CapturePackets(
        CapturePackets.Wish(
          interface: request.interface, filter: request.filter, snaplen: request.snaplen,
          timeout: timeout))
    } catch {
      if case .notPermitted(let device) = error { throw .mayNotCapture(device) }
      throw .packets(error)
    }
  }
}
