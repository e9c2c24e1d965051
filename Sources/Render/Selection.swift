public import Calls

/// Which rows of a ladder are shown. Everything is analysed first and selected then.
public struct Selection: Hashable, Sendable {
  /// Connections; empty for all.
  public var connections: Set<Int> = []
  /// Processes; empty for all.
  public var processes: Set<Int32> = []
  /// Calls; empty for all. Packets they caused stay.
  public var calls: Set<SystemCall> = []
  /// Only SYN, FIN, RST and the calls around them.
  public var isControl = false
  /// Seconds since the zero to begin at.
  public var from: Double?
  /// Seconds since the zero to end at.
  public var to: Double?
  /// Packets to show at most.
  public var count: Int?
  /// Whether a filter expression is on: then a packet is shown where it matches.
  public var hasFilter = false

  /// Makes a selection of everything.
  public init() {}
}
