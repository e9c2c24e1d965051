import Wire

/// The state kept while a section of a pcapng file is read (draft-ietf-opsawg-pcapng, section 3).
struct PcapngSection: Hashable, Sendable {
  /// The type of the block that begins a section: the same in either byte order.
  static let headerType: UInt32 = 0x0A0D_0D0A
  /// Bytes of the smallest block: its type, and its length at the start and at the end.
  static let smallestBlock = 12
  /// The number of interfaces in earlier sections.
  var firstInterface = 0
}

/// The types of blocks that are read; the others are skipped.
private enum BlockType {
  static let interface: UInt32 = 1
  static let oldPacket: UInt32 = 2
  static let simplePacket: UInt32 = 3
  static let enhancedPacket: UInt32 = 6
  static let journal: UInt32 = 9
}

extension CaptureReader {
  /// Reads blocks up to the next packet or journal entry.
  ///
  ///     +----------+------------------+------------------+------------------+
  ///     | type (4) | total length (4) | body, padded to 4 | total length (4) |
  ///     +----------+------------------+------------------+------------------+
  mutating func readPcapngBlocks(
    _ section: inout PcapngSection
  ) throws(CaptureFileError) -> CaptureItem? {
    while queue.count >= PcapngSection.smallestBlock {
      let type = queue.uint32(at: 0)
      if type == PcapngSection.headerType { try readByteOrder() }
      let length = Int(queue.uint32(at: 4))
      guard length >= PcapngSection.smallestBlock, length.isMultiple(of: 4),
        length <= CaptureReader.longestBlock
      else { throw error(.badLength(length)) }
      guard queue.count >= length else { return nil }
      let last = Int(queue.uint32(at: length - 4))
      guard last == length else { throw error(.lengthsDiffer(length, last)) }
      let item = try readBlock(type, body: 8..<(length - 4), &section)
      queue.drop(length)
      if case .packet(var record)? = item {
        packets += 1
        record.frameLength = max(record.frameLength, record.bytes.count)
        return .packet(record)
      }
      if let item { return item }
    }
    return nil
  }

  /// The size of the block that begins at the first unread byte.
  func pcapngNeededCount(_ section: PcapngSection) -> Int {
    queue.count < PcapngSection.smallestBlock
      ? PcapngSection.smallestBlock : Int(queue.uint32(at: 4))
  }

  /// Reads the byte-order magic of a section header, which determines how its length is read.
  private mutating func readByteOrder() throws(CaptureFileError) {
    queue.isBigEndian = true
    switch queue.uint32(at: 8) {
    case 0x1A2B_3C4D: break
    case 0x4D3C_2B1A: queue.isBigEndian = false
    case let mark: throw error(.badByteOrder(mark))
    }
  }

  /// Reads one block; nil where it is neither a packet nor a journal entry.
  private mutating func readBlock(
    _ type: UInt32, body: Range<Int>, _ section: inout PcapngSection
  ) throws(CaptureFileError) -> CaptureItem? {
    switch type {
    case PcapngSection.headerType:
      try require(16, in: body)
      let (major, minor) = (Int(queue.uint16(at: 12)), Int(queue.uint16(at: 14)))
      // 1.2 is how some old writers mark 1.0.
      guard major == 1, [0, 2].contains(minor) else {
        throw error(.unknownVersion(major: major, minor: minor))
      }
      section.firstInterface = interfaces.count
      let options = (body.lowerBound + 16)..<body.upperBound
      comments += readOptions(options).filter { $0.isComment }.map(\.text)
      return nil
    case BlockType.interface:
      try readInterface(body)
      return nil
    case BlockType.enhancedPacket, BlockType.oldPacket:
      return .packet(try readPacket(body, isOld: type == BlockType.oldPacket, section))
    case BlockType.simplePacket:
      return .packet(try readSimplePacket(body, section))
    case BlockType.journal:
      return .journal(JournalEntry(queue.array(body)))
    default:
      return nil
    }
  }

