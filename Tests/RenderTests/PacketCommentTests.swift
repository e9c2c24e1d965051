import Testing
import Timeline

@testable import Render

@Suite struct PacketCommentTests {
  private func row(_ comments: [String], from side: Side = .client) -> Row {
    packetRow(4, from: side, cause(.reply, .ackData, packet: 3)) { row in
      row.packet.comments = comments
    }
  }

  @Test func standsUnderThePacketInTheLaneOfItsSender() {
    for side in [Side.client, .server] {
      var layout = layout()
      let lines = layout.lines(of: row(["late", "see 3"], from: side))
      #expect(lines.count == 3)
      let texts = lines.dropFirst().map { $0[side].words.map(\.text) }
      #expect(texts == [["comment: \"late\""], ["comment: \"see 3\""]])
      #expect(lines.dropFirst().allSatisfy { $0.client.end == .runs && $0.server.end == .runs })
      #expect(lines.dropFirst().allSatisfy { $0.time == nil && $0.middle == .nothing })
    }
  }

  @Test func longOnesAreWrappedAndCut() {
    var layout = layout()
    let lines = layout.lines(of: row([String(repeating: "word ", count: 200)]))
    #expect(lines.count == 7)
    #expect(lines.allSatisfy { $0.client.words.columns <= layout.room.client })
  }

  @Test func isMadeHarmless() {
    #expect(PacketComment("a\u{1B}[31m\nb").text(.english) == "comment: \"a\\x1b[31m\\nb\"")
    var plain = PlainLines(style: LadderStyle(), language: .english)
    #expect(
      plain.lines(of: row(["a\nb"]), time: "1.000").first?.hasSuffix("  comment: \"a\\nb\"") == true
    )
  }
}
