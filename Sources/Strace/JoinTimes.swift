import Calls

/// The times of events by the capture's clock.
///
/// Events keep the order of the log. A packet comes after the entry of its call, and a call returns
/// after the packet that it waited for; where the clocks contradict that, this order wins.
struct JoinTimes {
  private(set) var events: [CallEvent] = []

  /// Nanoseconds by which the time between a call's packets may exceed the call's own.
  private static let rounding: Int64 = 5_000
  /// Nanoseconds by which a reset may precede its call, since the clocks are joined only loosely.
  private static let near: Int64 = 200_000

  init(
    _ told: [FollowedEvent], _ anchors: JoinAnchors, _ clock: JoinClock, overhead: Int64
  ) {
    var least = Array(repeating: Int64.min, count: told.count)
    var most = Array(repeating: Int64.max, count: told.count)
    for anchor in anchors.certain {
      if anchor.isEntry {
        most[anchor.event] = min(most[anchor.event], anchor.packet - 1)
      } else {
        least[anchor.event] = max(least[anchor.event], anchor.packet + 1)
      }
    }
    for reset in anchors.resets {
      let moment = told[reset.event].earliest
      let gap = moment + clock.offset(at: moment) - reset.packet
      if (0..<JoinTimes.near).contains(gap) {
        most[reset.event] = min(most[reset.event], reset.packet - 1)
      }
    }
    let ends = JoinTimes.ends(of: told)
    for fin in anchors.fins {
      guard let end = ends[fin.event] else { continue }
      let moment = told[end].latest
      let gap = fin.packet - (moment + clock.offset(at: moment))
      if gap < JoinTimes.near { least[end] = max(least[end], fin.packet + 1) }
    }
    for one in anchors.within {
      let exit = told[one.exit]
      let begin = told[one.entry].earliest
      let end = exit.latest + clock.offset(at: exit.latest)
      let isInside =
        one.first >= begin + clock.offset(at: begin) - JoinTimes.rounding && one.last < end
      let lasts = exit.duration.map { one.last - one.first <= $0 + JoinTimes.rounding } ?? true
      if isInside, lasts { least[one.exit] = max(least[one.exit], one.last + 1) }
    }
    // Nothing earlier in the log is later in time.
    var bound = Int64.max
    for index in told.indices.reversed() where !told[index].isLoose {
      bound = min(bound, most[index])
      most[index] = bound
    }
    var latest = Int64.min
    for (index, event) in told.enumerated() {
      var moment = event.earliest
      if case .returned = event.what {
        moment =
          event.duration == nil ? event.latest : min(event.latest, event.earliest + overhead)
      }
      moment += clock.offset(at: moment)
      var time = min(max(moment, least[index]), most[index])
      if !event.isLoose {
        time = min(max(time, latest), most[index])
        latest = max(latest, time)
      }
      events.append(
        CallEvent(
          time: time, process: event.process, thread: event.thread,
          what: JoinTimes.moved(event.what, clock)))
    }
    guard told.contains(where: \.isLoose) else { return }
    let order = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
    events = order.map { events[$0] }
  }

  /// For each report that a process is about to exit, the report that it has.
  private static func ends(of told: [FollowedEvent]) -> [Int: Int] {
    var going: [Int32: Int] = [:]
    var ends: [Int: Int] = [:]
    for (index, event) in told.enumerated() {
      switch event.what {
      case .exiting: going[event.process] = index
      case .exited: if let start = going.removeValue(forKey: event.process) { ends[start] = index }
      default: break
      }
    }
    return ends
  }

  /// The entry of an execve() is a time too.
  private static func moved(_ what: CallEvent.What, _ clock: JoinClock) -> CallEvent.What {
    guard case .executed(let name, let command, let closed, let entered) = what else { return what }
    return .executed(
      name: name, command: command, closed: closed, entered: entered + clock.offset(at: entered))
  }
}
