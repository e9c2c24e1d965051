import CaptureFile
import Render
import Text
import Timeline
import Wire

/// Captures on their way to a table of connections.
struct SummaryReading: ~Copyable {
  private(set) var table: FlowTable
  /// What ended the reading of files early.
  private(set) var damages: [ReplayDamage] = []
  private var sources: [SummarySource] = []
  private var filter: SummaryFilter
  private var progress: SummaryProgress
  /// Who held which end, where a file is a recording.
  private var processes = FlowProcesses()
  private var recording = RecordingReader()
  private var offsets = OffsetChecks()
  /// The packet at hand.
  private var header = FlowHeader()
  /// Packets without a time, which stand at the time of the packet before.
  private var latest: Int64 = 0

  /// Opens the files.
  ///
  /// - Throws: an error where one cannot be opened, or would be written over.
  init(_ request: SummaryRequest) throws(SessionError) {
    table = FlowTable(seed: (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max)))
    filter = SummaryFilter(request.filter)
    var size: Int? = 0
    for path in request.paths {
      let input = try CaptureInput(path)
      if let output = request.outputFile, input.isSame(as: output) { throw .sameFile(output) }
      size = size.flatMap { total in input.size.map { total + $0 } }
      sources.append(SummarySource(input))
    }
    progress = SummaryProgress(total: size)
  }

  /// What the pen has to say beside the rows.
  var facts: SummaryFacts {
    SummaryFacts(
      undecodable: sources.reduce(0) { $0 + $1.undecodable }, notes: filter.notes + checks,
      processes: processes)
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
      guard try refill(source, &reader) else { break }
      progress.note(source.bytesRead, packets: table.packets)
    }
    try end(source, reader)
  }

  /// Reads several files, always the earliest packet of all.
  private mutating func readTogether() throws(SessionError) {
    for source in sources { try advance(source) }
    while let source = sources.filter({ $0.head != nil }).min(by: {
      ($0.head?.time ?? 0) < ($1.head?.time ?? 0)
    }) {
      if let record = source.head { try take(record, of: source, &source.reader) }
      try advance(source)
    }
  }

  /// Brings the next packet of a file to its head; none at its end.
  private mutating func advance(_ source: SummarySource) throws(SessionError) {
    source.head = try next(of: source, &source.reader)
    while source.head == nil {
      guard try refill(source, &source.reader) else { return try end(source, source.reader) }
      progress.note(sources.reduce(0) { $0 + $1.bytesRead }, packets: table.packets)
      source.head = try next(of: source, &source.reader)
    }
  }

  private mutating func next(
    of source: SummarySource, _ reader: inout CaptureReader
  ) throws(SessionError) -> RecordPlace? {
    if source.isDamaged { return nil }
    do throws(CaptureFileError) {
      let record = try reader.nextInPlace()
      for entry in reader.takeJournal() {
        source.marks.note(entry)
        note(recording.take(entry))
      }
      return record
    } catch {
      try note(source.damage(error), of: source, reader)
      return nil
    }
  }

  /// Reads the next piece of a file; false at the end, and after damage.
  private mutating func refill(
    _ source: SummarySource, _ reader: inout CaptureReader
  ) throws(SessionError) -> Bool {
    do throws(SessionError) {
      return try source.refill(&reader)
    } catch {
      try note(error, of: source, reader)
      return false
    }
  }

  /// Notes what ends the reading of a file early; one of which nothing could be read has no row.
  private mutating func note(
    _ error: SessionError, of source: SummarySource, _ reader: CaptureReader
  ) throws(SessionError) {
    source.isDamaged = true
    if reader.interfaces.isEmpty { throw error }
    damages.append(ReplayDamage(error: error, isPartial: true))
  }

  /// Learns who held which socket.
  private mutating func note(_ items: [RecordedItem]) {
    for item in items {
      switch item.content {
      case .event(.call(let event)): processes.take(event)
      case .owner(let owner):
        processes.take(
          owner.process, owner.kind, owner.local, owner.peer, since: owner.time.nanoseconds)
      case .end(let end): offsets.add(end.offsets ?? OffsetChecks())
      default: break
      }
    }
  }

  private mutating func end(
    _ source: SummarySource, _ reader: CaptureReader
  ) throws(SessionError) {
    if source.isDamaged { return }
    do throws(SessionError) {
      try source.finish(reader)
    } catch {
      try note(error, of: source, reader)
    }
  }

  private mutating func take(
    _ record: RecordPlace, of source: SummarySource, _ reader: inout CaptureReader
  ) throws(SessionError) {
    if record.hasTime { latest = max(latest, record.time) }
    let isUsual = reader.withBytes(of: record) {
      header.readQuickly($0, link: record.link, frameLength: record.frameLength)
    }
    if isUsual {
      let isKept = filter.isEmpty ? true : try filter.keeps(record, nil, reader)
      _ = table.add(header, time: latest, frameLength: record.frameLength, isKept: isKept)
      return
    }
    let packet = reader.withBytes(of: record) {
      source.assembler.decode(
        $0, link: record.link, frameLength: record.frameLength, number: table.packets + 1,
        time: latest)
    }
    let isKept = filter.isEmpty ? true : try filter.keeps(record, packet, reader)
    header = FlowHeader(packet)
    if table.add(header, time: latest, frameLength: record.frameLength, isKept: isKept) { return }
    if !record.link.isKnown { try source.refuse(record.link, reader) }
    table.addOther(packet, time: latest, frameLength: record.frameLength, isKept: isKept)
  }
}

/// One of the files, read piece by piece.
final class SummarySource {
  private let input: CaptureInput
  var path: String { input.path }
  var reader = CaptureReader()
  /// Puts fragments of its packets together.
  var assembler = Assembler()
  /// The next packet, where several files are merged.
  var head: RecordPlace?
  var isDamaged = false
  var marks = RecordingMarks()
  var bytesRead: Int { input.bytesRead }
  /// Packets of link types that cannot be decoded.
  private(set) var undecodable = 0

  init(_ input: CaptureInput) { self.input = input }

  /// The link type of its first interface.
  var firstLink: LinkType? { reader.interfaces.first?.link }

  /// Reads the next piece; false at the end, and after damage.
  func refill(_ reader: inout CaptureReader) throws(SessionError) -> Bool {
    if isDamaged { return false }
    // Of a record of many pieces, each would be copied again with the next.
    let isLong = reader.unreadCount > CaptureInput.piece
    let unread = isLong ? [] : reader.unread
    guard case .bytes(let bytes) = try input.next(behind: unread, packet: lastPacket(reader)) else {
      return false
    }
    if isLong { reader.append(bytes) } else { reader.replaceUnread(with: bytes) }
    return true
  }

  /// Says that the file has ended.
  func finish(_ reader: CaptureReader) throws(SessionError) {
    let last = lastPacket(reader)
    try input.finish(packet: last)
    do throws(CaptureFileError) { try reader.finish() } catch { throw damage(error) }
    if marks.isUnfinished {
      throw damage(CaptureFileError(.unfinished, offset: reader.offset, packet: last))
    }
  }

  /// What is said of damage.
  func damage(_ error: CaptureFileError) -> SessionError { input.damage(error) }

  private func lastPacket(_ reader: CaptureReader) -> Int? {
    reader.packets > 0 ? reader.packets : nil
  }

  /// Counts a packet that cannot be decoded; a file that has no other is refused.
  func refuse(_ link: LinkType, _ reader: CaptureReader) throws(SessionError) {
    if !reader.interfaces.contains(where: \.link.isKnown) { throw .link(path, link) }
    undecodable += 1
  }
}
