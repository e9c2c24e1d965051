import Calls
import CaptureFile
import Recording
import Render
import Timeline

/// What files hold, as far as it is counted.
struct ExportCount {
  var packets = 0
  var calls = 0
  /// Packets that the captures lost, where recordings say so.
  var lost: Int?
  /// How the kernel's own offsets compared with the calls, where recordings say so.
  var offsets: OffsetChecks?
  /// Whether the files are whole.
  var isComplete = true

  /// Bytes, not packed, of files that are counted before they are exported: a moment's work. Nobody
  /// waits for the first line until more has been read.
  private static let most = 16 << 20

  /// Reads files to their ends, or to their damage, which the export will tell of.
  ///
  /// - Returns: nil where they are more than can be counted at once, or come from pipes.
  static func count(_ paths: [String]) throws(SessionError) -> ExportCount? {
    var count = ExportCount()
    var room = most
    for path in paths {
      // Standard input is read once, whatever it is.
      guard path != Input.standardInput else { return nil }
      let input = try CaptureInput(path)
      guard !input.isPipe, try count.add(input, &room) else { return nil }
    }
    return count
  }

  /// Counts one file; false where it has no room.
  private mutating func add(_ input: CaptureInput, _ room: inout Int) throws(SessionError) -> Bool {
    var reader = CaptureReader()
    var recording = RecordingReader()
    while true {
      var bytes: [UInt8] = []
      do throws(SessionError) {
        if case .bytes(let more) = try input.next(packet: nil) { bytes = more }
        if bytes.isEmpty { try input.finish(packet: nil) }
      } catch {
        isComplete = false
      }
      room -= bytes.count
      if room < 0 { return false }
      do throws(CaptureFileError) {
        if bytes.isEmpty {
          try reader.finish()
          break
        }
        reader.append(bytes)
        while try reader.nextInPlace() != nil {
          packets += 1
          for entry in reader.takeJournal() { note(recording.take(entry)) }
        }
        for entry in reader.takeJournal() { note(recording.take(entry)) }
      } catch {
        isComplete = false
        break
      }
    }
    note(recording.finish())
    if recording.isUnfinished { isComplete = false }
    return true
  }

  private mutating func note(_ items: [RecordedItem]) {
    for item in items {
      switch item.content {
      case .event(.call(let event)):
        if case .entered = event.what { calls += 1 }
      case .end(let end): note(end)
      default: break
      }
    }
  }

  /// Adds what a recording says at its end.
  mutating func note(_ end: RecordingEnd) {
    if let checks = end.offsets {
      var sum = offsets ?? OffsetChecks()
      sum.add(checks)
      offsets = sum
    }
    for number in [end.lostByKernel, end.lostByInterface].compactMap({ $0 }) {
      lost = (lost ?? 0) &+ number
    }
  }

  /// Says it of a recording.
  func tell(_ facts: inout ExportedRecording) {
    facts.packets = packets
    facts.calls = calls
    facts.lost = lost
    facts.offsets = offsets
    facts.isComplete = isComplete
  }
}
