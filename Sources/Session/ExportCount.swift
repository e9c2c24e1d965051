import Calls
import CaptureFile
import Timeline

/// What a file holds, counted before it is exported.
struct ExportCount {
  var packets = 0
  var calls = 0
  /// Packets that the capture lost, where a recording says so.
  var lost: Int?
  /// How the kernel's own offsets compared with the calls, where a recording says so.
  var offsets: OffsetChecks?
  /// Whether the file is whole.
  var isComplete = true

  /// Bytes read at once.
  private static let piece = 1 << 18

  /// Reads a file to its end, or to its damage, which the export will tell of.
  static func count(_ path: String) throws(SessionError) -> ExportCount {
    let input = try Input(path)
    var reader = CaptureReader()
    var recording = RecordingReader()
    var count = ExportCount()
    while true {
      let bytes = try input.read(piece)
      do throws(CaptureFileError) {
        if bytes.isEmpty {
          try reader.finish()
          break
        }
        reader.append(bytes)
        while try reader.nextInPlace() != nil {
          count.packets += 1
          for entry in reader.takeJournal() { count.note(recording.take(entry)) }
        }
        for entry in reader.takeJournal() { count.note(recording.take(entry)) }
      } catch {
        count.isComplete = false
        break
      }
    }
    count.note(recording.finish())
    if recording.isUnfinished { count.isComplete = false }
    return count
  }

  private mutating func note(_ items: [RecordedItem]) {
    for item in items {
      switch item.content {
      case .event(.call(let event)):
        if case .entered = event.what { calls += 1 }
      case .end(let end):
        if let checks = end.offsets {
          var sum = offsets ?? OffsetChecks()
          sum.add(checks)
          offsets = sum
        }
        for number in [end.lostByKernel, end.lostByInterface].compactMap({ $0 }) {
          lost = (lost ?? 0) &+ number
        }
      default: break
      }
    }
  }
}
