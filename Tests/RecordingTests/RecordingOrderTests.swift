import CaptureFile
import Testing
import Timeline
import Wire

@testable import Recording

@Suite struct RecordingOrderTests {
  private func item(_ text: String) -> RecordedItem {
    RecordedItem(
      run: 0, .event(.printed(PrintedLine(time: Instant(0), process: 1, text: text))))
  }

  private func texts(_ items: [RecordedItem]) -> [String] {
    items.map { item in
      guard case .event(.printed(let line)) = item.content else { return "?" }
      return "\(line.text)@\(line.time.nanoseconds)"
    }
  }

  @Test func equalTimesFollowThePacketsAndTheEntriesBefore() {
    var order = RecordingOrder()
    order.add(entry: 2, after: 1, at: Instant(5_000), item("second entry, after 1"))
    order.add(packet: 1, at: Instant(5_000), item("packet 1"))
    order.add(packet: 2, at: Instant(5_000), item("packet 2"))
    order.add(entry: 1, after: 0, at: Instant(5_000), item("first entry"))
    #expect(
      texts(order.release(before: .max)) == [
        "first entry@5000", "packet 1@5000", "second entry, after 1@5000", "packet 2@5000",
      ])
  }

  @Test func aReturnMayBeStampedAMicrosecondLate() {
    var order = RecordingOrder()
    order.add(packet: 1, at: Instant(1_600), item("packet"))
    #expect(order.release(before: 2_000).isEmpty)
    order.add(entry: 1, after: 0, at: Instant(1_500), item("return"))
    #expect(texts(order.release(before: 2_700)) == ["return@1500", "packet@1600"])
  }

  @Test func timeNeverGoesBack() {
    var order = RecordingOrder()
    order.add(packet: 1, at: Instant(9_000), item("late"))
    _ = order.release(before: 10_000)
    order.add(entry: 1, after: 1, at: Instant(3_000), item("early"))
    order.add(entry: 2, after: 1, at: Instant(.min), item("absurd"))
    #expect(texts(order.release(before: .max)) == ["early@9000", "absurd@9000"])
    order.add(packet: 2, at: Instant(.max), item("end of time"))
    #expect(texts(order.release(before: .max)) == ["end of time@\(Int64.max / 2)"])
  }

  @Test func clocksAgreeUpToTheirPrecision() {
    func clocks(_ packet: Int64, _ entry: Int64) -> Bool {
      var clocks = RecordingClocks()
      let record = CaptureRecord(time: packet, frameLength: 0, link: .raw, bytes: [])
      clocks.note(packet: record, 0)
      clocks.note(entry: entry, 0)
      clocks.note(packet: record, 0)
      return !clocks.disagree
    }
    #expect(clocks(10_000, 10_000))
    #expect(clocks(10_999, 10_000))
    #expect(clocks(10_001, 11_000))
    #expect(!clocks(20_000, 10_000))
    #expect(!clocks(10_000, 20_000))
  }
}
