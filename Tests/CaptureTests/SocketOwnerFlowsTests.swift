import Testing
import Wire

@testable import Capture

@Suite struct SocketOwnerFlowsTests {
  private let one = Endpoint(.loopback4, 1)
  private let other = Endpoint(.loopback6, 2)

  @Test func directionsAreOneFlowAndTransportsAreNot() {
    #expect(FlowEnds(.tcp, one, other) == FlowEnds(.tcp, other, one))
    #expect(FlowEnds(.tcp, one, other) != FlowEnds(.udp, one, other))
    #expect(FlowEnds(.tcp, one, one).low == one)
  }

  @Test func theOldestAreForgotten() {
    var recent = Recent<Int, Int>(half: 10)
    for number in 0..<100 {
      recent[number] = number
      #expect(recent[number] == number)
      #expect(recent[max(0, number - 9)] == max(0, number - 9))
      #expect(recent[number - 20] == nil)
    }
  }
}
