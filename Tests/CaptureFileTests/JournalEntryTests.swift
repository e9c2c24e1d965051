import CaptureFile
import Frames
import Testing

@Suite struct JournalEntryTests {
  private func entry(_ text: String) -> JournalEntry { JournalEntry(Array(text.utf8)) }

  @Test func readsLines() {
    let entry = entry("__REALTIME_TIMESTAMP=17\nMESSAGE=a=b\nEMPTY=\n\0\0")
    #expect(entry.fields.map(\.name) == ["__REALTIME_TIMESTAMP", "MESSAGE", "EMPTY"])
    #expect(entry["MESSAGE"] == "a=b")
    #expect(entry["EMPTY"] == "")
    #expect(entry["NONE"] == nil)
  }

  @Test func readsValuesWithTheirLength() {
    let entry = JournalEntry(
      Array("A=1\nMESSAGE\n".utf8) + [5, 0, 0, 0, 0, 0, 0, 0] + Array("one\nx\nB=2\n".utf8))
    #expect(entry.fields.map(\.value) == ["1", "one\nx", "2"])
  }

  @Test func keepsWhatPrecedesDamage() {
    let long: [UInt8] = [255, 255, 255, 255, 255, 255, 255, 127]
    #expect(JournalEntry(Array("A=1\nMESSAGE\n".utf8) + long + [1]).fields.count == 1)
    #expect(JournalEntry(Array("A=1\nMESSAGE".utf8)).fields.count == 1)
    #expect(JournalEntry(Array("A=1\nMESSAGE\n".utf8) + [1, 0]).fields.count == 1)
    #expect(JournalEntry([]).fields.isEmpty)
    #expect(entry("A=1\n\nB=2\n").fields.count == 1)
  }

  @Test func theReaderHandsThemOutBetweenPackets() throws {
    for isBigEndian in [true, false] {
      var file = MadePcapng(isBigEndian: isBigEndian)
      file.section()
      file.block(9, Array("MESSAGE=first\n".utf8))
      file.interface(link: 1, options: file.option(3, Array("told of".utf8)))
      file.packet(0, time: 5, [1, 2, 3], options: file.option(5, UInt64(77)))
      file.block(9, Array("MESSAGE=second\n".utf8))
      var reader = CaptureReader()
      reader.append(file.bytes)
      var items: [String] = []
      while let item = try reader.nextItem() {
        switch item {
        case .packet(let record): items.append("packet \(record.identifier ?? 0)")
        case .journal(let entry): items.append(entry["MESSAGE"] ?? "?")
        }
      }
      try reader.finish()
      #expect(items == ["first", "packet 77", "second"])
      #expect(reader.interfaces[0].description == "told of")
      #expect(reader.packets == 1)
      #expect(reader.offset == file.bytes.count)
      #expect(Reading(file.bytes).records.count == 1)
    }
  }
}
