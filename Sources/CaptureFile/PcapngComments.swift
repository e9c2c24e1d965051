/// Copies a pcapng file, whose bytes may arrive in pieces of any size, and adds comments to packets.
///
/// Each comment becomes a separate option before those that the packet has, so that the cause that
/// a recording keeps in its last comment is unaffected. All other bytes are copied unchanged,
/// except the length of a section, which becomes "unknown".
///
/// draft-ietf-opsawg-pcapng, sections 3.1, 3.5 and 4.3
public struct PcapngComments {
  /// The comments whose packets have not been found yet, by packet number.
  public private(set) var left: [Int: [String]]
  private let run: Int?
  private var queue = ByteQueue()
  private var numbers = Numbering()

  private static let enhancedPacket: UInt32 = 6
  private static let oldPacket: UInt32 = 2
  private static let simplePacket: UInt32 = 3

  /// Makes a copier.
  ///
  /// - Parameters:
  ///   - comments: the comments on each packet, by its number as `RecordingReader` counts.
  ///   - isRecording: whether the file is a recording.
  public init(_ comments: [Int: [String]], isRecording: Bool) {
    left = comments
    run = isRecording ? 0 : nil
  }

  /// Whether a file that begins like this is pcapng.
  public static func isPcapng(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x0A, 0x0D, 0x0D, 0x0A])
  }

  /// Takes the next bytes of the file, and returns those of the copy that are complete.
  public mutating func copy(_ bytes: [UInt8]) -> [UInt8] {
    queue.append(bytes)
    var copy: [UInt8] = []
    while queue.count >= PcapngSection.smallestBlock {
      let type = queue.uint32(at: 0)
      if type == PcapngSection.headerType {
        queue.isBigEndian = queue.array(8..<12) == [0x1A, 0x2B, 0x3C, 0x4D]
      }
      let length = Int(queue.uint32(at: 4))
      guard length >= PcapngSection.smallestBlock, length.isMultiple(of: 4) else { break }
      guard queue.count >= length else { return copy }
      copy += block(type, queue.array(0..<length))
      queue.drop(length)
    }
    return copy
  }

  /// The remaining bytes of the copy, where the file ends inside a block, or is damaged.
  public mutating func finish() -> [UInt8] {
    defer { queue.drop(queue.count) }
    return queue.array(0..<queue.count)
  }

  private mutating func block(_ type: UInt32, _ block: [UInt8]) -> [UInt8] {
    switch type {
    case PcapngSection.headerType where block.count >= 28:
      var header = block
      header.replaceSubrange(16..<24, with: [UInt8](repeating: 0xFF, count: 8))
      return header
    case PcapngComments.enhancedPacket, PcapngComments.oldPacket: return packet(type, block)
    case PcapngComments.simplePacket:
      _ = numbers.number(nil, of: run)
      return block
    default: return block
    }
  }

  private mutating func packet(_ type: UInt32, _ block: [UInt8]) -> [UInt8] {
    guard block.count >= 32 else { return block }
    let captured = Int(queue.uint32(at: 20))
    let options = 28 + (captured + 3) / 4 * 4
    guard options <= block.count - 4 else { return block }
    let isOld = type == PcapngComments.oldPacket
    let own = isOld ? nil : identifier(options..<(block.count - 4))
    let number = numbers.number(own, of: run)
    guard let comments = left.removeValue(forKey: number) else { return block }
    var body = Array(block[8..<options])
    for comment in comments { body += option(comment) }
    let rest = block[options..<(block.count - 4)]
    body += rest.isEmpty ? [0, 0, 0, 0] : Array(rest)
    let length = number32(UInt32(clamping: body.count + 12))
    return Array(block[0..<4]) + length + body + length
  }

  /// The packet's number, as the recorder gave it.
  private func identifier(_ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while index + 4 <= range.upperBound {
      let code = queue.uint16(at: index)
      let length = Int(queue.uint16(at: index + 2))
      if code == PcapngOption.end || index + 4 + length > range.upperBound { return nil }
      if code == PcapngOption.packetIdentifier, length == 8 {
        return Int(exactly: queue.uint64(at: index + 4))
      }
      index += 4 + (length + 3) / 4 * 4
    }
    return nil
  }

  /// A comment as an option, in the section's byte order.
  private func option(_ comment: String) -> [UInt8] {
    var value = Array(comment.utf8.prefix(Int(UInt16.max)))
    let length = UInt16(value.count)
    value.padToWord()
    return number16(PcapngOption.comment) + number16(length) + value
  }

  private func number16(_ number: UInt16) -> [UInt8] {
    let bytes = [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
    return queue.isBigEndian ? bytes : bytes.reversed()
  }

  private func number32(_ number: UInt32) -> [UInt8] {
    let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    return queue.isBigEndian ? bytes : bytes.reversed()
  }
}
