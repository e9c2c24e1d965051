import Capture
import Sandbox

/// Opens the capture of a live session.
enum LiveCapture {
  /// A capture, not running yet; or, where that is not permitted, why not.
  static func open(
    _ request: LiveRequest, on interface: String, _ inbox: Inbox
  ) throws(SessionError) -> (CaptureQueue?, CaptureError?) {
    do throws(CaptureError) {
      let packets = try CapturePackets(
        CapturePackets.Wish(
          interface: interface, filter: request.filter, snaplen: request.snaplen,
          timeout: CaptureQueue.timeout))
      return (CaptureQueue(packets, cutsBulk: request.cutsBulk, inbox), nil)
    } catch {
      let needsPackets = request.packetFile != nil && !SavedFile.isRecording(request.packetFile)
      guard case .notPermitted = error, !needsPackets else { throw .packets(error) }
      try check(request, interface)
      return (nil, error)
    }
  }

  /// What a capture would have found wrong, where there can be none.
  private static func check(
    _ request: LiveRequest, _ interface: String
  ) throws(SessionError) {
    let ethernet: Int32 = 1
    do throws(PacketFilterError) {
      _ = try PacketFilter(request.filter, link: ethernet)
    } catch {
      throw .packets(.filter(error))
    }
    do throws(CaptureError) {
      let names = try Device.all().map(\.name)
      guard names.contains(interface) else { throw .noSuchDevice(interface) }
    } catch {
      throw .packets(error)
    }
  }
}
