import Testing
import Wire

@testable import Calls

@Suite struct SocketAddressDecodeTests {
  private static let loopback6: [UInt8] = [UInt8](repeating: 0, count: 15) + [1]

  @Test func internet4() {
    let bytes = Bytes.internet4([192, 0, 2, 7], 3490)
    #expect(SocketAddress(bytes) == .internet(Endpoint(.v4(0xC000_0207), 3490)))
    // Eight bytes are enough, seven are not (ip(7): sin_zero is padding).
    #expect(SocketAddress(Array(bytes.prefix(8))) == .internet(Endpoint(.v4(0xC000_0207), 3490)))
    #expect(SocketAddress(Array(bytes.prefix(7))) == nil)
  }

  @Test func internet6() {
    let bytes = Bytes.internet6(Self.loopback6, 0xABCD)
    #expect(SocketAddress(bytes) == .internet(Endpoint(.loopback6, 0xABCD)))
    #expect(SocketAddress(Array(bytes.prefix(24))) == .internet(Endpoint(.loopback6, 0xABCD)))
    #expect(SocketAddress(Array(bytes.prefix(23))) == nil)
  }

  /// A mapped address is what the program said: it stands as IPv6 here.
  @Test func mapped() {
    let address = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 10, 0, 0, 1]
    #expect(
      SocketAddress(Bytes.internet6(address, 1))
        == .internet(Endpoint(.v6(high: 0, low: 0xFFFF_0A00_0001), 1)))
  }

  @Test func local() {
    let path = Array("/run/app.sock".utf8)
    #expect(SocketAddress(Bytes.of(UInt16(1)) + path + [0, 65]) == .local("/run/app.sock"))
    // The path may fill sun_path without a zero behind it (unix(7)).
    let full = [UInt8](repeating: 97, count: 108)
    #expect(
      SocketAddress(Bytes.of(UInt16(1)) + full) == .local(String(repeating: "a", count: 108)))
    #expect(SocketAddress(Bytes.of(UInt16(1)) + [0, 97, 0, 98]) == .local("\0a\0b"))
    #expect(SocketAddress(Bytes.of(UInt16(1))) == .local(""))
  }

  @Test func others() {
    #expect(SocketAddress(Bytes.of(UInt16(0)) + [1, 2, 3]) == .unspecified)
    #expect(SocketAddress(Bytes.of(UInt16(16)) + [0, 0]) == .other(family: 16))
    #expect(SocketAddress(Bytes.of(UInt16(0xFFFF))) == .other(family: 0xFFFF))
    #expect(SocketAddress([2]) == nil)
    #expect(SocketAddress([]) == nil)
  }

  @Test func fromMemory() {
    let memory = FakeMemory([0x1000: Bytes.internet4([127, 0, 0, 1], 80), 0x2000: Bytes.of(16)])
    let there = SocketAddress.internet(Endpoint(.loopback4, 80))
    #expect(SocketAddress.read(at: 0x1000, length: 16, memory.reader) == there)
    #expect(SocketAddress.read(at: 0x1000, lengthAt: 0x2000, memory.reader) == there)
    // No address, a wrong one, a length that is none, one of a gigabyte.
    #expect(SocketAddress.read(at: 0, length: 16, memory.reader) == nil)
    #expect(SocketAddress.read(at: 0x3000, length: 16, memory.reader) == nil)
    #expect(SocketAddress.read(at: 0x1000, length: -1, memory.reader) == nil)
    #expect(SocketAddress.read(at: 0x1000, length: 1, memory.reader) == nil)
    #expect(SocketAddress.read(at: 0x1000, length: 1 << 30, memory.reader) == there)
    #expect(SocketAddress.read(at: 0x1000, lengthAt: 0, memory.reader) == nil)
    #expect(SocketAddress.read(at: 0x1000, lengthAt: 0x3000, memory.reader) == nil)
    #expect(SocketAddress.read(at: 0x1000, lengthAt: .max, memory.reader) == nil)
  }
}
