import Calls
import Testing
import Wire

@testable import Tracing

@Suite struct ProcNetTests {
  private func line(_ text: String) -> ProcNetSocket? { ProcNetSocket(text[...], kind: .tcp) }

  @Test func four() throws {
    let socket = try #require(
      line(
        "   0: 0100007F:0DA2 0200007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0"
          + " 123456 1 0000000000000000 100 0 0 10 0"))
    #expect(socket.local == Endpoint(.loopback4, 3490))
    #expect(socket.peer == Endpoint(.v4(0x7F00_0002), 50_000))
    #expect(socket.state == 1)
    #expect(socket.inode == 123_456)
    #expect(socket.kind == .tcp)
  }

  @Test func six() throws {
    let socket = try #require(
      line(
        "   1: 00000000000000000000000001000000:0050 0000000000000000FFFF00000100007F:0051 0A"
          + " 00000000:00000000 00:00000000 00000000 0 0 7 1"))
    #expect(socket.local == Endpoint(.loopback6, 80))
    // A mapped end stands as IPv4.
    #expect(socket.peer == Endpoint(.loopback4, 81))
    #expect(socket.state == 10)
    #expect(socket.inode == 7)
  }

  @Test(arguments: [
    "", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid",
    "0: 0100007F:0DA2 0200007F:C350 01 0:0 00:0 0 1000 0",
    "0: 0100007F 0200007F:C350 01 0:0 00:0 0 1000 0 5",
    "0: 0100007F:0DA2 0200007F:XYZ 01 0:0 00:0 0 1000 0 5",
    "0: 0100007F:0DA2 0200007F:C350 01 0:0 00:0 0 1000 0 inode",
    "0: 0100007F00000000:0DA2 0200007F:C350 01 0:0 00:0 0 1000 0 5",
    "0: :0DA2 0200007F:C350 01 0:0 00:0 0 1000 0 5",
    "0: 0100007F:0DA2 0200007F:C350 1FF 0:0 00:0 0 1000 0 5",
    "0: 0100007F:FFFFF 0200007F:C350 01 0:0 00:0 0 1000 0 5",
  ]) func others(_ text: String) {
    #expect(line(text) == nil)
  }
}
