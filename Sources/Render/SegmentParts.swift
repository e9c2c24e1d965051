import Text
import Timeline
import Wire

/// What a label can tell of a segment: each part is written once, and labels are measured before one
/// is put together.
struct SegmentParts {
  /// Which parts a label has; they stand in this order.
  struct Way: OptionSet {
    var rawValue: UInt8
    static let flags = Way(rawValue: 1)
    /// The flags in one letter each, in place of their names.
    static let letters = Way(rawValue: 2)
    static let sequence = Way(rawValue: 4)
    static let acknowledgement = Way(rawValue: 8)
    static let length = Way(rawValue: 16)
    static let window = Way(rawValue: 32)
    static let options = Way(rawValue: 64)
  }

  private let row: PacketRow
  private let header: TCP
  private let numbers: LadderStyle.SequenceNumbers

  init(_ row: PacketRow, _ header: TCP, _ numbers: LadderStyle.SequenceNumbers) {
    self.row = row
    self.header = header
    self.numbers = numbers
  }

  /// The flags by name.
  private var flags: String {
    header.flags.words.isEmpty ? "no flags" : header.flags.words
  }
  private var length: Int { row.packet.packet.payloadLength }
  private var window: Int { row.window ?? Int(header.window) }
  private var hasAcknowledgement: Bool { header.flags.contains(.ack) }

  /// Columns of a label.
  func count(of way: Way) -> Int {
    var count = way.contains(.letters) ? header.flags.tcpdumpText.utf8.count : flags.utf8.count
    if way.contains(.sequence) {
      count += 5 + digits(raw: header.sequence, relative: row.relativeSequence)
    }
    if way.contains(.acknowledgement), hasAcknowledgement {
      count += 5 + digits(raw: header.acknowledgement, relative: row.relativeAcknowledgement)
    }
    if way.contains(.length), length > 0 { count += 5 + DecimalText.count(length) }
    if way.contains(.window) { count += 5 + DecimalText.count(window) }
    guard way.contains(.options) else { return count }
    var options: [UInt8] = []
    PacketLabel.add(header.options, to: &options)
    return count + options.count
  }

  private func digits(raw: SequenceNumber, relative: Int64?) -> Int {
    guard let relative, numbers != .raw else { return DecimalText.count(Int(raw.rawValue)) }
    let count = DecimalText.count(Int(relative))
    return numbers == .both ? count + 2 + DecimalText.count(Int(raw.rawValue)) : count
  }

  /// A label.
  func text(of way: Way) -> String {
    var line: [UInt8] = []
    line.reserveCapacity(64)
    add(way, to: &line)
    return String(decoding: line, as: UTF8.self)
  }

  /// Adds a label to a line.
  func add(_ way: Way, to line: inout [UInt8]) {
    line.add(way.contains(.letters) ? header.flags.tcpdumpText : flags)
    if way.contains(.sequence) {
      line.add(" seq=")
      add(raw: header.sequence, relative: row.relativeSequence, to: &line)
    }
    if way.contains(.acknowledgement), hasAcknowledgement {
      line.add(" ack=")
      add(raw: header.acknowledgement, relative: row.relativeAcknowledgement, to: &line)
    }
    if way.contains(.length), length > 0 {
      line.add(" len=")
      DecimalText.add(length, to: &line)
    }
    if way.contains(.window) {
      line.add(" win=")
      DecimalText.add(window, to: &line)
    }
    if way.contains(.options) { PacketLabel.add(header.options, to: &line) }
  }

  private func add(raw: SequenceNumber, relative: Int64?, to line: inout [UInt8]) {
    guard let relative, numbers != .raw else {
      return DecimalText.add(Int(raw.rawValue), to: &line)
    }
    DecimalText.add(Int(relative), to: &line)
    guard numbers == .both else { return }
    line.append(UInt8(ascii: "("))
    DecimalText.add(Int(raw.rawValue), to: &line)
    line.append(UInt8(ascii: ")"))
  }
}
