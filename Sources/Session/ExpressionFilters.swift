import Capture
import CaptureFile
import Wire

/// A filter expression, compiled for each link type that comes.
struct ExpressionFilters {
  /// The expression of pcap-filter(7); empty: everything is kept.
  let expression: String
  private var filters: [LinkType: LayerFilter?] = [:]
  /// Link types that the expression has no meaning for, by their names.
  private(set) var meaningless: [String] = []

  init(_ expression: String) { self.expression = expression }

  /// Whether everything is kept.
  var isEmpty: Bool { expression.isEmpty }

  /// Compiles the expression for a link type.
  ///
  /// - Throws: an error where it compiles for no link type so far.
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

  /// Whether a packet is kept.
  mutating func keeps(_ record: CaptureRecord, _ packet: Packet) throws(SessionError) -> Bool {
    if isEmpty { return true }
    try prepare(record.link)
    let filter = filters[record.link] ?? nil
    return filter?.keeps(packet, record.bytes.span, frameLength: record.frameLength) ?? false
  }

  /// Whether a packet is kept; `packet` is nil where it was read quickly.
  mutating func keeps(
    _ record: RecordPlace, _ packet: Packet?, _ reader: CaptureReader
  ) throws(SessionError) -> Bool {
    if isEmpty { return true }
    try prepare(record.link)
    guard let filter = filters[record.link] ?? nil else { return false }
    return reader.withBytes(of: record) { bytes in
      if let packet { return filter.keeps(packet, bytes, frameLength: record.frameLength) }
      return filter.keepsUsual(bytes, frameLength: record.frameLength)
    }
  }
}
