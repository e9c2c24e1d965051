import Calls
import Capture
import CaptureFile
import Timeline
import Wire

/// Tells which packets of a file a filter expression keeps, until their rows are drawn.
///
/// A file may hold packets of several link types; the expression is compiled for each.
struct ReplayFilter {
  private var filters: ExpressionFilters
  /// The numbers of packets that are kept and whose rows were not drawn yet.
  private var kept: Set<Int> = []
  /// The two ends of each packet that was kept, in the order in which they first came.
  private var flows: Set<FilteredFlow> = []
  private var order: [FilteredFlow] = []

  init(_ expression: String) { filters = ExpressionFilters(expression) }

  /// Link types that the expression has no meaning for, by their names.
  var meaningless: [String] { filters.meaningless }

  /// Compiles the expression for a link type.
  ///
  /// - Throws: an error where it compiles for no link type of the file so far.
  mutating func prepare(_ link: LinkType) throws(SessionError) { try filters.prepare(link) }

  /// Takes the next packet, and the number by which its row will be known.
  mutating func take(
    _ record: CaptureRecord, _ packet: Packet, number: Int
  ) throws(SessionError) {
    if !filters.isEmpty, try filters.keeps(record, packet) { kept.insert(number) }
  }

  /// Notes between which ends a packet that is kept goes.
  mutating func note(_ packet: Packet, number: Int) {
    guard kept.contains(number), let source = packet.source,
      let destination = packet.destination
    else { return }
    let flow = FilteredFlow(packet.tcp != nil, source, destination)
    guard flows.insert(flow).inserted else { return }
    order.append(flow)
    guard order.count > ReplayFilter.mostFlows else { return }
    flows.subtract(order.prefix(ReplayFilter.mostFlows / 2))
    order.removeFirst(ReplayFilter.mostFlows / 2)
  }

  /// Ends that are remembered at most: more than can lie within the look-ahead.
  private static let mostFlows = 65_536

  /// Whether a packet of a connection was kept, perhaps one whose row is still to come.
  func joins(_ facts: Connection) -> Bool {
    flows.contains(FilteredFlow(facts.kind == .tcp, facts.client, facts.server))
  }

  /// Whether a packet is kept, by its number.
  func keeps(_ number: Int) -> Bool { filters.isEmpty || kept.contains(number) }

  /// Forgets a packet, whose row was drawn.
  mutating func forget(_ number: Int) { kept.remove(number) }
}

/// Two ends between which packets go, whichever of them sends.
private struct FilteredFlow: Hashable {
  private let isTCP: Bool
  private let ends: Set<Endpoint>

  init(_ isTCP: Bool, _ one: Endpoint, _ other: Endpoint) {
    self.isTCP = isTCP
    ends = [one, other]
  }
}
