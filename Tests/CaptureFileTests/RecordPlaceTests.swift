import CaptureFile
import Process
import Testing

@Suite struct RecordPlaceTests {
  /// A packet as either way of reading gives it.
  private struct Seen: Equatable {
    var time: Int64
    var hasTime: Bool
    var frameLength: Int
    var link: Int32
    var bytes: [UInt8]
  }

  private func inPlace(
    _ file: [UInt8], piece: Int, replacing: Bool
  ) -> (seen: [Seen], error: CaptureFileError?) {
    var reader = CaptureReader()
    var seen: [Seen] = []
    var start = 0
    do throws(CaptureFileError) {
      while start < file.count {
        let end = min(file.count, start + piece)
        if replacing {
          reader.replaceUnread(with: reader.unread + file[start..<end])
        } else {
          reader.append(Array(file[start..<end]))
        }
        start = end
        while let record = try reader.nextInPlace() {
          let bytes = reader.withBytes(of: record) { span in span.indices.map { span[$0] } }
          seen.append(
            Seen(
              time: record.time, hasTime: record.hasTime, frameLength: record.frameLength,
              link: record.link.rawValue, bytes: bytes))
        }
      }
      try reader.finish()
      return (seen, nil)
    } catch {
      return (seen, error)
    }
  }

  @Test(arguments: SavedCapture.all)
  func givesTheRecordsOfNext(capture: SavedCapture) throws {
    let bytes = try contents(of: capture.path)
    let reading = Reading(bytes)
    let expected = reading.records.map {
      Seen(
        time: $0.time, hasTime: $0.hasTime, frameLength: $0.frameLength, link: $0.link.rawValue,
        bytes: $0.bytes)
    }
    for piece in [1, 7, 100, 4_096] {
      for replacing in [false, true] {
        let (seen, error) = inPlace(bytes, piece: piece, replacing: replacing)
        #expect(seen == expected)
        #expect(error == reading.error)
      }
    }
  }
}
