import CaptureFile
import Render
import Text
import Timeline
import Wire

/// Captures on their way to a table of connections.
struct SummaryReading: ~Copyable {
  private(set) var table: FlowTable
  /// What ended the reading of files early.
  private(set) var damages: [DamagedFile] = []
  private var sources: [SummarySource] = []
  private var filter: SummaryFilter
  private var progress: SummaryProgress
  /// Who held which end, where a file is a recording.
  private var processes = FlowProcesses()
  private var recording = RecordingReader()
  private var offsets = OffsetChecks()
  /// The packet at hand.
  private var header = FlowHeader()
  /// The stamp of the last packet that has one.
  private var latest: Int64 = 0

  /// Opens the files.
  ///
  /// - Throws: an error where one cannot be opened, or would be written over.
  init(_ request: SummaryRequest) throws(SessionError) {
    table = FlowTable(seed: (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max)))
    filter = SummaryFilter(request.filter)
    var size: Int? = 0
    for path in request.paths {
      let input = try Input(path)
      if let output = request.outputFile, input.isSame(as: output) { throw .sameFile(output) }
      size = size.flatMap { total in input.size.map { total + $0 } }
      sources.append(SummarySource(input, number: sources.count))
    }
    progress = SummaryProgress(total: size)
  }

  /// What the pen has to say beside the rows.
  var facts: SummaryFacts {
    SummaryFacts(
      undecodable: sources.reduce(0) { $0 + $1.undecodable },
      notes: filter.notes + copies + checks,
      processes: processes)
  }

  /// Packets that were captured more than once.
  private var copies: [String] {
    guard table.copied > 0 else { return [] }
    let packets = NumberText.count(table.copied, "packet")
    return ["\(packets) captured more than once, at several places or twice: counted once."]
  }

  /// How the kernel's own count of written bytes compared with that of the calls.
  private var checks: [String] {
    guard offsets.all > 0 else { return [] }
    let agreed = NumberText.count(offsets.agreed)
    let unseen = NumberText.count(offsets.unseenBytes, "byte")
    return [
      "The kernel's own offset agreed at \(agreed) of \(NumberText.count(offsets.all, "write"))"
        + (offsets.unseenBytes > 0 ? "; \(unseen) sent by no traced call." : ".")
    ]
  }

  /// Reads all files to their ends.
  mutating func read() throws(SessionError) {
    if sources.count == 1 {
      try readAlone()
    } else {
      try readTogether()
    }
    progress.end()
    note(recording.finish())
    // Without packets the expression has not been looked at yet.
    for source in sources where table.packets == 0 {
      if let link = source.firstLink { try filter.prepare(link) }
    }
  }

  /// Reads the one file.
  private mutating func readAlone() throws(SessionError) {
    let source = sources[0]
    // Taken out of its object meanwhile: each access to that would be checked.
    var reader = CaptureReader()
    swap(&reader, &source.reader)
    defer { swap(&reader, &source.reader) }
    while true {
      while let record = try next(of: source, &reader) { try take(record, of: source, &reader) }
      guard try source.refill(&reader) else { break }
      progress.note(source.bytesRead, packets: table.packets)
    }
    try end(source, reader)
  }

  /// Reads several files, always the earliest packet of all.
  private mutating func readTogether() throws(SessionError) {
    for source in sources { try advance(source) }
    while let source = sources.filter({ $0.head != nil }).min(by: { $0.time < $1.time }) {
      if let record = source.head { try take(record, of: source) }
      try advance(source)
    }
  }

  /// Brings the next packet of a file to its head; none at its end.
  private mutating func advance(_ source: SummarySource) throws(SessionError) {
    source.head = nil
    while source.head == nil {
      switch source.order.take(isLast: source.isAtEnd) {
      case .packet(let record): source.head = record
      case .journal(let entry): note(recording.take(entry))
      case nil:
        if source.isAtEnd { return }
        if let item = try nextItem(of: source) {
          source.order.put(item)
        } else if try source.refill(&source.reader) {
          progress.note(sources.reduce(0) { $0 + $1.bytesRead }, packets: table.packets)
        } else {
          source.isAtEnd = true
          try end(source, source.reader)
        }
      }
    }
  }

  private mutating func nextItem(of source: SummarySource) throws(SessionError) -> CaptureItem? {
    if source.isDamaged { return nil }
    do throws(CaptureFileError) {
      return try source.reader.nextItem()
    } catch {
      try damage(source, source.reader, error)
      return nil
    }
  }

  /// Notes what ends the reading of a file; without any interface there is nothing to be read of it.
  private mutating func damage(
    _ source: SummarySource, _ reader: CaptureReader, _ error: CaptureFileError
  ) throws(SessionError) {
    source.isDamaged = true
    if reader.interfaces.isEmpty { throw .capture(source.path, error) }
    damages.append(DamagedFile(path: source.path, error: error))
  }

  private mutating func next(
    of source: SummarySource, _ reader: inout CaptureReader
  ) throws(SessionError) -> RecordPlace? {
    if source.isDamaged { return nil }
    do throws(CaptureFileError) {
      let record = try reader.nextInPlace()
      for entry in reader.takeJournal() { note(recording.take(entry)) }
      return record
    } catch {
      try damage(source, reader, error)
      return nil
    }
  }

  /// Learns who held which socket.
  private mutating func note(_ items: [RecordedItem]) {
    for item in items {
      switch item.content {
      case .event(.call(let event)): processes.take(event)
      case .end(let end): offsets.add(end.offsets ?? OffsetChecks())
      default: break
      }
    }
  }

  private mutating func end(
    _ source: SummarySource, _ reader: CaptureReader
  ) throws(SessionError) {
    if source.isDamaged { return }
    do throws(CaptureFileError) {
      try reader.finish()
    } catch {
      if reader.interfaces.isEmpty { throw .capture(source.path, error) }
      damages.append(DamagedFile(path: source.path, error: error))
    }
  }

  private mutating func take(
    _ record: RecordPlace, of source: SummarySource, _ reader: inout CaptureReader
  ) throws(SessionError) {
    if record.hasTime { latest = record.time }
    let isUsual = reader.withBytes(of: record) {
      header.readQuickly($0, link: record.link, frameLength: record.frameLength)
    }
    if isUsual {
      let isKept = filter.isEmpty ? true : try filter.keeps(record, nil, reader)
      _ = table.add(
        header, interface: (record.interface, 0), time: latest, frameLength: record.frameLength,
        isKept: isKept)
      return
    }
    let packet = reader.withBytes(of: record) {
      source.assembler.decode(
        $0, link: record.link, frameLength: record.frameLength, number: table.packets + 1,
        time: latest)
    }
    let isKept = filter.isEmpty ? true : try filter.keeps(record, packet, reader)
    header = FlowHeader(packet)
    if table.add(
      header, interface: (record.interface, 0), time: latest, frameLength: record.frameLength,
      isKept: isKept)
    {
      return
    }
    if !record.link.isKnown { try source.refuse(record.link, reader) }
    table.addOther(packet, time: latest, frameLength: record.frameLength, isKept: isKept)
  }

  /// Takes a packet of one of several files.
  private mutating func take(
    _ record: CaptureRecord, of source: SummarySource
  ) throws(SessionError) {
    if record.hasTime { latest = record.time }
    let packet = source.assembler.decode(
      record.bytes.span, link: record.link, frameLength: record.frameLength,
      number: table.packets + 1, time: latest)
    let isKept = filter.isEmpty ? true : try filter.keeps(record, packet)
    if table.add(
      FlowHeader(packet), interface: (record.interface, source.number), time: latest,
      frameLength: record.frameLength, isKept: isKept)
    {
      return
    }
    if !record.link.isKnown { try source.refuse(record.link, source.reader) }
    table.addOther(packet, time: latest, frameLength: record.frameLength, isKept: isKept)
  }
}

