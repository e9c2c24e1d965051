import Calls
import Recording
import Timeline

/// The timelines of a file: one for each recording in it, so that nothing of one is taken for
/// something of another, and one for packets that belong to none.
///
/// Their rows come out in one order of time, connections numbered through.
struct ReplayTimelines {
  private struct Strand {
    var run: Int?
    var timeline: Timeline
    var owners = ReplayOwners()
    /// Numbers of connections that are not the timeline's own.
    var connections: [ConnectionID: ConnectionID] = [:]
    /// Connections up to this number keep it.
    var kept = 0

    /// The counts, with the owners of sockets.
    var totals: Totals {
      var totals = timeline.totals
      totals.reports = totals.reports.map { owners.named($0) }
      return totals
    }

    /// Takes the reports of connections that are over, with the owners of sockets.
    mutating func takeReports() -> [ConnectionReport] {
      let reports = timeline.takeReports().map { owners.named($0) }
      for report in reports { owners.forget(report.connection.id) }
      return reports
    }

    /// The number here of a connection that had a row.
    func known(_ id: ConnectionID) -> ConnectionID? {
      id.rawValue <= kept ? id : connections[id]
    }
  }

  /// Whether the report of every connection is kept; set before the first event.
  var keepsReports = false
  private var strands: [Strand] = []
  /// The highest number of a connection so far.
  private var highest = 0

  /// Begins the timeline of a recording, if it has none yet.
  mutating func begin(
    _ run: Int?, hasCalls: Bool, capturesOnlyLoopback: Bool = false, hidesOthers: Bool = false
  ) {
    guard !strands.contains(where: { $0.run == run }) else { return }
    // As long as there is one timeline its numbers hold.
    if strands.count == 1 { strands[0].kept = highest }
    var timeline = Timeline(
      hasCalls: hasCalls, capturesOnlyLoopback: capturesOnlyLoopback, hidesOthers: hidesOthers)
    timeline.keepsReports = keepsReports
    strands.append(Strand(run: run, timeline: timeline))
  }

  /// Says which lane a process is drawn in.
  mutating func hint(_ process: Int32, _ side: Side, of run: Int?) {
    strands[place(run)].timeline.hint(process, side)
  }

  /// Takes a process that held the socket of a connection.
  mutating func take(_ owner: RecordedOwner, of run: Int?) {
    strands[place(run)].owners.take(owner)
  }

  /// Takes the next event of a recording, and adds the rows that became final.
  mutating func append(_ event: Event, of run: Int?, into rows: inout [Row]) {
    let place = place(run)
    if strands.count > 1 { advance(to: event.time, into: &rows) }
    let start = rows.count
    strands[place].timeline.append(event, into: &rows)
    renumber(&rows, from: start, of: place)
  }

  /// Adds the rows that are final when all events before `now` have been given.
  mutating func advance(to now: Instant, into rows: inout [Row]) {
    merge(into: &rows) { $0.advance(to: now) }
  }

  /// Adds the rows that are left.
  mutating func finish(into rows: inout [Row]) { merge(into: &rows) { $0.finish() } }

  /// The counts of all timelines.
  var totals: Totals {
    if strands.count == 1 { return strands[0].totals }
    var sum = Totals()
    for strand in strands {
      let totals = strand.totals
      sum.packets += totals.packets
      sum.calls += totals.calls
      sum.unexplained += totals.unexplained
      sum.outsideTrace += totals.outsideTrace
      sum.offsets.add(totals.offsets)
      sum.turnedAway += totals.turnedAway
      sum.fullQueue = totals.fullQueue ?? sum.fullQueue
      sum.causes.add(totals.causes)
      sum.connections += totals.connections
      sum.resets += totals.resets
      sum.others += totals.others
      sum.reports += totals.reports.compactMap { report in
        guard let number = strand.known(report.connection.id) else { return nil }
        var report = report
        report.connection.id = number
        return report
      }
    }
    sum.reports.sort { $0.connection.id < $1.connection.id }
    return sum
  }

  /// Takes the reports of connections that are over, with the numbers that these have here.
  mutating func takeReports() -> [ConnectionReport] {
    strands.indices.flatMap { index in
      strands[index].takeReports().compactMap { report in
        var report = report
        if strands.count > 1 {
          // One without a number had no row.
          guard let number = strands[index].known(report.connection.id) else { return nil }
          report.connection.id = number
        }
        return report
      }
    }
  }

  private mutating func place(_ run: Int?) -> Int {
    begin(run, hasCalls: run != nil)
    return strands.firstIndex { $0.run == run } ?? 0
  }

  private mutating func merge(
    into rows: inout [Row], _ own: (inout Timeline) -> [Row]
  ) {
    let first = rows.count
    for index in strands.indices {
      let start = rows.count
      rows += own(&strands[index].timeline)
      renumber(&rows, from: start, of: index)
    }
    guard strands.count > 1 else { return }
    let all = rows[first...]
    let order = all.indices.sorted { (all[$0].time, $0) < (all[$1].time, $1) }
    rows.replaceSubrange(first..., with: order.map { all[$0] })
  }

  /// Gives connections the numbers that they have here.
  private mutating func renumber(_ rows: inout [Row], from start: Int, of index: Int) {
    strands[index].owners.name(&rows, from: start, keepsReports: keepsReports)
    if strands.count == 1 {
      for row in rows[start...] { highest = max(highest, row.connection?.rawValue ?? 0) }
      return
    }
    for place in start..<rows.count {
      rows[place].connection = rows[place].connection.map { number($0, of: index) }
      if case .opening(var facts) = rows[place].content {
        facts.id = number(facts.id, of: index)
        rows[place].content = .opening(facts)
      }
    }
  }

  private mutating func number(_ id: ConnectionID, of index: Int) -> ConnectionID {
    if let known = strands[index].known(id) { return known }
    highest += 1
    strands[index].connections[id] = ConnectionID(highest)
    return ConnectionID(highest)
  }
}
