import Capture
import Sandbox

/// Opens the capture of a live session.
enum LiveCapture {
  /// A capture, not running yet; or, where that is not permitted, why not.
  static func open(
    _ request: LiveRequest, on interface: String, _ inbox: Inbox
  ) throws(SessionError) -> (CaptureQueue?, CaptureError?) {
    do throws(CaptureError) {
      let marker = interface == "lo" ? try EndMarker() : nil
      var preparation = try InactiveCapture(device: interface)
      preparation.snaplen = request.snaplen
      preparation.filter = request.filter
      preparation.alsoKept = marker?.filterExpression ?? ""
      preparation.timeout = CaptureQueue.timeout
      let capture = try preparation.activate()
      return (CaptureQueue(capture, marker: marker, cutsBulk: request.cutsBulk, inbox), nil)
    } catch {
      let needsPackets = request.packetFile != nil && !LiveFile.isRecording(request.packetFile)
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
