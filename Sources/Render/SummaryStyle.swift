public import Timeline

/// How a summary is written.
public struct SummaryStyle: Hashable, Sendable {
  /// As a table for people, or as CSV or JSON Lines for programs.
  public var format = Format.table
  /// Columns of the page.
  public var width = SummaryStyle.narrowest
  /// Whether only ASCII characters are drawn.
  public var isASCII = false

  /// Makes the usual style.
  public init() {}

  /// Columns that a table needs.
  public static let narrowest = 80

  /// The formats.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    case table, csv, jsonl
  }
}

/// Which rows of a summary are written, and in which order.
public struct SummarySelection: Hashable, Sendable {
  /// Connections; empty for all.
  public var connections: Set<Int> = []
  /// Protocols; empty for all.
  public var protocols: Set<SummaryProtocol> = []
  /// What the rows are sorted by; nil is the order of the first packets.
  public var order: SummaryOrder?
  /// Whether the last row comes first.
  public var isReversed = false

  /// Makes a selection of everything.
  public init() {}
}

/// What rows are of.
public enum SummaryProtocol: String, Hashable, Sendable, CaseIterable {
  case tcp, udp, icmp
}

/// What rows can be sorted by, the smallest first.
public enum SummaryOrder: String, Hashable, Sendable, CaseIterable {
  case connection, `protocol`, client, server, process, start, duration, handshake, packets, bytes,
    retransmissions, resets, window, close, segments, state
}

/// What a summary says beside its rows.
public struct SummaryFacts: Sendable {
  /// Packets of link types that are not decoded.
  public var undecodable: Int
  /// Whole sentences.
  public var notes: [String]
  /// Who held which end, where calls were recorded.
  public var processes: FlowProcesses

  /// Makes facts.
  public init(
    undecodable: Int = 0, notes: [String] = [], processes: FlowProcesses = FlowProcesses()
  ) {
    self.undecodable = undecodable
    self.notes = notes
    self.processes = processes
  }
}
