/// The system calls that sockline records: one row per call.
///
/// A call whose shape other calls have is shown, decoded, filtered and analysed by its row alone;
/// the compiler says what a new shape or role needs.
public struct SystemCallTable: Sendable {
  /// The rows, in the order in which names are listed.
  public private(set) var rows: [SystemCallRow] = []
  private var places: [String: Int] = [:]
  private var amd64: [SystemCall?] = []
  private var arm64: [SystemCall?] = []

  /// Makes a table; of several rows with one name the last counts.
  public init(_ rows: [SystemCallRow]) {
    for row in rows { add(row) }
  }

  /// Adds a row.
  public mutating func add(_ row: SystemCallRow) {
    if let place = places[row.call.rawValue] {
      rows[place] = row
    } else {
      places[row.call.rawValue] = rows.count
      rows.append(row)
    }
    guard row.stops != .never else { return }
    SystemCallTable.put(row.call, at: row.amd64, into: &amd64)
    SystemCallTable.put(row.call, at: row.arm64, into: &arm64)
  }

  /// Puts a call at its number: looked up at every stop, where a dictionary would be slow.
  private static func put(_ call: SystemCall, at number: Int?, into calls: inout [SystemCall?]) {
    guard let number else { return }
    while calls.count <= number { calls.append(nil) }
    calls[number] = call
  }

  /// The row with a name; nil where there is none.
  public func row(named name: String) -> SystemCallRow? { places[name].map { rows[$0] } }

  /// The call with a number; nil for one at which the recorder does not stop.
  public func call(_ number: Int, on architecture: Architecture) -> SystemCall? {
    let calls = architecture == .amd64 ? amd64 : arm64
    return calls.indices.contains(number) ? calls[number] : nil
  }
}

/// A row of the table: a call, its numbers, and when the recorder stops at it.
public struct SystemCallRow: Sendable {
  /// The call.
  public var call: SystemCall
  /// Its number on x86-64; nil where the machine has no such call.
  public var amd64: Int?
  /// Its number on arm64.
  public var arm64: Int?
  /// When the recorder stops at it.
  public var stops: Stops
  /// The C library function that makes this call, or a similar one in its place.
  public var family: String?

  /// When the recorder stops at a call, by the lower half of an argument, counted from 0.
  public enum Stops: Hashable, Sendable {
    /// Never: such calls are known only from strace logs and recordings.
    case never
    /// Always.
    case always
    /// Where the argument is one of two numbers.
    case among(argument: Int, UInt32, UInt32)
    /// Unless it is this number.
    case unless(argument: Int, UInt32)
    /// Where it has any of some bits.
    case withBits(argument: Int, UInt32)
  }

  /// Makes a row.
  public init(
    _ name: String, _ amd64: Int?, _ arm64: Int?, _ shape: SystemCall.Shape,
    _ role: SystemCall.Role, _ gives: SystemCall.Gives, _ wait: SystemCall.Wait, _ stops: Stops,
    family: String? = nil, isBrief: Bool = false
  ) {
    call = SystemCall(name, shape, role, gives: gives, wait: wait, isBrief: isBrief)
    self.amd64 = amd64
    self.arm64 = arm64
    self.stops = stops
    self.family = family
  }

  /// Its number on an architecture.
  public func number(on architecture: Architecture) -> Int? {
    architecture == .amd64 ? amd64 : arm64
  }
}
