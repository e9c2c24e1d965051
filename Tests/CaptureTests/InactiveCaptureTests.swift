import Capture
import Process
import Testing

@Suite(.ownNetwork) struct InactiveCaptureTests {
  /// Why a capture cannot start.
  private func failure(
    _ device: String, filter: String = "", alsoKept: String = ""
  ) -> CaptureError? {
    do throws(CaptureError) {
      var capture = try InactiveCapture(device: device)
      capture.filter = filter
      capture.alsoKept = alsoKept
      _ = try capture.activate()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: ["", "l\0o"])
  func namesThatCannotBe(device: String) {
    #expect(failure(device) == .noSuchDevice(device))
  }

  @Test(
    .needs(isAllowedToCapture, "capturing needs root"),
    arguments: ["nowhere0", "a-name-longer-than-any-interface-has"])
  func noSuchDevice(device: String) {
    #expect(failure(device) == .noSuchDevice(device))
  }

  @Test(.needs(isAllowedToCapture, "capturing needs root")) func filtersThatAreWrong() throws {
    let failure = failure("lo", filter: "tcp prt 3490", alsoKept: "udp")
    guard case .filter(let error) = failure else {
      Issue.record("no error of the filter: \(String(describing: failure))")
      return
    }
    // The place is one of the expression the user wrote.
    #expect(error.place == 4..<7 && error.expression == "tcp prt 3490")
  }

  @Test func withoutTheRightItIsRefused() throws {
    let failure = onOwnThread { () -> CaptureError? in
      guard !isAllowedToCapture || dropAllCapabilities() else { return .other("capset failed") }
      return InactiveCaptureTests().failure("lo")
    }
    #expect(failure == .notPermitted(device: "lo"))
  }

  @Test(.needs(isAllowedToCapture, "capturing needs root")) func anInterfaceThatIsDown() throws {
    let failure = onOwnThread { () -> CaptureError? in
      guard enterEmptyNetwork() else { return .other("unshare failed") }
      return InactiveCaptureTests().failure("lo")
    }
    #expect(failure == .notUp(device: "lo"))
  }

  @Test(
    .needs(isAllowedToCapture, "capturing needs root"),
    arguments: ["vlan 5", "tcp port 1", "vlan and udp port 9"])
  func whatIsAlsoKeptPassesAnyFilter(filter: String) throws {
    let receiver = try LoopbackSocket(datagrams: true)
    let sender = try LoopbackSocket(datagrams: true)
    var inactive = try InactiveCapture(device: "lo")
    inactive.filter = filter
    inactive.alsoKept = "udp dst port \(receiver.port)"
    let capture = try inactive.activate()
    try sender.send([1, 2, 3], to: receiver.port)
    #expect(try capture.collect { !$0.isEmpty }.count == 1)
  }
}
