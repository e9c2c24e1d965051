import Capture
import CaptureFile
import Testing
import Wire

@testable import Session

@Suite struct ReplayFilterTests {
  /// An IPv4 packet of `proto` that holds no more than its header.
  private func record(_ proto: UInt8, _ link: LinkType) -> CaptureRecord {
    let header: [UInt8] =
      [0x45, 0, 0, 20, 0, 1, 0x40, 0, 64, proto, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]
    let start: [UInt8] = link == .ethernet ? Array(repeating: 0, count: 12) + [8, 0] : []
    let bytes = start + header
    return CaptureRecord(time: 0, frameLength: bytes.count, link: link, bytes: bytes)
  }

  @Test func keepsAllWithoutAnExpression() throws {
    var filter = ReplayFilter("")
    try filter.take(record(6, .ethernet), number: 1)
    #expect(filter.keeps(1))
    #expect(filter.keeps(99))
  }

  @Test func tellsPacketsApartByTheirNumber() throws {
    var filter = ReplayFilter("udp")
    for (number, proto) in [(1, 6), (2, 17), (3, 6), (4, 17), (9, 17)] as [(Int, UInt8)] {
      try filter.take(record(proto, .ethernet), number: number)
    }
    #expect((1...5).map(filter.keeps) == [false, true, false, true, false])
    #expect(filter.keeps(9))
  }

  @Test func compilesForEachLinkType() throws {
    var filter = ReplayFilter("tcp")
    try filter.take(record(6, .ethernet), number: 1)
    try filter.take(record(6, .raw), number: 2)
    try filter.take(record(17, .ipv4), number: 3)
    #expect((1...3).map(filter.keeps) == [true, true, false])
    #expect(filter.meaningless.isEmpty)
  }

  @Test func keepsNoneOfALinkTypeThatTheExpressionHasNoMeaningFor() throws {
    var filter = ReplayFilter("tcp or vlan 5")
    try filter.take(record(6, .ethernet), number: 1)
    try filter.take(record(6, .raw), number: 2)
    try filter.take(record(6, .ethernet), number: 3)
    #expect((1...3).map(filter.keeps) == [true, false, true])
    #expect(filter.meaningless == ["RAW"])
  }

  @Test func throwsWhereItCompilesForNone() throws {
    var filter = ReplayFilter("tcp prot 80")
    #expect(throws: SessionError.self) { try filter.take(record(6, .ethernet), number: 1) }
  }

  @Test func forgetsOnlyWhatWasDrawn() throws {
    var filter = ReplayFilter("udp")
    for number in 1...100 {
      try filter.take(record(number % 10 == 0 ? 17 : 6, .ethernet), number: number)
    }
    for number in 1...90 { filter.forget(number) }
    #expect(!filter.keeps(90))
    #expect(filter.keeps(100))
    try filter.take(record(17, .ethernet), number: 101)
    #expect(filter.keeps(101))
  }
}

extension ReplayFilter {
  /// Takes a packet that is decoded by itself.
  fileprivate mutating func take(_ record: CaptureRecord, number: Int) throws(SessionError) {
    let packet = Packet.decode(
      record.bytes.span, link: record.link, frameLength: record.frameLength)
    try take(record, packet, number: number)
  }
}
