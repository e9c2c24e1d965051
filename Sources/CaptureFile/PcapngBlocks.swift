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

  /// Adds a block: type, length, the body that `body` adds, length again.
  private static func add(
    _ type: BlockType, to out: inout [UInt8], _ body: (inout [UInt8]) -> Void
  ) {
    let start = out.count
    out.append(hostOrder: type.rawValue)
    out.append(hostOrder: UInt32(0))
    body(&out)
    out.padToWord(from: start)
    let length = UInt32(clamping: out.count - start + 4)
    out.append(hostOrder: length)
    for index in 0..<4 { out[start + 4 + index] = out[out.count - 4 + index] }
  }

  private static func block(_ type: BlockType, _ body: [UInt8]) -> [UInt8] {
    var block: [UInt8] = []
    add(type, to: &block) { $0 += body }
    return block
  }

  /// Adds an option: code, length, the value that `value` adds, of which no more than fits is kept.
  private static func addOption(
    _ code: UInt16, to body: inout [UInt8], _ value: (inout [UInt8]) -> Void
  ) {
    body.append(hostOrder: code)
    let place = body.count
    body.append(hostOrder: UInt16(0))
    value(&body)
    let surplus = body.count - place - 2 - Int(UInt16.max)
    if surplus > 0 { body.removeLast(surplus) }
    let length = UInt16(body.count - place - 2)
    body.padToWord(from: place + 2)
    body.append(hostOrder: length)
    (body[place], body[place + 1]) = (body[body.count - 2], body[body.count - 1])
    body.removeLast(2)
  }

  private static func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    var option: [UInt8] = []
    addOption(code, to: &option) { $0 += value }
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

  /// Adds a packet of the first interface.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since the epoch; earlier times become the epoch.
  ///   - number: the packet's number, from 1.
  ///   - process: process and thread that caused it.
  public static func add(
    time: Int64, frameLength: Int, bytes: ArraySlice<UInt8>, comment: [UInt8], number: Int,
    process: (process: Int32, thread: Int32), to out: inout [UInt8]
  ) {
    add(.enhancedPacket, to: &out) { body in
      body.append(hostOrder: UInt32(0))
      appendTime(time, to: &body)
      body.append(hostOrder: UInt32(clamping: bytes.count))
      body.append(hostOrder: UInt32(clamping: max(frameLength, bytes.count)))
      let start = body.count
      body += bytes
      body.padToWord(from: start)
      addOption(PcapngOption.comment, to: &body) { $0 += comment }
      addOption(PcapngOption.packetIdentifier, to: &body) {
        $0.append(hostOrder: UInt64(clamping: number))
      }
      addOption(PcapngOption.processAndThread, to: &body) {
        $0.append(hostOrder: UInt32(bitPattern: process.process))
        $0.append(hostOrder: UInt32(bitPattern: process.thread))
      }
      body += endOfOptions
    }
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

  /// Adds a journal entry, of which `lines` adds the lines.
  public static func addJournal(to out: inout [UInt8], _ lines: (inout [UInt8]) -> Void) {
    add(.journal, to: &out, lines)
  }

  /// Adds a time as two words, high word first.
  private static func appendTime(_ time: Int64, to body: inout [UInt8]) {
    let time = UInt64(clamping: time)
    body.append(hostOrder: UInt32(time >> 32))
    body.append(hostOrder: UInt32(truncatingIfNeeded: time))
  }
}
