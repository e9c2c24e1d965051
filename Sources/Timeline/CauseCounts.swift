/// Packets of each kind of cause.
public struct CauseCounts: Hashable, Sendable {
  private var counts = [Int](repeating: 0, count: Cause.Kind.allCases.count)

  /// None of any kind.
  public init() {}

  /// The packets of a kind.
  public subscript(kind: Cause.Kind) -> Int {
    get { counts[kind.place] }
    set { counts[kind.place] = newValue }
  }

  /// Adds other counts.
  public mutating func add(_ other: CauseCounts) {
    for place in counts.indices { counts[place] += other.counts[place] }
  }

  /// The kinds that there are packets of, and how many.
  public var all: [Cause.Kind: Int] {
    let kinds = Cause.Kind.allCases.filter { self[$0] != 0 }
    return Dictionary(uniqueKeysWithValues: kinds.map { ($0, self[$0]) })
  }
}

extension Cause.Kind {
  /// Its place among all kinds.
  fileprivate var place: Int {
    switch self {
    case .copy: 0
    case .untraced: 1
    case .retransmission: 2
    case .timer: 3
    case .exit: 4
    case .released: 5
    case .call: 6
    case .reply: 7
    case .ambiguous: 8
    case .unknown: 9
    }
  }
}
