import Testing

@testable import Calls

@Suite struct WaitDecodeTests {
  private static let entries = FakeMemory([
    0x100: Bytes.poll(5, returned: 1) + Bytes.poll(-1, returned: 0) + Bytes.poll(6)
      + Bytes.poll(9, returned: 0x10),
    0x200: Bytes.of(Int64(2)) + Bytes.of(Int64(1_500_001)),
  ])

  @Test func poll() {
    let asked = SystemCall.poll.asked(Registers(0x100, 4, 0xFFFF_FFFF), Self.entries)
    #expect(
      asked
        == arguments {
          $0.watched = [5, 6, 9]
          $0.timeout = -1
        })
    #expect(SystemCall.poll.asked(Registers(0x100, 1, 250), Self.entries).timeout == 250)
    #expect(
      SystemCall.poll.gave(2, Registers(0x100, 4), Self.entries)
        == outcome(2) { $0.ready = [5, 9] })
    #expect(SystemCall.poll.gave(0, Registers(0x100, 4), Self.entries) == outcome(0))
  }

  /// A timespec is told in milliseconds, rounded up: a wait of a nanosecond is none of zero.
  @Test func times() {
    #expect(SystemCall.ppoll.asked(Registers(0x100, 4, 0x200), Self.entries).timeout == 2002)
    #expect(SystemCall.ppoll.asked(Registers(0x100, 4, 0), Self.entries).timeout == -1)
    #expect(SystemCall.ppoll.asked(Registers(0x100, 4, 0x999), Self.entries).timeout == -1)
    let brief = FakeMemory([0x200: Bytes.of(Int64(0)) + Bytes.of(Int64(1))])
    #expect(SystemCall.pselect6.asked(Registers(0, 0, 0, 0, 0x200), brief).timeout == 1)
    // select takes microseconds.
    #expect(SystemCall.select.asked(Registers(0, 0, 0, 0, 0x200), Self.entries).timeout == 3501)
    #expect(SystemCall.epollPwait2.asked(Registers(4, 0, 9, 0x200), Self.entries).timeout == 2002)
    for call in [SystemCall.epollWait, .epollPwait] {
      #expect(call.asked(Registers(4, 0, 9, 0xFFFF_FFFF)).timeout == -1)
      #expect(call.asked(Registers(4, 0, 9, 7)).descriptor == 4)
    }
    let endless = FakeMemory([0x200: Bytes.of(UInt64.max) + Bytes.of(UInt64.max)])
    let most = SystemCall.ppoll.asked(Registers(0, 0, 0x200), endless).timeout
    #expect(most ?? 0 > 1 << 60)
  }

  /// A huge count is one of rubbish: 1,024 entries are looked at.
  @Test func manyEntries() {
    var memory = FakeMemory()
    memory.put((0..<1100).flatMap { Bytes.poll(Int32($0)) }, at: 0x1000)
    let asked = SystemCall.poll.asked(Registers(0x1000, .max, 0), memory)
    #expect(asked.watched == Array(0..<1024))
    #expect(SystemCall.poll.asked(Registers(0x999, .max, 0), memory).watched == [])
  }

  @Test(arguments: [SystemCall.select, .pselect6]) func select(_ call: SystemCall) {
    var readable = [UInt8](repeating: 0, count: 16)
    readable[0] = 0b1000_1000
    readable[8] = 0b10
    var writable = [UInt8](repeating: 0, count: 16)
    writable[1] = 1
    let memory = FakeMemory([0x100: readable, 0x200: writable])
    let asked = call.asked(Registers(66, 0x100, 0x200, 0, 0), memory)
    #expect(asked.watched == [3, 7, 8, 65])
    #expect(asked.descriptor == nil)
    #expect(asked.timeout == -1)
    // nfds counts bits: those from it on are not looked at.
    #expect(call.asked(Registers(65, 0x100, 0x200, 0, 0), memory).watched == [3, 7, 8])
    #expect(call.asked(Registers(0xFFFF_FFFF, 0x100, 0, 0, 0), memory).watched == [])
    #expect(call.gave(1, Registers(66, 0x100, 0, 0, 0), memory).ready == [3, 7, 65])
    #expect(call.gave(0, Registers(66, 0x100, 0, 0, 0), memory).ready == [])
    // The sets end where the memory does.
    #expect(call.asked(Registers(0x7FFF_FFFF, 0x100, 0, 0, 0), memory).watched == [3, 7, 65])
  }

  @Test func epollControl() {
    let asked = SystemCall.epollCtl.asked(Registers(4, 1, 9, 0x100))
    #expect(
      asked
        == arguments {
          $0.descriptor = 4
          $0.flags = 1
          $0.other = 9
        })
  }

  /// struct epoll_event is packed on x86-64, 12 bytes, and has 16 on arm64.
  @Test(arguments: [(Architecture.amd64, [] as [UInt8]), (.arm64, [0, 0, 0, 0])])
  func epollEvents(_ architecture: Architecture, _ padding: [UInt8]) throws {
    let event = Bytes.of(UInt32(1)) + padding + Bytes.of(UInt64(0xAABB_CCDD_0011_2233))
    let memory = FakeMemory([0x100: event + Bytes.of(UInt32(4)) + padding + Bytes.of(UInt64(7))])
    func interest(_ operation: UInt64, _ place: UInt64) -> EpollInterest? {
      EpollInterest(
        Registers(4, operation, 9, place), architecture: architecture, memory: memory.reader)
    }
    for operation in [1, 3] as [UInt64] {
      let added = try #require(interest(operation, 0x100))
      #expect(added.isWatched)
      #expect(added.data == 0xAABB_CCDD_0011_2233)
      #expect(!added.isExclusive)
    }
    let exclusive = FakeMemory([
      0x100: Bytes.of(UInt32(1 << 28 | 1)) + padding + Bytes.of(UInt64(7))
    ])
    let one = EpollInterest(
      Registers(4, 1, 9, 0x100), architecture: architecture, memory: exclusive.reader)
    #expect(one?.isExclusive == true)
    // EPOLL_CTL_DEL needs no event.
    #expect(try !#require(interest(2, 0)).isWatched)
    #expect(interest(1, 0) == nil)
    func ready(_ result: Int64) -> [UInt64] {
      EpollInterest.ready(
        Registers(4, 0x100, 9), result: result, architecture: architecture, memory: memory.reader)
    }
    #expect(ready(2) == [0xAABB_CCDD_0011_2233, 7])
    #expect(ready(1) == [0xAABB_CCDD_0011_2233])
    #expect(ready(.max) == [0xAABB_CCDD_0011_2233, 7])
    #expect(ready(0) == [])
    #expect(ready(-4) == [])
  }
}
