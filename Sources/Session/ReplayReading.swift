import CaptureFile
import Render
import Text
import Timeline
import Wire

/// A capture file on its way to a ladder.
struct Replay {
  private let request: ReplayRequest
  private var reader = CaptureReader()
  private(set) var analysis: ReplayAnalysis
  private var ladder: Ladder?
  /// Packets of link types that cannot be decoded.
  private var undecodable = 0

  /// Bytes read at once.
  private static let piece = 1 << 18

  init(_ request: ReplayRequest) {
    self.request = request
    analysis = ReplayAnalysis(ReplayFilter(request.filter), showsOthers: request.showsOthers)
  }

  /// Draws the whole file, and returns the damage that ended it early.
  mutating func draw(
    _ input: borrowing Input, _ page: inout Page
  ) throws(ReplayStop) -> CaptureFileError? {
    var damage: CaptureFileError?
    while damage == nil {
      let bytes = try stopping { () throws(SessionError) in try input.read(Replay.piece) }
      if bytes.isEmpty {
        damage = end()
        break
      }
      reader.append(bytes)
      damage = try drawItems(&page)
      // What follows in a pipe may be long in coming.
      if let lines = ladder?.advance(to: analysis.latest + -Timeline.lookahead) {
        try add(lines, &page)
      }
      try page.flush()
    }
    if let damage, reader.interfaces.isEmpty { throw .failed(.capture(request.path, damage)) }
    try finish(&page)
    if damage == nil, analysis.isUnfinished {
      let last = reader.packets > 0 ? reader.packets : nil
      return CaptureFileError(.unfinished, offset: reader.offset, packet: last)
    }
    return damage
  }

  private func end() -> CaptureFileError? {
    do throws(CaptureFileError) {
      try reader.finish()
      return nil
    } catch {
      return error
    }
  }

  /// Draws the packets and entries that are whole.
  private mutating func drawItems(_ page: inout Page) throws(ReplayStop) -> CaptureFileError? {
    while true {
      let next: CaptureItem?
      do throws(CaptureFileError) {
        next = try reader.nextItem()
      } catch {
        return error
      }
      guard let item = next else { return nil }
      var interface: CaptureInterface?
      if case .packet(let record) = item {
        if !record.link.isKnown { try refuse(record.link) }
        interface = reader.interfaces[record.interface]
      }
      let rows: [Row]
      do throws(SessionError) {
        rows = try analysis.take(item, interface: interface)
      } catch {
        throw .failed(error)
      }
      try show(rows, &page)
    }
  }

  /// Counts a packet that cannot be decoded; a file that has no other is refused.
  private mutating func refuse(_ link: LinkType) throws(ReplayStop) {
    if !reader.interfaces.contains(where: \.link.isKnown) {
      throw .failed(.link(request.path, link))
    }
    undecodable += 1
  }

  // MARK: rows

  private mutating func show(_ rows: [Row], _ page: inout Page) throws(ReplayStop) {
    guard !rows.isEmpty else { return }
    if request.isVerification {
      try page.add(analysis.takeDisagreements())
    } else {
      analysis.dropDisagreements()
      var ladder = self.ladder ?? begun()
      let filter = analysis.filter
      let lines = ladder.append(rows) { filter.keeps($0) }
      self.ladder = ladder
      try page.add(lines)
    }
    for row in rows {
      if case .packet(let packet) = row.content { analysis.filter.forget(packet.packet.number) }
    }
  }

  private func add(_ lines: [String], _ page: inout Page) throws(ReplayStop) {
    if !lines.isEmpty { try page.add(lines) }
  }

  /// A ladder with the heading that is known by now: that of the recording, which stands before its
  /// first row, or one of a capture of others.
  private func begun() -> Ladder {
    var selection = request.selection
    selection.hasFilter = !request.filter.isEmpty
    let source = request.path == Input.standardInput ? "standard input" : request.path
    var heading = Heading(source: source, hasCalls: analysis.isRecording)
    if let start = analysis.start {
      heading = Heading(source: start.source, hasCalls: start.hasCalls, notes: start.notes)
    }
    heading.notes = request.notes + heading.notes
    if selection.hasFilter {
      heading.notes.append("Only packets that match the filter are drawn: \(request.filter)")
    }
    return Ladder(heading, style: request.style, selection: selection)
  }

  /// Draws what is left, and the footer.
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
    try show(rows, &page)
    if request.isVerification {
      try page.add(analysis.verification.summary(passedOver: analysis.totals.others))
    } else {
      var ladder = self.ladder ?? begun()
      try page.add(ladder.finish(analysis.totals, ending))
      self.ladder = ladder
    }
    try page.flush()
  }

  private var ending: Ending {
    ReplayEnding(analysis: analysis, undecodable: undecodable).ending
  }

  /// Does something that may fail.
  private func stopping<Value>(
    _ body: () throws(SessionError) -> Value
  ) throws(ReplayStop) -> Value {
    do throws(SessionError) { return try body() } catch { throw .failed(error) }
  }
}
