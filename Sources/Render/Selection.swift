public import Calls

/// Which rows of a ladder are shown. Everything is analysed first and selected then.
public struct Selection: Hashable, Sendable {
  /// Connections; empty for all. The accept() that took one over stays, and so does what its
  /// packets woke.
  public var connections: Set<Int> = []
  /// Processes; empty for all.
  public var processes: Set<Int32> = []
  /// Calls; empty for all. Packets they caused stay.
  public var calls: Set<SystemCall> = []
  /// Calls that are left out; packets stay.
  public var hiddenCalls: Set<SystemCall> = []
  /// Only SYN, FIN, RST, what acknowledges these, and the calls around them.
  public var isControl = false
  /// Seconds since the zero to begin at.
  public var from: Double?
  /// Seconds since the zero to end at.
  public var to: Double?
  /// Packets to show at most.
  public var count: Int?
  /// Whether a filter expression is on: then a packet is shown where it matches, and a call where
  /// it belongs to the connection of one that does.
  public var hasFilter = false

  /// Makes a selection of everything.
  public init() {}

  /// Whether nothing is left out.
  var isEverything: Bool { self == Selection() }
}
