import Calls
import CaptureFile
import Render
import Timeline
import Wire

/// The bytes of packets whose rows are not made yet.
final class ExportFrames {
  private var records: [Int: CaptureRecord] = [:]

  /// Takes the next packet.
  func hold(_ record: CaptureRecord, number: Int) { records[number] = record }

  /// A packet by its number.
  subscript(number: Int) -> CaptureRecord? { records[number] }

  /// Forgets a packet whose row was made.
  func forget(_ number: Int) { records[number] = nil }
}

/// Writes the packets alone, as a pcap file.
struct PcapPen: ExportPen {
  private let frames: ExportFrames
  private var writer: PcapWriter?
  /// The link types that one pcap file cannot hold together.
  private(set) var mixed: (first: LinkType, other: LinkType)?

  init(_ frames: ExportFrames) { self.frames = frames }

  /// Nothing: the header of the file has the link type of its first packet.
  mutating func begin(_ recording: ExportedRecording) -> [UInt8] { [] }

  mutating func take(_ event: CallEvent) {}

  mutating func append(_ row: Row) -> [UInt8] {
    guard case .packet(let packet) = row.content, let record = frames[packet.packet.number] else {
      return []
    }
    var bytes: [UInt8] = []
    let writer = self.writer ?? PcapWriter(link: record.link, snaplen: record.snaplen)
    if self.writer == nil { bytes = writer.header() }
    self.writer = writer
    if record.link != writer.link {
      mixed = mixed ?? (writer.link, record.link)
      return bytes
    }
    return bytes
      + writer.record(
        timeNanoseconds: record.time, frameLength: record.frameLength, bytes: record.bytes)
  }

  mutating func append(_ report: ConnectionReport) -> [UInt8] { [] }

  /// The header, where no packet was written.
  mutating func finish(_ recording: ExportedRecording) -> [UInt8] {
    writer == nil ? PcapWriter(link: .ethernet, snaplen: 0).header() : []
  }
}
