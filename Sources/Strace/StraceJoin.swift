public import Calls

/// Why a log and a capture cannot be joined.
public enum StraceError: Error, Hashable, Sendable {
  /// The log is empty: its name.
  case empty(String)
  /// It is not an strace log.
  case notALog(String)
  /// Its lines have no times.
  case noTimes(String)
  /// Its times are whole seconds (-t).
  case wholeSeconds(String)
  /// Logs count their times from different moments, or each from its own (-r).
  case differentTimes(String)
  /// No call in it works on a TCP or UDP socket.
  case noSockets
  /// Calls in it work on sockets, but the log shows neither how they were created nor what they
  /// are.
  case unknownSockets
  /// The capture has no packets.
  case noPackets
  /// No connection of the capture is in the log; whether the log shows any ends of sockets.
  case nothingShared(knowsEnds: Bool)
}

/// The calls of strace logs by the clock of a capture: the two are joined by the bytes that calls
/// write and packets carry, and by their order, not by strace's clock.
public struct StraceJoin {
  /// What happened, in the order of the log, by the capture's clock.
  public private(set) var events: [CallEvent] = []
  /// The functions that made each call, innermost first, by the call's number (-k).
  public let frames: [Int: [StraceFrame]]
  /// Nanoseconds by which strace's clock was ahead of the capture's, at the first packet.
  public private(set) var ahead: Int64 = 0
  /// Nanoseconds by which that changed up to the last packet.
  public private(set) var drift: Int64 = 0
  /// Places where a call and a packet were compared.
  public private(set) var places = 0
  /// Those that contradict the others.
  public private(set) var contradictions = 0
  /// Nanoseconds within which the clocks agree after joining.
  public private(set) var within: Int64 = 0
  /// Whether the log's times are since the epoch, so that `ahead` is meaningful.
  public let hasEpoch: Bool
  /// Connections whose calls wrote a different number of bytes than were captured.
  public private(set) var uncountedConnections = 0
  /// What the logs lack, as strace's options.
  public let lacks: [String]

  /// Joins logs, which share one clock, with a capture.
  public init(_ logs: [StraceLog], _ flows: CapturedFlows) throws(StraceError) {
    let whole = try StraceLogs(logs)
    hasEpoch = whole.kind == .epoch
    lacks = whole.lacks
    let follower = Follower(whole.acts, whole.calls, names: whole.threadNames)
    frames = follower.frames
    let streams = CalledStreams(follower.events, lastDrops: follower.lastDrops).all
    if streams.isEmpty { throw follower.hasUnknownSockets ? .unknownSockets : .noSockets }
    if flows.packets == 0 { throw .noPackets }
    var told = follower.events
    var naming = JoinNaming(streams, flows)
    naming.name(&told)
    let start = { (index: Int) in told[index].earliest }
    var anchors = JoinAnchors(streams, flows, start: start, offset: nil)
    let bounds = StraceJoin.bounds(anchors, told)
    guard let clock = JoinClock(bounds, overhead: whole.overhead) else {
      throw .nothingShared(knowsEnds: streams.contains { $0.local != nil && $0.peer != nil })
    }
    let offset = clock.offset(at: told.first?.earliest ?? 0)
    anchors = JoinAnchors(streams, flows, start: start, offset: offset)
    places = clock.places
    contradictions = clock.contradictions
    within = clock.width
    let ends = (told.first?.earliest ?? 0, told.last?.latest ?? 0)
    ahead = 0 &- clock.offset(at: ends.0)
    drift = 0 &- clock.offset(at: ends.1) &- ahead
    uncountedConnections = anchors.disagreeing.subtracting(follower.uncounted).count
    let uncounted = follower.uncounted.union(anchors.disagreeing)
    for index in told.indices {
      told[index].forgetBeginning(of: uncounted, orAll: !whole.hasPlainCalls)
    }
    events = JoinTimes(told, anchors, clock, overhead: whole.overhead).events
  }

  private static func bounds(
    _ anchors: JoinAnchors, _ events: [FollowedEvent]
  ) -> [JoinClock.Bound] {
    anchors.certain.map { anchor in
      let event = events[anchor.event]
      let moment = anchor.isEntry ? event.earliest : event.latest
      return JoinClock.Bound(
        time: moment, offset: anchor.packet &- moment, isMost: anchor.isEntry)
    }
  }
}

/// Several logs as one.
struct StraceLogs {
  private(set) var acts: [StraceAct] = []
  private(set) var calls: [StraceCall] = []
  private(set) var threadNames: [Int32: String] = [:]
  private(set) var kind: StraceLine.Time.Kind?
  private(set) var lacks: [String] = []
  /// Whether the log has any of the calls that all programs use to move bytes.
  private(set) var hasPlainCalls = false

  init(_ logs: [StraceLog]) throws(StraceError) {
    for log in logs {
      if log.lines == 0 { throw .empty(log.name) }
      if log.anyCalls + log.clock.timeless == 0 { throw .notALog(log.name) }
      guard let kind = log.clock.kind else { throw .noTimes(log.name) }
      if log.anyCalls == 0 { throw .notALog(log.name) }
      if log.clock.digits == 0 { throw .wholeSeconds(log.name) }
      if logs.count > 1, kind == .line || self.kind ?? kind != kind {
        throw .differentTimes(log.name)
      }
      self.kind = kind
      let first = calls.count
      calls += log.calls
      acts += log.acts.map { act in
        var act = act
        switch act.what {
        case .entered(let index): act.what = .entered(first + index)
        case .returned(let index): act.what = .returned(first + index)
        default: break
        }
        return act
      }
      threadNames.merge(log.threadNames) { one, _ in one }
    }
    if logs.count > 1 {
      let order = acts.indices.sorted { (acts[$0].time, $0) < (acts[$1].time, $1) }
      acts = order.map { acts[$0] }
    }
    if logs.contains(where: { !$0.namesThreads && $0.clones > 0 }) { lacks.append("-f") }
    hasPlainCalls = logs.contains(where: \.hasPlainCalls)
    if !hasPlainCalls { lacks.append("reads, writes and closes") }
  }

  /// Nanoseconds that strace adds to a call's own time: the time between two consecutive lines of a
  /// thread, less the call (-T); the lower quartile.
  var overhead: Int64 {
    let usual: Int64 = 50_000
    let measured = calls.prefix(10_000).compactMap { call -> Int64? in
      guard let limit = call.limit, let duration = call.duration, call.resumed == nil else {
        return nil
      }
      return max(0, limit - call.entered - duration)
    }.sorted()
    guard measured.count >= 8 else { return usual }
    return min(1_000_000, max(1_000, measured[measured.count / 4]))
  }
}
