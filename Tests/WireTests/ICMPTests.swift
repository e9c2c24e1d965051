import Testing
import Wire

@Suite struct ICMPTests {
  private func message(_ isVersion6: Bool, _ type: UInt8, _ code: UInt8 = 0) -> ICMP {
    ICMP(isVersion6: isVersion6, type: type, code: code)
  }

  @Test func whatIsAnError() {
    let errors4 = (UInt8(0)...255).filter { message(false, $0).isError }
    #expect(errors4 == [3, 4, 5, 11, 12])
    // RFC 4443, section 2.1: types below 128.
    #expect(message(true, 127).isError && !message(true, 128).isError)
  }

  @Test func whatSaysThatNobodyListens() {
    #expect(message(false, 3, 3).isPortUnreachable && message(true, 1, 4).isPortUnreachable)
    #expect(!message(false, 3, 1).isPortUnreachable && !message(false, 1, 4).isPortUnreachable)
    #expect(!message(true, 3, 3).isPortUnreachable)
  }
}
