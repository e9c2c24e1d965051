import Process
import Testing

@testable import Capture

/// Ethernet, the link type of `lo`.
private let ethernet: Int32 = 1

@Suite(.ownNetwork) struct PacketFilterTests {
  /// A UDP datagram from 127.0.0.1:1000 to 127.0.0.1:9 with an empty Ethernet header.
  private let datagram: [UInt8] =
    [UInt8](repeating: 0, count: 12) + [0x08, 0x00]
    + [0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]
    + [0x03, 0xE8, 0, 9, 0, 8, 0, 0]

  private func keeps(_ filter: PacketFilter, _ bytes: [UInt8], _ frameLength: Int) -> Bool {
    filter.matches(frameLength: frameLength, bytes: bytes.span)
  }

  @Test(arguments: [
    ("", true), ("udp", true), ("udp port 9", true), ("tcp", false), ("src port 9", false),
    ("udp dst port discard and src host 127.0.0.1", true), ("len = 42", true),
    ("ip[8] = 64", true), ("greater 43", false),
  ])
  func matches(expression: String, expected: Bool) throws {
    let filter = try PacketFilter(expression, link: ethernet)
    #expect(keeps(filter, datagram, datagram.count) == expected)
  }

  @Test func aTestOfBytesThatAreNotThereFails() throws {
    let filter = try PacketFilter("udp port 9", link: ethernet)
    let cut = Array(datagram.prefix(30))
    #expect(!keeps(filter, cut, datagram.count))
    #expect(!keeps(filter, [UInt8](), 0))
  }

  @Test func theLengthIsThatOnTheLink() throws {
    let filter = try PacketFilter("greater 1000", link: ethernet)
    #expect(keeps(filter, datagram, 1_000))
    #expect(!keeps(filter, datagram, 999))
  }

  @Test func rawLinksAreReadWithoutALinkHeader() throws {
    let filter = try PacketFilter("udp dst port 9", link: 12)
    #expect(keeps(filter, Array(datagram.dropFirst(14)), 28))
  }
}
