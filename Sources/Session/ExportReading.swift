import CaptureFile
import Render
import Timeline
import Wire

/// A capture file or recording on its way to a pen.
struct Export<Pen: ExportPen> {
  private let request: ExportRequest
  private let frames: ExportFrames?
  private let count: ExportCount?
  private let check: (Pen) throws(SessionError) -> Void
  private var reader = CaptureReader()
  private var analysis: ReplayAnalysis
  private var feed: ExportFeed<Pen>
  private var hasBegun = false

  /// Bytes read at once.
  private static var piece: Int { 1 << 18 }

  init(
    _ request: ExportRequest, _ pen: Pen, _ frames: ExportFrames?, _ count: ExportCount?,
    _ check: @escaping (Pen) throws(SessionError) -> Void
  ) {
    self.request = request
    self.frames = frames
    self.count = count
    self.check = check
    analysis = ReplayAnalysis(ReplayFilter(request.filter), showsOthers: true)
    analysis.keepsLives = true
    analysis.keepReports()
    analysis.frames = frames
    var selection = request.selection
    selection.hasFilter = !request.filter.isEmpty
    feed = ExportFeed(pen, selection)
  }

  /// Writes the whole file, and returns the damage that ended it early.
  mutating func write(
    _ input: borrowing Input, _ page: inout Page
  ) throws(ReplayStop) -> CaptureFileError? {
    var damage: CaptureFileError?
    while damage == nil {
      let bytes = try stopping { () throws(SessionError) in try input.read(Self.piece) }
      if bytes.isEmpty {
        damage = catching { reader throws(CaptureFileError) in try reader.finish() }
        break
      }
      reader.append(bytes)
      damage = try writeItems(&page)
    }
    if let damage, reader.interfaces.isEmpty { throw .failed(.capture(request.path, damage)) }
    try finish(&page)
    if damage == nil, analysis.isUnfinished {
      let last = reader.packets > 0 ? reader.packets : nil
      return CaptureFileError(.unfinished, offset: reader.offset, packet: last)
    }
    return damage
  }

  /// Does something with the reader, and returns the damage that it found.
  private mutating func catching(
    _ body: (inout CaptureReader) throws(CaptureFileError) -> Void
  ) -> CaptureFileError? {
    do throws(CaptureFileError) {
      try body(&reader)
      return nil
    } catch {
      return error
    }
  }

  /// Writes what the packets and entries that are whole make final.
  private mutating func writeItems(_ page: inout Page) throws(ReplayStop) -> CaptureFileError? {
    while true {
      var next: CaptureItem?
      let damage = catching { reader throws(CaptureFileError) in next = try reader.nextItem() }
      if let damage { return damage }
      guard let item = next else { return nil }
      var interface: CaptureInterface?
      if case .packet(let record) = item {
        interface = reader.interfaces[record.interface]
        if !reader.interfaces.contains(where: \.link.isKnown) {
          throw .failed(.link(request.path, record.link))
        }
      }
      let rows: [Row]
      do throws(SessionError) {
        rows = try analysis.take(item, interface: interface)
      } catch {
        throw .failed(error)
      }
      try write(rows, &page)
    }
  }

  private mutating func finish(_ page: inout Page) throws(ReplayStop) {
    let rows: [Row]
    do throws(SessionError) {
      // Without packets the expression has not been looked at yet.
      for interface in reader.interfaces.prefix(1) where reader.packets == 0 {
        try analysis.filter.prepare(interface.link)
      }
      rows = try analysis.finish()
    } catch {
      throw .failed(error)
    }
    try write(rows, &page, isLast: true)
    try page.add(bytes: feed.finish())
    try page.flush()
  }

  // MARK: rows

  private mutating func write(
    _ rows: [Row], _ page: inout Page, isLast: Bool = false
  ) throws(ReplayStop) {
    guard !rows.isEmpty || isLast else { return }
    if !hasBegun {
      hasBegun = true
      try page.add(bytes: feed.begin(facts))
    }
    for event in analysis.takeLives() { feed.take(event) }
    let filter = analysis.filter
    try page.add(
      bytes: feed.append(rows, matches: { filter.keeps($0) }, joins: { filter.joins($0) }))
    analysis.dropDisagreements()
    for row in rows {
      guard case .packet(let packet) = row.content else { continue }
      analysis.filter.forget(packet.packet.number)
      frames?.forget(packet.packet.number)
    }
    try page.add(bytes: feed.append(analysis.takeReports()))
    do throws(SessionError) { try check(feed.pen) } catch { throw .failed(error) }
  }

  /// What is said of the file as a whole.
  private var facts: ExportedRecording {
    var facts = ExportedRecording(tool: request.tool)
    facts.packets = count?.packets
    facts.calls = count?.calls
    facts.lost = count?.lost
    facts.offsets = count?.offsets
    facts.isComplete = count?.isComplete
    guard let start = analysis.start else {
      facts.interface = reader.interfaces.first?.name
      return facts
    }
    facts.command = start.command
    facts.backend = start.hasCalls ? start.backend : "none"
    facts.interface = start.interface
    facts.isPrivate = start.isPrivate
    return facts
  }

  /// Does something that may fail.
  private func stopping<Value>(
    _ body: () throws(SessionError) -> Value
  ) throws(ReplayStop) -> Value {
    do throws(SessionError) { return try body() } catch { throw .failed(error) }
  }
}
