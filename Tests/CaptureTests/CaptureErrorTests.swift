import Capture
import Testing

@Suite struct CaptureErrorTests {
  @Test func errorsNameTheirDevice() {
    #expect(CaptureError.notPermitted(device: "lo") != .notPermitted(device: "eth0"))
    #expect(CaptureError.notUp(device: "lo") != .noSuchDevice("lo"))
  }
}
