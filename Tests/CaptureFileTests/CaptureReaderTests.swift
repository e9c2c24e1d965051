import Testing
import Wire

@testable import CaptureFile

@Suite struct CaptureReaderTests {
  @Test(arguments: specimenFiles.indices)
  func piecesOfAnySizeGiveTheSame(index: Int) {
    let (name, file) = specimenFiles[index]
    let whole = Reading(file)
    #expect(whole.error == nil && whole.records.count == 4, "\(name)")
    for size in 1...file.count {
      #expect(Reading(file, pieceSize: size) == whole, "\(name) in pieces of \(size)")
    }
  }

  /// A file cut at each byte: the packets before the cut, then one error that names the place.
  @Test(arguments: specimenFiles.indices)
  func filesCutAtEveryByte(index: Int) throws {
    let (name, file) = specimenFiles[index]
    let whole = Reading(file)
    var previous = 0
    for count in 0..<file.count {
      let cut = Reading(Array(file.prefix(count)))
      let label: Comment = "\(name) at \(count)"
      #expect(cut.records == Array(whole.records.prefix(cut.records.count)), label)
      #expect(cut.records.count >= previous, label)
      previous = cut.records.count
      #expect(Reading(Array(file.prefix(count)), pieceSize: 1) == cut, label)
      guard let error = cut.error else { continue }  // The cut fell between two records.
      #expect(error.packet == (cut.records.isEmpty ? nil : cut.records.count), label)
      switch error.reason {
      case .empty: #expect(count == 0)
      case .cut(let need, let have):
        #expect(have < need && error.offset + have == count, label)
      case .text, .compressed: #expect(count < 4, label)
      default: Issue.record("\(label): \(error)")
      }
    }
    #expect(previous >= 3, "\(name)")
  }

  /// A file with one byte changed gives packets and at most one error, the same in any pieces.
  @Test(arguments: specimenFiles.indices)
  func everyByteChanged(index: Int) {
    let (name, file) = specimenFiles[index]
    for position in file.indices {
      for value in [UInt8(0), 1, 0x7F, 0x80, 0xFF] {
        var changed = file
        changed[position] = value
        let reading = Reading(changed)
        let label: Comment = "\(name), byte \(position) = \(value)"
        #expect(reading.records.allSatisfy { $0.frameLength >= $0.bytes.count }, label)
        #expect(reading.records.allSatisfy { $0.time >= 0 }, label)
        #expect(reading.error.map { $0.offset <= file.count } ?? true, label)
        #expect(Reading(changed, pieceSize: 3) == reading, label)
      }
    }
  }

  @Test func anErrorIsThrownAgain() {
    var file = MadePcap(magic: MadePcap.micro, isBigEndian: false)
    file.packet(0, 0, [1])
    file.packet(0, 0, [], captured: .max)
    file.packet(0, 0, [2])
    var reader = CaptureReader()
    reader.append(file.bytes)
    var errors: [CaptureFileError] = []
    for _ in 0..<4 {
      do throws(CaptureFileError) { _ = try reader.next() } catch { errors.append(error) }
    }
    do throws(CaptureFileError) { try reader.finish() } catch { errors.append(error) }
    let damage = CaptureFileError(.badLength(Int(UInt32.max)), offset: 41, packet: 1)
    #expect(errors == [damage, damage, damage, damage])
    #expect(reader.packets == 1)
  }
}
