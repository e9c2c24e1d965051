/// Reads packets from a capture file, whose bytes may arrive in pieces of any size.
///
/// pcap and pcapng in all their variants:
///
///     var reader = CaptureReader()
///     while let piece = read() {
///       reader.append(piece)
///       while let record = try reader.next() { use(record) }
///     }
///     try reader.finish()
public struct CaptureReader: Sendable {
  /// The interfaces described so far.
  public internal(set) var interfaces: [CaptureInterface] = []
  /// The comments on sections and interfaces (pcapng), raw: escape before showing.
  public internal(set) var comments: [String] = []
  /// Packets read so far.
  public internal(set) var packets = 0

  var queue = ByteQueue()
  /// The bytes of the packet that `nextInPlace()` last returned, where they are not in the queue.
  var copied: [UInt8] = []
  /// The entries that `nextInPlace()` came across and that have not been taken.
  var journal: [JournalEntry] = []
  var format: Format?
  private var failure: CaptureFileError?

  /// A pcapng block longer than this, in bytes, is treated as damage.
  static let longestBlock = 256 << 20

  /// The formats, with the state needed while reading.
  enum Format: Sendable {
    case pcap(PcapLayout)
    case pcapng(PcapngSection)
  }

  /// Makes a reader of a file, starting at its first byte.
  public init() {}

  /// Adds the next bytes of the file.
  public mutating func append(_ bytes: [UInt8]) { queue.append(bytes) }

  /// The next packet; nil where more bytes are needed first.
  ///
  /// After an error the same error is thrown again: nothing after the damage can be trusted.
  public mutating func next() throws(CaptureFileError) -> CaptureRecord? {
    while let item = try nextItem() {
      if case .packet(let record) = item { return record }
    }
    return nil
  }

  /// The next packet or journal entry, in the order of the file; otherwise as `next()`.
  public mutating func nextItem() throws(CaptureFileError) -> CaptureItem? {
    if let failure { throw failure }
    do {
      return try readNext()
    } catch {
      failure = error
      throw error
    }
  }

  /// Bytes of the file that have been read, that is, the offset of the first unread byte.
  public var offset: Int { queue.offset }

  /// Marks the end of the file.
  ///
  /// - Throws: an error where the file is empty, or ends inside a packet or header.
  public func finish() throws(CaptureFileError) {
    if let failure { throw failure }
    if format == nil {
      if queue.count == 0 { throw CaptureFileError(.empty) }
      if queue.count < Magic.size || Magic(queue) == nil { throw otherFile() }
      throw error(.cut(need: PcapLayout.headerSize, have: queue.count))
    }
    guard queue.count > 0 else { return }
    throw error(.cut(need: neededCount(), have: queue.count))
  }

  /// An error at the first unread byte.
  func error(_ reason: CaptureFileError.Reason) -> CaptureFileError {
    CaptureFileError(reason, offset: queue.offset, packet: packets > 0 ? packets : nil)
  }

  private mutating func readNext() throws(CaptureFileError) -> CaptureItem? {
    switch format {
    case nil:
      guard try readMagic() else { return nil }
      return try readNext()
    case .pcap(let layout):
      return try readPcapRecord(layout).map { .packet($0) }
    case .pcapng(var section):
      defer { format = .pcapng(section) }
      return try readPcapngBlocks(&section)
    }
  }

  /// Determines the format; false where more bytes are needed.
  private mutating func readMagic() throws(CaptureFileError) -> Bool {
    guard queue.count >= Magic.size else { return false }
    switch Magic(queue) {
    case .pcapng:
      format = .pcapng(PcapngSection())
    case .pcap(let isBigEndian, let resolution, let recordHeader):
      guard queue.count >= PcapLayout.headerSize else { return false }
      queue.isBigEndian = isBigEndian
      var layout = PcapLayout(resolution: resolution, recordHeaderSize: recordHeader)
      try readPcapHeader(&layout)
      layout.longestPacket = PcapLayout.longestPacket(interfaces[0].link)
      format = .pcap(layout)
    case nil:
      // Text is recognised only by many bytes, however few come at first.
      guard queue.count >= Magic.otherFileSize else { return false }
      throw otherFile()
    }
    return true
  }

  /// What is wrong with a file that does not begin like a capture.
  private func otherFile() -> CaptureFileError {
    if let reason = Magic.otherFile(queue) { return CaptureFileError(reason) }
    return queue.count < Magic.size
      ? error(.cut(need: PcapLayout.headerSize, have: queue.count))
      : error(.unknownMagic(queue.array(0..<Magic.size)))
  }

  /// The size of what begins at the first unread byte.
  private func neededCount() -> Int {
    switch format {
    case .pcap(let layout)?: pcapNeededCount(layout)
    case .pcapng(let section)?: pcapngNeededCount(section)
    case nil: Magic.size
    }
  }
}
