import Capture
import CaptureFile
import Wire

/// Tells which packets of a file a filter expression keeps, until their rows are drawn.
///
/// A file may hold packets of several link types; the expression is compiled for each.
struct ReplayFilter {
  private let expression: String
  private var filters: [LinkType: LayerFilter?] = [:]
  /// The numbers of packets that are kept and whose rows were not drawn yet.
  private var kept: Set<Int> = []
  /// Link types that the expression has no meaning for, by their names.
  private(set) var meaningless: [String] = []

  init(_ expression: String) { self.expression = expression }

  /// Compiles the expression for a link type.
  ///
  /// - Throws: an error where it compiles for no link type of the file so far.
  mutating func prepare(_ link: LinkType) throws(SessionError) {
    guard !expression.isEmpty, filters[link] == nil else { return }
    do throws(PacketFilterError) {
      filters[link] = try LayerFilter(expression, link)
    } catch {
      if !filters.values.contains(where: { $0 != nil }) { throw .packets(.filter(error)) }
      filters[link] = .some(nil)
      meaningless.append(link.name)
    }
  }

  /// Takes the next packet, and the number by which its row will be known.
  mutating func take(
    _ record: CaptureRecord, _ packet: Packet, number: Int
  ) throws(SessionError) {
    guard !expression.isEmpty else { return }
    try prepare(record.link)
    let isKept = filters[record.link]??.keeps(
      packet, record.bytes.span, frameLength: record.frameLength)
    if isKept ?? false { kept.insert(number) }
  }

  /// Whether a packet is kept, by its number.
  func keeps(_ number: Int) -> Bool { expression.isEmpty || kept.contains(number) }

  /// Forgets a packet, whose row was drawn.
  mutating func forget(_ number: Int) { kept.remove(number) }
}
