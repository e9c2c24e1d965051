import Testing

@testable import Wire

@Suite struct RareTests {
  @Test func aValueIsThereOrNot() {
    var rare = Rare<[Int]>()
    #expect(!rare.exists && rare.value == nil && rare.elements == [])
    rare.elements = [1, 2]
    #expect(rare.exists && rare.value == [1, 2])
    let copy = rare
    rare.elements = [3]
    #expect(copy.elements == [1, 2] && copy != rare && copy == Rare([1, 2]))
    rare.elements = []
    #expect(rare == Rare() && rare.hashValue == Rare<[Int]>().hashValue)
  }

  @Test(arguments: [[], [1], [1, 2], [1, 2, 3]])
  func fewAreAList(_ numbers: [Int]) {
    var few = Few<Int>()
    for number in numbers { few.append(number) }
    #expect(few.elements == numbers && few.isEmpty == numbers.isEmpty)
    #expect(few.first == numbers.first)
    var same = Few<Int>()
    same.elements = numbers
    #expect(same == few && same.hashValue == few.hashValue)
    same.elements = [9]
    #expect(same != few && same.elements == [9])
  }

  /// What few packets have makes them differ, and taking it away makes them equal again.
  @Test func packetsCompareByWhatFewHave() {
    var packet = Packet()
    packet.vlans = [5]
    packet.tunnels.append(Tunnel(.vxlan, 7))
    #expect(packet != Packet() && packet.vlans == [5] && packet.tunnels.count == 1)
    packet.vlans = []
    packet.tunnels = []
    #expect(packet == Packet() && packet.hashValue == Packet().hashValue)
    var options = TCPOptions()
    options.fastOpenCookie = []
    #expect(options != TCPOptions() && options.fastOpenCookie == [] && !options.hasBlocks)
    options.fastOpenCookie = nil
    #expect(options == TCPOptions())
  }

  @Test(arguments: [0, 1, 7, 8, 9, 63, 64, 65, 200])
  func theStartOfAPayload(_ count: Int) {
    let bytes = (0..<(count + 3)).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
    let start = PayloadStart(bytes.span, 3..<(count + 3))
    #expect(start.bytes == Array(bytes[3...].prefix(64)))
    #expect(start == PayloadStart(bytes.span, 3..<(count + 3)))
    #expect((start == PayloadStart()) == (count == 0))
  }
}
