import Timeline

/// What stands above a lane: whose rows are below it.
enum LaneName: Hashable {
  /// Nobody that is known: `client`, `server`.
  case unknown
  /// An end whose process is not known, by its address.
  case end(String)
  /// One process.
  case process(ProcessName)
  /// Several processes that have one name; their rows tell which of them it is.
  case name(String)

  /// Whether a row of the process may stand below it.
  func covers(_ process: ProcessName) -> Bool {
    switch self {
    case .unknown, .end: false
    case .process(let own): own == process
    case .name(let name): name == process.name
    }
  }

  /// Whether it names a process.
  var isNamed: Bool {
    switch self {
    case .unknown, .end: false
    case .process, .name: true
    }
  }
}

/// The names above both lanes that are in force, until a row needs others.
struct LaneNames {
  /// Whether they stand for the whole page, as above a panel of a picture: rows then name whom the
  /// heads do not.
  var isFixed = false
  private(set) var client = LaneName.unknown
  private(set) var server = LaneName.unknown
  /// Names that several processes of a lane have had: they are named together from then on.
  private var shared: [Side: Set<String>] = [:]

  /// Names that are remembered as shared at most.
  private static let mostShared = 64

  /// The name of a lane.
  subscript(side: Side) -> LaneName { side == .client ? client : server }

  /// Whether rows, and bars, of a process may stand in a lane.
  func covers(_ process: ProcessName, _ side: Side) -> Bool {
    isFixed || self[side].covers(process)
  }

  /// The name that a lane has to have so that a process may stand in it.
  mutating func name(_ process: ProcessName, _ side: Side) -> LaneName {
    if self[side].covers(process) { return self[side] }
    if case .process(let other) = self[side], other.name == process.name {
      share(process.name, side)
    }
    let isShared = shared[side]?.contains(process.name) ?? false
    return isShared ? .name(process.name) : .process(process)
  }

  /// Notes that several processes of a lane have a name.
  mutating func share(_ name: String, _ side: Side) {
    if shared[side]?.count ?? 0 >= LaneNames.mostShared { shared[side] = [] }
    shared[side, default: []].insert(name)
  }

  /// Puts a name above a lane.
  mutating func set(_ name: LaneName, _ side: Side) {
    if side == .client { client = name } else { server = name }
  }
}
