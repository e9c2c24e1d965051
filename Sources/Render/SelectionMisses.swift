import Calls
public import Timeline

/// Something that a selection asks for, and that is not there.
public enum SelectionMiss: Hashable, Sendable {
  /// A connection; there are so many.
  case connection(Int, of: Int)
  /// A process; those that are there, by number.
  case process(Int32, known: [Int32])
  /// Processes or calls are chosen where no calls were recorded.
  case noCalls
  /// No chosen call is there, by their names.
  case calls([String])
  /// Nothing came so late: seconds since the zero, and nanoseconds of the last row.
  case from(Double, last: Int64)
}

/// Looks at all rows for what a selection asks for, to say what of it was not there.
public struct SelectionMisses: Sendable {
  private let selection: Selection
  private let isLooking: Bool
  private var processes: Set<Int32> = []
  private var hasChosenCall = false
  private var first: Instant?
  private var last = Instant(0)

  /// Processes that are named at most.
  private static let mostNamed = 8

  /// Makes one that has seen nothing yet.
  public init(_ selection: Selection) {
    self.selection = selection
    isLooking =
      !selection.processes.isEmpty || !selection.calls.isEmpty || selection.from != nil
  }

  /// Takes rows, shown or not.
  public mutating func note(_ rows: [Row]) {
    guard isLooking else { return }
    for row in rows { note(row) }
  }

  private mutating func note(_ row: Row) {
    switch row.content {
    case .opening(let facts):
      processes.formUnion([facts.clientProcess?.id, facts.serverProcess?.id].compactMap { $0 })
      return
    case .packet: break
    case .call(let call):
      processes.insert(call.record.process.id)
      if selection.calls.contains(call.record.call) { hasChosenCall = true }
    case .signal(_, let process, _, _), .exit(_, _, let process, _, _), .output(_, let process, _),
      .blind(_, let process, _):
      processes.insert(process.id)
    }
    if first == nil { first = row.time }
    last = max(last, row.time)
  }

  /// What was not there, after the last row.
  ///
  /// - Parameters:
  ///   - connections: how many there were.
  ///   - hasCalls: whether calls were recorded at all.
  public func misses(connections: Int, hasCalls: Bool) -> [SelectionMiss] {
    var misses = selection.connections.filter { $0 > connections }.sorted()
      .map { SelectionMiss.connection($0, of: connections) }
    if !hasCalls, !selection.calls.isEmpty || !selection.processes.isEmpty, processes.isEmpty {
      misses.append(.noCalls)
    } else {
      let known = Array(processes.sorted().prefix(SelectionMisses.mostNamed))
      misses += selection.processes.subtracting(processes).sorted()
        .map { .process($0, known: known) }
      if !selection.calls.isEmpty, !hasChosenCall {
        misses.append(.calls(selection.calls.map(\.rawValue).sorted()))
      }
    }
    let length = first.map { last - $0 } ?? 0
    if let from = selection.from, from > Double(length) / 1e9 {
      misses.append(.from(from, last: length))
    }
    return misses
  }
}
