import Timeline

/// What happened, ready to be given to a timeline: the events in the order of time.
public struct Scenario: Sendable {
  /// Packets, calls and printed lines.
  public var events: [Event]
  /// The lanes that are known from the start, by process.
  public var hints: [Int32: Side]
  /// Whether calls were recorded.
  public var hasCalls: Bool
  /// Whether packets to other hosts cannot be seen.
  public var capturesOnlyLoopback = false
  /// Whether packets between programs that are not traced are passed over.
  public var hidesOthers = false
  /// The bytes of the packets, by their numbers.
  public var frames: [Int: [UInt8]] = [:]

  /// Makes a scenario.
  public init(events: [Event], hints: [Int32: Side] = [:], hasCalls: Bool = true) {
    self.events = events
    self.hints = hints
    self.hasCalls = hasCalls
  }

  /// A timeline that was given nothing yet.
  public var timeline: Timeline {
    Timeline(
      hasCalls: hasCalls, capturesOnlyLoopback: capturesOnlyLoopback, hidesOthers: hidesOthers,
      hints: hints)
  }

  /// All rows, and the totals.
  public func played() -> (rows: [Row], totals: Totals) {
    var timeline = timeline
    var rows = events.flatMap { timeline.append($0) }
    rows += timeline.finish()
    return (rows, timeline.totals)
  }

  /// All rows.
  public var rows: [Row] { played().rows }

  /// The packets alone, as a capture without a tracer would hold them.
  public var withoutCalls: Scenario {
    let packets = events.filter { if case .packet = $0 { true } else { false } }
    var scenario = Scenario(events: packets, hasCalls: false)
    scenario.frames = frames
    return scenario
  }
}
