import Testing
import Wire

@testable import Calls

@Suite struct OutcomeDecodeTests {
  private static let peer = SocketAddress.internet(Endpoint(.v4(0x0A00_0001), 40_000))
  private static let header = Bytes.message(
    name: 0x500, nameLength: 16, vectors: 0x200, count: 2)
  private static let memory = FakeMemory([
    0x100: Bytes.message(header, transferred: 3) + Bytes.message(header, transferred: 2),
    0x200: Bytes.vectors([(0x1000, 2), (0x1002, 4)]),
    0x500: Bytes.internet4([10, 0, 0, 1], 40_000),
    0x600: Bytes.of(UInt32(16)), 0x1000: [1, 2, 3, 4, 5, 6],
  ])

  @Test(arguments: SystemCall.allCases) func errors(_ call: SystemCall) {
    let registers = Registers(3, 0x100, 2, 0x1000, 0x500, 0x600)
    for number in [1, 11, 104, 4095] as [Int32] {
      #expect(
        call.gave(Int64(-number), registers, Self.memory)
          == CallOutcome(result: Int64(-number), error: Errno(number)))
    }
    // Beyond them a negative result is none of them (errno(3)).
    #expect(call.gave(-4096, registers, Self.memory).error == nil)
    #expect(call.gave(.min, registers, Self.memory).error == nil)
  }

  @Test(arguments: [SystemCall.accept, .accept4, .getsockname, .getpeername])
  func addresses(_ call: SystemCall) {
    #expect(
      call.gave(5, Registers(3, 0x500, 0x600), Self.memory)
        == outcome(5) { $0.address = Self.peer })
    #expect(call.gave(5, Registers(3, 0, 0), Self.memory) == outcome(5))
  }

  @Test(arguments: [SystemCall.read, .recv, .recvfrom]) func reading(_ call: SystemCall) {
    #expect(
      call.gave(3, Registers(3, 0x1000, 100), Self.memory) == outcome(3) { $0.payload = [1, 2, 3] })
    #expect(call.gave(0, Registers(3, 0x1000, 100), Self.memory) == outcome(0))
    #expect(call.gave(100, Registers(3, 0x1000, 100), Self.memory).payload == [1, 2, 3, 4, 5, 6])
    #expect(call.gave(.max, Registers(3, 0x9000, 100), Self.memory).payload == [])
  }

  @Test func sender() {
    let registers = Registers(3, 0x1000, 100, 0, 0x500, 0x600)
    #expect(SystemCall.recvfrom.gave(2, registers, Self.memory).address == Self.peer)
  }

  @Test(arguments: [SystemCall.readv, .preadv2]) func pieces(_ call: SystemCall) {
    let gave = call.gave(5, Registers(3, 0x200, 2), Self.memory)
    #expect(gave == outcome(5) { $0.payload = [1, 2, 3, 4, 5] })
  }

  @Test func messages() {
    let one = SystemCall.recvmsg.gave(4, Registers(3, 0x100), Self.memory)
    #expect(
      one
        == outcome(4) {
          $0.payload = [1, 2, 3, 4]
          $0.address = Self.peer
        })
    let two = SystemCall.recvmmsg.gave(2, Registers(3, 0x100, 8), Self.memory)
    #expect(
      two
        == outcome(2) {
          $0.messageLengths = [3, 2]
          $0.payload = [1, 2, 3]
          $0.address = Self.peer
        })
    #expect(
      SystemCall.sendmmsg.gave(2, Registers(3, 0x100, 8), Self.memory)
        == outcome(2) { $0.messageLengths = [3, 2] })
    #expect(SystemCall.recvmsg.gave(4, Registers(3, 0), Self.memory) == outcome(4))
    #expect(SystemCall.recvmmsg.gave(4, Registers(3, 0), Self.memory) == outcome(4))
  }

  @Test func options() {
    let registers = Registers(3, 1, 4, 0x1000, 0x600)
    #expect(
      SystemCall.getsockopt.gave(0, registers, Self.memory)
        == outcome(0) { $0.value = 0x0403_0201 })
    #expect(SystemCall.getsockopt.gave(0, Registers(3, 1, 4), Self.memory) == outcome(0))
  }

  /// Calls that give back a number and nothing else.
  @Test func numbers() {
    for call in [SystemCall.socket, .bind, .write, .sendto, .sendmsg, .close, .dup, .splice] {
      #expect(call.gave(7, Registers(3, 0x100, 2), Self.memory) == outcome(7))
    }
  }
}
