import CPtrace
import Calls
import Synchronization

/// What tracing cost the programs, estimated from the stops.
public struct TracingCost: Hashable, Sendable {
  /// Stops that were handled.
  public private(set) var stops = 0
  /// Nanoseconds that the tracer spent on them.
  public private(set) var handling: Int64 = 0
  /// Calls that returned.
  public private(set) var calls = 0
  /// Of these, those that never wait, and how many nanoseconds they took.
  public private(set) var briefCalls = 0
  /// See `briefCalls`.
  public private(set) var briefTime: Int64 = 0
  /// Nanoseconds that two stops take by themselves, as measured beforehand; nil if unknown.
  public var measured: Int64?

  /// Makes an empty account.
  public init() {}

  mutating func add(stop nanoseconds: Int64) {
    stops += 1
    handling += nanoseconds
  }

  mutating func add(call: SystemCall, nanoseconds: Int64) {
    calls += 1
    guard call.isBrief else { return }
    briefCalls += 1
    briefTime += nanoseconds
  }

  /// Nanoseconds that tracing added to each traced call on average; nil if unknown.
  public var addedPerCall: Int64? {
    guard let measured, calls > 0 else { return nil }
    return measured + handling / Int64(calls)
  }

  /// By what factor calls that do not wait took longer; nil if unknown.
  ///
  /// About half of what was added lies between the time stamps of entry and return: handling the
  /// entry, and the switch to the program and back. No call is assumed to be faster than a
  /// microsecond.
  public var stretch: Double? {
    guard let added = addedPerCall, briefCalls > 0, briefTime > 0 else { return nil }
    let alone = max(briefTime - added * Int64(briefCalls) / 2, 1_000 * Int64(briefCalls))
    return Double(briefTime) / Double(alone)
  }

  /// Nanoseconds by which the two stops lengthen one traced call, measured on a child process that
  /// does nothing else; nil where it could not be measured. Takes a few milliseconds.
  public static func measure() -> Int64? {
    let cost = tracer_cost()
    return cost >= 0 ? cost : nil
  }
}

/// How far a tracer's reports are complete, for other threads to read.
public final class TracerProgress: Sendable {
  /// 0: waiting; 1: about to read the clock; else the time of the stop that is being handled.
  private let busy = Atomic<Int64>(0)
  private let account = Mutex(TracingCost())

  /// Makes the progress of a tracer that is waiting.
  public init() {}

  /// What tracing has cost so far.
  public var cost: TracingCost { account.withLock { $0 } }

  /// The moment before which everything has been reported: `now`, read before the call, or the time
  /// of the stop in hand; nil when it cannot be determined right now.
  public func told(at now: Int64) -> Int64? {
    switch busy.load(ordering: .acquiring) {
    case 0: now
    case 1: nil
    case let time: min(now, time)
    }
  }

  func begin() { busy.store(1, ordering: .sequentiallyConsistent) }
  func handle(_ time: Int64) { busy.store(time, ordering: .sequentiallyConsistent) }
  func end() { busy.store(0, ordering: .releasing) }

  func publish(_ cost: TracingCost) {
    account.withLock { account in
      let measured = account.measured
      account = cost
      account.measured = measured
    }
  }

  /// Records what two stops take by themselves.
  public func note(measured: Int64?) { account.withLock { $0.measured = measured } }
}