  /// Reads the description of an interface: link type (2), reserved (2), snaplen (4), options.
  private mutating func readInterface(_ body: Range<Int>) throws(CaptureFileError) {
    try require(8, in: body)
    let start = body.lowerBound
    var interface = CaptureInterface(
      link: LinkType(rawValue: Int32(queue.uint16(at: start))),
      snaplen: Int(queue.uint32(at: start + 4)))
    for option in readOptions((start + 8)..<body.upperBound) {
      switch (option.code, option.range.count) {
      case (PcapngOption.comment, _): comments.append(option.text)
      case (PcapngOption.interfaceName, _): interface.name = option.text
      case (PcapngOption.interfaceDescription, _): interface.description = option.text
      case (PcapngOption.timeResolution, 1...):
        interface.resolution = TimeResolution(option: queue.uint8(at: option.range.lowerBound))
      case (PcapngOption.timeOffset, 8...):
        interface.timeOffset = Int64(bitPattern: queue.uint64(at: option.range.lowerBound))
      default: break
      }
    }
    interfaces.append(interface)
  }

  /// Reads an enhanced packet, or one of the obsolete kind, whose first word is interface (2) and
  /// drops (2).
  ///
  ///     +---------------+-------------------+--------------+------------+-------+---------+
  ///     | interface (4) | time: high, low (8) | captured (4) | length (4) | bytes | options |
  ///     +---------------+-------------------+--------------+------------+-------+---------+
  private func readPacket(
    _ body: Range<Int>, isOld: Bool, _ section: PcapngSection
  ) throws(CaptureFileError) -> CaptureRecord {
    try require(20, in: body)
    let start = body.lowerBound
    let number = isOld ? Int(queue.uint16(at: start)) : Int(queue.uint32(at: start))
    let interface = try interface(number, section)
    let time = UInt64(queue.uint32(at: start + 4)) << 32 | UInt64(queue.uint32(at: start + 8))
    let captured = Int(queue.uint32(at: start + 12))
    let data = start + 20
    guard captured <= body.upperBound - data else { throw error(.badLength(captured)) }
    let options = min(body.upperBound, data + (captured + 3) / 4 * 4)..<body.upperBound
    var record = CaptureRecord(
      time: interface.resolution.nanoseconds(time, offset: interface.timeOffset),
      frameLength: Int(queue.uint32(at: start + 16)),
      link: interface.link,
      interface: section.firstInterface + number,
      snaplen: interface.snaplen,
      bytes: queue.array(data..<(data + captured)))
    for option in readOptions(options) {
      switch (option.code, option.range.count) {
      case (PcapngOption.comment, _): record.comments.append(option.text)
      case (PcapngOption.packetIdentifier, 8) where !isOld:
        record.identifier = queue.uint64(at: option.range.lowerBound)
      default: break
      }
    }
    return record
  }

  /// Reads a simple packet: its length (4), then as many bytes as the first interface keeps.
  private func readSimplePacket(
    _ body: Range<Int>, _ section: PcapngSection
  ) throws(CaptureFileError) -> CaptureRecord {
    try require(4, in: body)
    let interface = try interface(0, section)
    let length = Int(queue.uint32(at: body.lowerBound))
    let kept = interface.snaplen == 0 ? length : min(length, interface.snaplen)
    let data = body.lowerBound + 4
    guard kept <= body.upperBound - data else { throw error(.badLength(kept)) }
    var record = CaptureRecord(
      time: 0, frameLength: length, link: interface.link, interface: section.firstInterface,
      snaplen: interface.snaplen, bytes: queue.array(data..<(data + kept)))
    record.hasTime = false
    return record
  }

  /// The interface that a packet of the section names.
  private func interface(
    _ number: Int, _ section: PcapngSection
  ) throws(CaptureFileError) -> CaptureInterface {
    let index = section.firstInterface + number
    guard index < interfaces.count else { throw error(.unknownInterface(number)) }
    return interfaces[index]
  }

  /// Checks that a block's body has `count` bytes.
  private func require(_ count: Int, in body: Range<Int>) throws(CaptureFileError) {
    guard body.count >= count else { throw error(.badLength(body.count + 12)) }
  }
}
