import CaptureFile
import Recording
import Render
import Text
import Timeline
import Wire

/// Captures on their way to a table of connections.
struct SummaryReading: ~Copyable {
  private(set) var table: FlowTable
  /// What ended the reading of files early.
  private(set) var damages: [ReplayDamage] = []
  private let origin: Origin
  private var filter: ExpressionFilters
  private var progress: SummaryProgress
  /// Who held which end, where a file is a recording.
  private var processes = FlowProcesses()
  private var recording = RecordingReader()
  private var offsets = OffsetChecks()
  /// The packet at hand.
  private var header = FlowHeader()
  /// The stamp of the last packet that has one.
  private var latest: Int64 = 0

  /// Packets of link types that cannot be decoded.
  private var undecodable = 0
  /// Puts fragments of packets together, of each file its own.
  private var assemblers: [Assembler] = []

  /// Where packets come from.
  private enum Origin {
    /// One file, whose packets are read in their places.
    case alone(SummarySource)
    /// Several files, or one that is still being written.
    case together(ReplaySources)
  }

  /// Opens the files.
  ///
  /// - Throws: an error where one cannot be opened, or would be written over.
  init(_ request: SummaryRequest) throws(SessionError) {
    table = FlowTable(seed: (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max)))
    filter = ExpressionFilters(request.filter)
    let size: Int?
    if request.paths.count == 1, !request.follows {
      let source = SummarySource(try CaptureInput(request.paths[0]))
      if let output = request.outputFile, source.isSame(as: output) { throw .sameFile(output) }
      size = source.size
      origin = .alone(source)
    } else {
      let sources = ReplaySources(request.paths, follows: request.follows)
      if let damage = sources.damages.first { throw damage.error }
      if let output = request.outputFile, sources.contains(output) { throw .sameFile(output) }
      size = request.follows ? nil : sources.size
      origin = .together(sources)
    }
    progress = SummaryProgress(total: size)
    assemblers = request.paths.map { _ in Assembler() }
  }

  /// What the pen has to say beside the rows.
  var facts: SummaryFacts {
    SummaryFacts(
      undecodable: undecodable, notes: chosen + copies + checks,
      processes: processes)
  }

  /// Which connections the filter keeps.
  private var chosen: [String] {
    if filter.isEmpty { return [] }
    var notes = ["Only connections with a packet that matches the filter: \(filter.expression)"]
    if !filter.meaningless.isEmpty {
      notes.append(
        "The filter does not apply to \(filter.meaningless.joined(separator: ", ")).")
    }
    return notes
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
    let link: LinkType?
    switch origin {
    case .alone(let source): link = try read(source)
    case .together(let sources): link = try read(sources)
    }
    progress.end()
    note(recording.finish())
    // Without packets the expression has not been looked at yet.
    if table.packets == 0, let link { try filter.prepare(link) }
  }

  /// Reads the one file; gives the link type of its first interface.
  private mutating func read(_ source: SummarySource) throws(SessionError) -> LinkType? {
    var reader = CaptureReader()
    while true {
      while let record = try next(of: source, &reader) { try take(record, of: source, &reader) }
      guard try refill(source, &reader) else { break }
      progress.note(source.bytesRead, packets: table.packets)
    }
    try end(source, reader)
    return reader.interfaces.first?.link
  }

  /// Reads several files, always the earliest packet of all.
  private mutating func read(_ files: ReplaySources) throws(SessionError) -> LinkType? {
    var sources = files
    reading: while true {
      switch sources.next() {
      case .item(.packet(let record), _):
        try take(record)
        progress.note(sources.bytesRead, packets: table.packets)
      case .item(.journal(let entry), _): note(recording.take(entry))
      case .silence: sources.wait()
      case .over: break reading
      }
    }
    damages = sources.damages
    // One of which nothing could be read has no row.
    if let damage = damages.first(where: { !$0.isPartial }) { throw damage.error }
    return sources.firstInterface?.link
  }

  private mutating func next(
    of source: SummarySource, _ reader: inout CaptureReader
  ) throws(SessionError) -> RecordPlace? {
    if source.isDamaged { return nil }
    do throws(CaptureFileError) {
      let record = try reader.nextInPlace()
      for entry in reader.takeJournal() {
        try source.marks.note(entry)
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
    if reader.interfaces.isEmpty || source.marks.isOfLaterFormat && table.packets == 0 {
      throw error
    }
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
    if record.hasTime { latest = record.time }
    let isUsual = reader.withBytes(of: record) {
      header.readQuickly($0, link: record.link, frameLength: record.frameLength)
    }
    if isUsual {
      let isKept = try filter.keeps(record, nil, reader)
      _ = table.add(
        header, interface: (record.interface, 0), time: latest, frameLength: record.frameLength,
        isKept: isKept)
      return
    }
    let packet = reader.withBytes(of: record) {
      assemblers[0].decode(
        $0, link: record.link, frameLength: record.frameLength, number: table.packets + 1,
        time: latest)
    }
    let isKept = try filter.keeps(record, packet, reader)
    header = FlowHeader(packet)
    if table.add(
      header, interface: (record.interface, 0), time: latest, frameLength: record.frameLength,
      isKept: isKept)
    {
      return
    }
    if !record.link.isKnown {
      // A file that has no other is refused.
      if !reader.interfaces.contains(where: \.link.isKnown) {
        throw .link(source.path, record.link)
      }
      undecodable += 1
    }
    table.addOther(packet, time: latest, frameLength: record.frameLength, isKept: isKept)
  }

  /// Takes a packet of one of several files.
  private mutating func take(_ record: CaptureRecord) throws(SessionError) {
    if record.hasTime { latest = record.time }
    let packet = assemblers[record.file].decode(
      record.bytes.span, link: record.link, frameLength: record.frameLength,
      number: table.packets + 1, time: latest)
    let isKept = try filter.keeps(record, packet)
    if table.add(
      FlowHeader(packet), interface: (record.interface, record.file), time: latest,
      frameLength: record.frameLength, isKept: isKept)
    {
      return
    }
    if !record.link.isKnown { undecodable += 1 }
    table.addOther(packet, time: latest, frameLength: record.frameLength, isKept: isKept)
  }
}

/// One file, read piece by piece.
final class SummarySource {
  private let input: CaptureInput
  var path: String { input.path }
  var isDamaged = false
  var marks = RecordingMarks()
  var bytesRead: Int { input.bytesRead }
  /// Bytes of the file as it lies there; nil of a pipe.
  var size: Int? { input.size }
  /// Whether a path leads to this file.
  func isSame(as other: String) -> Bool { input.isSame(as: other) }

  init(_ input: CaptureInput) { self.input = input }

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
}