/// One of the files, read piece by piece.
final class SummarySource {
  private let input: Input
  var path: String { input.path }
  var reader = CaptureReader()
  /// Puts fragments of its packets together.
  var assembler = Assembler()
  /// The next packet, where several files are merged, and the order that it comes in.
  var head: CaptureRecord?
  var order = ItemOrder()
  var isAtEnd = false
  /// The time of the next packet in that order.
  var time: Int64 { head.map { $0.order ?? $0.time } ?? .max }
  var isDamaged = false
  private(set) var bytesRead = 0
  /// Packets of link types that cannot be decoded.
  private(set) var undecodable = 0

  /// Bytes read at once.
  private static let piece = 1 << 18

  /// Its place among the files, from 0.
  let number: Int

  init(_ input: consuming Input, number: Int) {
    self.input = input
    self.number = number
  }

  /// The link type of its first interface.
  var firstLink: LinkType? { reader.interfaces.first?.link }

  /// Reads the next piece; false at the end, and after damage.
  func refill(_ reader: inout CaptureReader) throws(SessionError) -> Bool {
    if isDamaged { return false }
    if reader.unreadCount > SummarySource.piece {
      // A record of many pieces, each of which would be copied again with the next.
      let bytes = try input.read(SummarySource.piece)
      bytesRead += bytes.count
      reader.append(bytes)
      return !bytes.isEmpty
    }
    let unread = reader.unread
    let bytes = try input.read(SummarySource.piece, behind: unread)
    bytesRead += bytes.count - unread.count
    defer { reader.replaceUnread(with: bytes) }
    return bytes.count > unread.count
  }

  /// Counts a packet that cannot be decoded; a file that has no other is refused.
  func refuse(_ link: LinkType, _ reader: CaptureReader) throws(SessionError) {
    if !reader.interfaces.contains(where: \.link.isKnown) { throw .link(path, link) }
    undecodable += 1
  }
}
