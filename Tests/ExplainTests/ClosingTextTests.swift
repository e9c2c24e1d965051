import Calls
import Explain
import Testing
import Timeline
import Wire

@Suite struct ClosingTextTests {
  private func sentence(
    _ closing: ConnectionReport.Closing, kind: TransportKind = .tcp, packets: Int = 10,
    isAnswered: Bool = true
  ) -> String {
    var connection = Connection(
      id: ConnectionID(1), kind: kind, client: Endpoint(.loopback4, 51514),
      server: Endpoint(.loopback4, 3490))
    if isAnswered { connection.serverISN = SequenceNumber(1) }
    var report = ConnectionReport(connection: connection)
    report.closing = closing
    report.packets = packets
    return ClosingText().sentence(report)
  }

  @Test func closesAreTold() {
    #expect(
      sentence(.fins(first: .client, firstFIN: 8, secondFIN: 9, segments: 3))
        == "TCP 1 closed, client first, in 3 segments: 9 is the server's FIN and its "
        + "acknowledgement of 8.")
    #expect(
      sentence(.fins(first: .server, firstFIN: 8, secondFIN: 10, segments: 4))
        == "TCP 1 closed, server first, in 4 segments: 8 was acknowledged before 10, "
        + "the client's FIN.")
    #expect(
      sentence(.simultaneous(firstFIN: 8, secondFIN: 9))
        == "TCP 1 was closed by both ends at the same time: FINs 8 and 9 crossed.")
    #expect(
      sentence(.half(first: .client, firstFIN: 8))
        == "TCP 1 is half closed: 8 is the client's FIN, the server has not sent one.")
    #expect(
      sentence(.fins(first: .client, firstFIN: 8, secondFIN: 9, segments: 2))
        == "TCP 1: both ends sent a FIN, the client first (8, then 9); no ACK of 8 "
        + "was seen.")
    #expect(
      sentence(.own(firstFIN: 8)) == "TCP 1 was connected to itself, and closed by FIN 8.")
  }

  @Test func otherEndsAreTold() {
    #expect(
      sentence(.reset(by: .server, packet: 6)) == "TCP 1 was reset by the server, with RST 6.")
    #expect(
      sentence(.refused(packet: 2))
        == "TCP 1 was refused: RST 2 says that nobody listens on 127.0.0.1:3490.")
    #expect(sentence(.open) == "TCP 1 was open when the recording ended.")
    #expect(sentence(.open, isAnswered: false) == "TCP 1 was never established: no SYN-ACK came.")
    #expect(sentence(.open, packets: 0) == "TCP 1: no packets were captured.")
  }

  @Test func datagramsHaveNoEnd() {
    #expect(
      sentence(.open, kind: .udp)
        == "UDP 1: no handshake, no close, no connection.")
  }
}
