import Capture
import Glibc
import Sandbox
import Testing

@testable import Session

@Suite struct LiveHeadingTests {
  private func heading(
    isPrivate: Bool, refusal: PrivateNetworkError? = nil, capture: CaptureError? = nil,
    _ change: (inout LiveRequest) -> Void = { _ in }
  ) -> LiveHeading {
    var request = LiveRequest(.run(["true"]))
    change(&request)
    return LiveHeading(
      request: request, network: LiveNetwork(isPrivate: isPrivate, refusal: refusal),
      interface: isPrivate ? "lo" : request.interface, refusal: capture)
  }

  @Test func theNetworkIsNamed() {
    let own = heading(isPrivate: true).heading
    #expect(own.source == "lo, private network")
    #expect(own.notes == ["private network: other tools do not see it"])
    #expect(own.hasCalls)
    let machine = heading(isPrivate: false) { $0.interface = "eth0" }.heading
    #expect(machine.source == "eth0")
    #expect(machine.notes == ["recording calls, and the packets on eth0"])
    let textbook = heading(isPrivate: true) { $0.isTextbook = true }.heading
    #expect(textbook.source == "lo, private network, segments as on Ethernet")
  }

  @Test func theWayOutOfWhatWasRefusedIsNamed() {
    let refusal = PrivateNetworkError(step: .userNamespace, errno: EPERM)
    let notes = heading(isPrivate: false, refusal: refusal).heading.notes
    #expect(
      notes == [
        "recording calls, and the packets on lo",
        "no private network (operation not permitted at userNamespace), so using the machine's own; "
          + "sockline doctor says why",
      ])
    let packets = heading(isPrivate: false, capture: .notPermitted(device: "lo")).heading.notes
    #expect(
      packets == [
        "packets not captured (no permission): use --private, or see sockline doctor; "
          + "calls are drawn all the same"
      ])
  }

  @Test func aFilterOnTheCaptureIsSaid() {
    let notes = heading(isPrivate: false) { $0.filter = "tcp port 80" }.heading.notes
    #expect(notes.last == "capturing only packets that match the filter: tcp port 80")
  }
}
