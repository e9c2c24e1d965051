import Testing
import Timeline
import Wire

@testable import Render

@Suite struct NoteFieldTests {
  private static func row(_ change: (inout PacketRow) -> Void = { _ in }) -> PacketRow? {
    let row = packetRow(7, Cause(.call, .data), change)
    guard case .packet(let packet) = row.content else { return nil }
    return packet
  }

  @Test(arguments: [
    (NoteAnchor.Field.sequence, "seq 1 (raw 1)"), (.acknowledgement, "ack 1 (raw 0)"),
    (.window, "window 4,096"), (.flags, "flags PSH,ACK"), (.length, "len 13"), (.time, "time"),
    (.ports, "ports 1 → 2"),
  ])
  func saysWhatThePacketHas(field: NoteAnchor.Field, words: String) throws {
    let row = try #require(Self.row { $0.window = 4096 })
    #expect(field.words(row) == words)
  }

  /// A field that is not there is nothing that a note could be tied to.
  @Test func whatIsNotThereIsMissing() throws {
    let row = packetRow(7, Cause(.call, .data))
    var search = NoteSearch([try Note("packet 7 options: none"), try Note("packet 7 len: 13")])
    #expect(search.take(row) == [1])
    #expect(search.missing?.words == "packet 7 options")
  }

  @Test(arguments: [
    (NoteAnchor.Field.sequence, String?("seq=1")), (.window, "win=512"), (.flags, "PSH,ACK"),
    (.length, "len=13"), (.options, "mss=65495 scale=7 sack"), (.ports, String?.none),
  ])
  func findsItsPartOfALabel(field: NoteAnchor.Field, part: String?) {
    let label = "PSH,ACK seq=1 ack=1 len=13 win=512 mss=65495 scale=7 sack"
    #expect(field.part(of: label).map { String(label[$0]) } == part)
  }

  @Test func theTextNamesTheField() throws {
    let row = try #require(Self.row { $0.window = 0 })
    #expect(try Note("packet 7 window: full").text(row) == "window 0: full")
    #expect(try Note("packet 7: full").text(row) == "full")
  }
}
