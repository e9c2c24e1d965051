import Testing
import Wire

@testable import Capture

@Suite struct SocketOwnerQuestionTests {
  private let client = Endpoint(.v4(0x7F00_0001), 0xC93A)
  private let server = Endpoint(.v4(0x0A00_0002), 3490)

  private func big(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

  @Test func askedForTheEndThatIsMeant() {
    let question = SocketOwnerQuestion(transport: .tcp, local: client, peer: server)
    let bytes = question.bytes(sequence: 7)
    #expect(bytes.count == 72)
    #expect(bytes[16..<20] == [2, 6, 0, 0])
    #expect(Array(bytes[24..<28]) == big(0xC93A) + big(3490))
    #expect(bytes[28..<32] == [127, 0, 0, 1])
    #expect(bytes[44..<48] == [10, 0, 0, 2])
    #expect(bytes[64..<72].allSatisfy { $0 == 0xFF })
  }

  /// The kernel takes the ends of a datagram, and gives the receiver's socket.
  @Test func datagramsStandTheOtherWayRound() {
    let question = SocketOwnerQuestion(transport: .udp, local: client, peer: server)
    let bytes = question.bytes(sequence: 7)
    #expect(bytes[17] == 17)
    #expect(Array(bytes[24..<28]) == big(3490) + big(0xC93A))
    #expect(bytes[44..<48] == [127, 0, 0, 1])
  }

  @Test func aListenerHasNoPeer() {
    let listener = Endpoint(.loopback6, 3490)
    let bytes = SocketOwnerQuestion(transport: .tcp, local: listener).bytes(sequence: 1)
    #expect(bytes[16] == 10)
    #expect(Array(bytes[24..<28]) == big(3490) + [0, 0])
    #expect(Array(bytes[28..<44]) == [UInt8](repeating: 0, count: 15) + [1])
    #expect(bytes[44..<60].allSatisfy { $0 == 0 })
  }

  @Test func answersAreRead() {
    // A header as of this machine, which is little-endian, and 72 bytes of the socket.
    var answer: [UInt8] = [88, 0, 0, 0, 20, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]
    answer += [UInt8](repeating: 0, count: 68) + [0x92, 0x1B, 0x0A, 0]
    #expect(SocketOwnerQuestion.answer(in: answer, sequence: 7) == .inode(662_418))
    #expect(SocketOwnerQuestion.answer(in: answer, sequence: 8) == nil)
    #expect(SocketOwnerQuestion.answer(in: Array(answer.dropLast()), sequence: 7) == nil)
    let refusal: [UInt8] =
      [36, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF]
    #expect(SocketOwnerQuestion.answer(in: refusal, sequence: 7) == .error(2))
    for count in 0..<20 {
      #expect(SocketOwnerQuestion.answer(in: Array(refusal.prefix(count)), sequence: 7) == nil)
    }
  }
}
