import CaptureFile
import Render
import Text
import Timeline
import Wire

/// A capture file on its way to a ladder.
struct Replay {
  private let path: String
  private var reader = CaptureReader()
  private var timeline = Timeline(hasCalls: false)
  private var ladder: Ladder
  private var filter: ReplayFilter
  private var clock = ReplayClock()
  /// Packets of link types that cannot be decoded.
  private var undecodable = 0
  /// Packets whose rows are not made yet.
  private var waiting = 0

  /// Bytes read at once.
  private static let piece = 1 << 18
  /// Packets that may wait for later ones to be known. A file whose times stand still would
  /// otherwise be held as a whole.
  private static let mostWaiting = 100_000

  init(_ request: ReplayRequest) {
    path = request.path
    filter = ReplayFilter(request.filter)
    var selection = request.selection
    selection.hasFilter = !request.filter.isEmpty
    let source = path == Input.standardInput ? "standard input" : path
    var heading = Heading(source: source, hasCalls: false)
    if selection.hasFilter {
      heading.notes = ["Only packets that match the filter are drawn: \(request.filter)"]
    }
    ladder = Ladder(heading, style: request.style, selection: selection)
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
      damage = try drawRecords(&page)
      // What follows in a pipe may be long in coming.
      try page.add(ladder.advance(to: clock.latest + -Timeline.lookahead))
      try page.flush()
    }
    if let damage, reader.interfaces.isEmpty { throw .failed(.capture(path, damage)) }
    try finish(&page)
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

  /// Draws the records that are whole.
  private mutating func drawRecords(_ page: inout Page) throws(ReplayStop) -> CaptureFileError? {
    while true {
      let next: CaptureRecord?
      do throws(CaptureFileError) {
        next = try reader.next()
      } catch {
        return error
      }
      guard let record = next else { return nil }
      try drawRecord(record, &page)
    }
  }

  private mutating func drawRecord(
    _ record: CaptureRecord, _ page: inout Page
  ) throws(ReplayStop) {
    if !record.link.isKnown { try refuse(record.link) }
    do throws(SessionError) { try filter.take(record) } catch { throw .failed(error) }
    let packet = Packet.decode(
      record.bytes.span, link: record.link, frameLength: record.frameLength)
    let captured = CapturedPacket(
      number: reader.packets, time: clock.time(of: record), frameLength: record.frameLength,
      capturedLength: record.bytes.count, interface: record.interface, packet: packet)
    waiting += 1
    try show(timeline.append(.packet(captured)), &page)
    if waiting >= Replay.mostWaiting {
      try show(timeline.advance(to: captured.time + (Timeline.lookahead + 1)), &page)
    }
  }

  /// Counts a packet that cannot be decoded; a file that has no other is refused.
  private mutating func refuse(_ link: LinkType) throws(ReplayStop) {
    if !reader.interfaces.contains(where: \.link.isKnown) { throw .failed(.link(path, link)) }
    undecodable += 1
  }

  private mutating func show(_ rows: [Row], _ page: inout Page) throws(ReplayStop) {
    guard !rows.isEmpty else { return }
    try page.add(lines(of: rows))
    var last = 0
    for row in rows {
      guard case .packet(let packet) = row.content else { continue }
      waiting -= 1
      last = max(last, packet.packet.number)
    }
    self.filter.forget(through: last)
  }

  private mutating func lines(of rows: [Row]) -> [String] {
    let filter = filter
    return ladder.append(rows) { filter.keeps($0) }
  }

  /// Draws what is left, and the footer.
  private mutating func finish(_ page: inout Page) throws(ReplayStop) {
    // Without packets the expression has not been looked at yet.
    for interface in reader.interfaces.prefix(1) where reader.packets == 0 {
      do throws(SessionError) { try filter.prepare(interface.link) } catch { throw .failed(error) }
    }
    try show(timeline.finish(), &page)
    var ending = Ending()
    ending.notes = clock.notes
    if undecodable > 0 {
      ending.notes.append(
        "\(NumberText.count(undecodable, "packet")) of link types that sockline does not decode.")
    }
    if !filter.meaningless.isEmpty {
      ending.notes.append(
        "The filter has no meaning for \(filter.meaningless.joined(separator: ", ")): "
          + "none of these packets is shown.")
    }
    try page.add(ladder.finish(timeline.totals, ending))
    try page.flush()
  }

  /// Does something that may fail.
  private func stopping<Value>(
    _ body: () throws(SessionError) -> Value
  ) throws(ReplayStop) -> Value {
    do throws(SessionError) { return try body() } catch { throw .failed(error) }
  }
}
