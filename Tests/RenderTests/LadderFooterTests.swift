import Testing
import Timeline

@testable import Render

@Suite struct LadderFooterTests {
  private func lines(
    _ totals: Totals, hasCalls: Bool = true, _ change: (inout Ending) -> Void = { _ in }
  ) -> [String] {
    var ending = Ending()
    change(&ending)
    let header = LadderHeader(
      heading: Heading(source: "lo", hasCalls: hasCalls), style: LadderStyle(), language: .english)
    return LadderFooter(header: header).lines(totals, ending)
  }

  private func totals(_ count: Int, _ change: (inout ConnectionReport) -> Void = { _ in })
    -> Totals
  {
    var totals = Totals()
    totals.packets = 1234
    totals.calls = 1
    totals.connections = count
    totals.reports = (1...max(1, min(count, 12))).prefix(count).map {
      var report = ConnectionReport(connection: connection($0))
      report.packets = 10
      change(&report)
      return report
    }
    return totals
  }

  @Test func lossesAreToldApart() {
    func last(_ kernel: Int?, _ interface: Int?) -> String? {
      lines(Totals()) {
        $0.lostByKernel = kernel
        $0.lostByInterface = interface
      }.last
    }
    let counts = "0 packets, 0 calls   unexplained 0"
    #expect(last(0, 0) == counts + "   lost by the capture 0")
    #expect(last(7, 0) == counts + "   lost by the kernel 7, by the interface 0")
    #expect(last(0, 2) == counts + "   lost by the kernel 0, by the interface 2")
    #expect(last(7, nil) == counts + "   lost by the kernel 7")
    #expect(last(nil, nil) == counts)
  }

  @Test func theCostOfTracingIsTold() {
    func last(_ added: Int64?, _ stretch: Double?) -> String? {
      lines(Totals()) {
        $0.addedNanoseconds = added
        $0.stretch = stretch
      }.last
    }
    #expect(
      last(14_400, 2)
        == "tracing added about 14 µs to each traced call, and stretched calls about 2x")
    #expect(last(100, nil) == "tracing added about 1 µs to each traced call")
    #expect(last(nil, 4.84) == "tracing stretched calls about 4.8x")
    #expect(last(nil, nil) == "0 packets, 0 calls   unexplained 0")
  }

  @Test func factorsAreShort() {
    #expect(LadderFooter.factor(2.04) == "2")
    #expect(LadderFooter.factor(1.96) == "2")
    #expect(LadderFooter.factor(3.14) == "3.1")
    #expect(LadderFooter.factor(12.6) == "13")
    #expect(LadderFooter.factor(.nan) == "?")
    #expect(LadderFooter.factor(.infinity) == "?")
    #expect(LadderFooter.factor(-1) == "0")
  }

  @Test func bytesOfBothDirectionsAreTold() {
    let one = totals(1) {
      $0.clientBytes = 1
      $0.serverBytes = 1448
      $0.handshake = 8000
      $0.retransmissions = 2
    }
    #expect(
      lines(one).contains(
        "handshake 0.008 ms   1 byte to the server, 1,448 back   2 retransmitted   "
          + "1,234 packets, 1 call"))
  }

  @Test func manyConnectionsAreCounted() {
    var many = totals(1000)
    many.resets = 17
    #expect(lines(many)[1] == "1,000 connections, 17 reset")
    #expect(lines(many).count == 3)
  }

  @Test func severalConnectionsHaveTheirOwnCounts() {
    let text = lines(totals(2) { $0.clientBytes = 5 })
    #expect(text[2] == "  5 bytes to the server, 0 back")
    #expect(text.count == 6)
  }

  @Test func callsThatWereNotRecordedAreNotCounted() {
    #expect(lines(totals(1), hasCalls: false).last == "no data   1,234 packets")
  }
}
