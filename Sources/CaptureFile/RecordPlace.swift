public import Wire

/// A packet as a capture file stores it, its bytes left in place.
///
/// For code that looks at every packet once and keeps none: no packet costs an allocation.
public struct RecordPlace: Sendable {
  /// When it was captured: nanoseconds since the epoch, 0 or more.
  public var time: Int64
  /// Whether the file gives the time.
  public var hasTime: Bool
  /// Bytes on the wire, at least as many as were captured.
  public var frameLength: Int
  /// The type of header that the bytes begin with.
  public var link: LinkType
  /// The interface, counted from 0 over all sections of the file.
  public var interface = 0
  /// Where the bytes are in the reader's queue; nil where the reader has a copy.
  var place: Range<Int>?
}

extension CaptureReader {
  /// The next packet in its place; nil where more bytes are needed first.
  ///
  /// It returns the packets and errors of `next()`, in the same order; calls of the two may be
  /// mixed.
  public mutating func nextInPlace() throws(CaptureFileError) -> RecordPlace? {
    if let place = usualPlace() { return place }
    while let item = try nextItem() {
      switch item {
      case .journal(let entry): journal.append(entry)
      case .packet(let record):
        copied = record.bytes
        return RecordPlace(
          time: record.time, hasTime: record.hasTime, frameLength: record.frameLength,
          link: record.link, interface: record.interface, place: nil)
      }
    }
    return nil
  }

  /// Takes the journal entries that came before the packet that `nextInPlace()` last returned.
  public mutating func takeJournal() -> [JournalEntry] {
    if journal.isEmpty { return [] }
    defer { journal = [] }
    return journal
  }

  /// Gives access to the bytes of the packet that was last read, until more are appended.
  public func withBytes<Value>(of record: RecordPlace, _ body: (Span<UInt8>) -> Value) -> Value {
    guard let place = record.place else { return body(copied.span) }
    return queue.held(place, body)
  }

  /// How many bytes have not been read yet.
  public var unreadCount: Int { queue.count }

  /// The bytes that have not been read yet, at most one record once `nextInPlace()` has returned
  /// nil.
  public var unread: [UInt8] { queue.array(0..<queue.count) }

  /// Takes the unread bytes together with those that follow them in the file: what `append(_:)`
  /// does, without a copy.
  public mutating func replaceUnread(with bytes: consuming [UInt8]) { queue.replace(with: bytes) }

  /// Reads the usual record where it is complete and valid; nil for everything else, which `next()`
  /// reads or rejects.
  private mutating func usualPlace() -> RecordPlace? {
    switch format {
    case .pcap(let layout): pcapPlace(layout)
    case .pcapng(let section): enhancedPlace(section)
    case nil: nil
    }
  }

  /// A packet of a pcap file: seconds (4), fraction (4), captured (4), length (4), bytes.
  @inline(__always)
  private mutating func pcapPlace(_ layout: PcapLayout) -> RecordPlace? {
    let header = layout.recordHeaderSize
    guard queue.count >= header, layout.lengths == .capturedFirst else { return nil }
    let (seconds, fraction, captured, length) = queue.words(at: 0)
    let count = Int(captured)
    guard count <= layout.longestPacket, queue.count >= header &+ count else { return nil }
    // Fits: less than 2^32 seconds, and less than 2^32 of a unit.
    let unit: Int64 = layout.resolution.exponent == 6 ? 1_000 : 1
    let record = RecordPlace(
      time: Int64(seconds) &* 1_000_000_000 &+ Int64(fraction) &* unit, hasTime: true,
      frameLength: max(count, Int(length)), link: interfaces[0].link,
      place: queue.place(of: header..<(header &+ count)))
    queue.drop(header &+ count)
    packets &+= 1
    return record
  }

  /// An enhanced packet of a pcapng file: type (4), total length (4), interface (4), time (8),
  /// captured (4), length (4), bytes, options, total length (4).
  private mutating func enhancedPlace(_ section: PcapngSection) -> RecordPlace? {
    let header = 28
    guard queue.count >= header &+ 4 else { return nil }
    let (type, total, interface, high) = queue.words(at: 0)
    let (low, captured, frame, _) = queue.words(at: 16)
    guard type == 6 else { return nil }
    let (length, count) = (Int(total), Int(captured))
    let number = section.firstInterface + Int(interface)
    guard length <= CaptureReader.longestBlock, length.isMultiple(of: 4), queue.count >= length,
      count <= length - header - 4, Int(queue.uint32(at: length - 4)) == length,
      number < interfaces.count
    else { return nil }
    let time = interfaces[number].resolution.nanoseconds(
      UInt64(high) << 32 | UInt64(low), offset: interfaces[number].timeOffset)
    let record = RecordPlace(
      time: time, hasTime: true, frameLength: max(count, Int(frame)),
      link: interfaces[number].link, interface: number,
      place: queue.place(of: header..<(header + count)))
    queue.drop(length)
    packets &+= 1
    return record
  }
}
