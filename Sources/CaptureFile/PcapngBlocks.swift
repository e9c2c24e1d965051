public import Wire

/// Makes the blocks of a pcapng file, in this machine's byte order (draft-ietf-opsawg-pcapng).
public enum PcapngBlocks {
  /// The types of blocks that are written.
  private enum BlockType: UInt32 {
    case interface = 1
    case statistics = 5
    case enhancedPacket = 6
    case journal = 9
    case section = 0x0A0D_0D0A
  }

  /// A block: type, length, body, length again.
  private static func block(_ type: BlockType, _ body: [UInt8]) -> [UInt8] {
    var body = body
    body.padToWord()
    let length = UInt32(clamping: body.count + 12)
    var block: [UInt8] = []
    block.reserveCapacity(body.count + 12)
    block.append(hostOrder: type.rawValue)
    block.append(hostOrder: length)
    block += body
    block.append(hostOrder: length)
    return block
  }

  /// An option: code, length, value.
  private static func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    let value = value.prefix(Int(UInt16.max))
    var option: [UInt8] = []
    option.append(hostOrder: code)
    option.append(hostOrder: UInt16(value.count))
    option += value
    option.padToWord()
    return option
  }

  private static func option(_ code: UInt16, _ text: String) -> [UInt8] {
    option(code, Array(text.utf8))
  }

  private static func option(_ code: UInt16, _ number: UInt64) -> [UInt8] {
    var value: [UInt8] = []
    value.append(hostOrder: number)
    return option(code, value)
  }

  /// The end of a list of options.
  private static let endOfOptions: [UInt8] = [0, 0, 0, 0]

  /// The header of a section of unknown length.
  public static func section(comment: String, system: String, application: String) -> [UInt8] {
    var body: [UInt8] = []
    body.append(hostOrder: UInt32(0x1A2B_3C4D))
    body.append(hostOrder: UInt16(1))
    body.append(hostOrder: UInt16(0))
    body.append(hostOrder: UInt64.max)
    body += option(PcapngOption.comment, comment)
    if !system.isEmpty { body += option(PcapngOption.sectionSystem, system) }
    body += option(PcapngOption.sectionApplication, application) + endOfOptions
    return block(.section, body)
  }

  /// The description of an interface whose times are nanoseconds.
  public static func interface(
    link: LinkType, snaplen: Int, name: String, description: String, filter: String,
    system: String
  ) -> [UInt8] {
    let number = link.isRaw ? LinkType.raw.rawValue : link.rawValue
    var body: [UInt8] = []
    body.append(hostOrder: UInt16(truncatingIfNeeded: number))
    body.append(hostOrder: UInt16(0))
    body.append(hostOrder: UInt32(clamping: snaplen))
    body += option(PcapngOption.interfaceName, name)
    body += option(PcapngOption.interfaceDescription, description)
    body += option(PcapngOption.timeResolution, [9])
    // The first byte of a filter says that text follows.
    if !filter.isEmpty { body += option(PcapngOption.interfaceFilter, [0] + Array(filter.utf8)) }
    if !system.isEmpty { body += option(PcapngOption.interfaceSystem, system) }
    return block(.interface, body + endOfOptions)
  }

  /// A packet of the first interface.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since the epoch; earlier times become the epoch.
  ///   - number: the packet's number, from 1.
  ///   - process: process and thread that caused it.
  public static func packet(
    time: Int64, frameLength: Int, bytes: [UInt8], comment: String, number: Int,
    process: (process: Int32, thread: Int32)
  ) -> [UInt8] {
    var body: [UInt8] = []
    body.append(hostOrder: UInt32(0))
    appendTime(time, to: &body)
    body.append(hostOrder: UInt32(clamping: bytes.count))
    body.append(hostOrder: UInt32(clamping: max(frameLength, bytes.count)))
    body += bytes
    body.padToWord()
    body += option(PcapngOption.comment, comment)
    body += option(PcapngOption.packetIdentifier, UInt64(clamping: number))
    var owner: [UInt8] = []
    owner.append(hostOrder: UInt32(bitPattern: process.process))
    owner.append(hostOrder: UInt32(bitPattern: process.thread))
    body += option(PcapngOption.processAndThread, owner)
    return block(.enhancedPacket, body + endOfOptions)
  }

  /// Counts of the first interface; unknown ones are left out.
  public static func statistics(
    time: Int64, received: Int, droppedByInterface: Int?, droppedBySystem: Int?
  ) -> [UInt8] {
    var body: [UInt8] = []
    body.append(hostOrder: UInt32(0))
    appendTime(time, to: &body)
    body += option(PcapngOption.received, UInt64(clamping: received))
    if let count = droppedByInterface {
      body += option(PcapngOption.droppedByInterface, UInt64(clamping: count))
    }
    if let count = droppedBySystem {
      body += option(PcapngOption.droppedBySystem, UInt64(clamping: count))
    }
    return block(.statistics, body + endOfOptions)
  }

  /// A journal entry.
  public static func journal(_ entry: JournalEntry) -> [UInt8] { block(.journal, entry.bytes) }

  /// Adds a time as two words, high word first.
  private static func appendTime(_ time: Int64, to body: inout [UInt8]) {
    let time = UInt64(clamping: time)
    body.append(hostOrder: UInt32(time >> 32))
    body.append(hostOrder: UInt32(truncatingIfNeeded: time))
  }
}
