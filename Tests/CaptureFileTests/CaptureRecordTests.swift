import CaptureFile
import Testing
import Wire

@Suite struct CaptureRecordTests {
  @Test func aMadeRecordHasATime() {
    let record = CaptureRecord(time: 1, frameLength: 60, link: .ethernet, bytes: [1, 2])
    #expect(record.hasTime && record.interface == 0 && record.snaplen == 0)
    #expect(record.comments.isEmpty)
  }
}
