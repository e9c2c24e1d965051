import Wire

/// Finds packets that were captured more than once: at two interfaces of a bridge or a router, at both
/// ends of a virtual cable, at the same interface twice.
///
/// Such a copy was not retransmitted. It has the same numbers and the same identification (RFC 791), which
/// most systems never give to two packets one after the other; and where a sender gives none (IPv6, or
/// always the same one), it follows at once. What is seen again at a place that has seen it as often as
/// any other was retransmitted.
///
/// It remembers the last few thousand packets in tables of a fixed size; what these have no room for is
/// not found.
struct PacketCopies: Sendable {
  /// Packets that were captured before.
  private(set) var count = 0
  private var sights = [Sight](repeating: Sight(), count: PacketCopies.size)
  private var senders = [Sender](repeating: Sender(), count: PacketCopies.size)
  /// Packets so far.
  private var index = 0

  private static let size = 4096

  /// A packet that was seen, and where how often.
  private struct Sight {
    var identity: UInt64 = 0
    var number = 0
    var index = 0
    var time: Int64 = 0
    var hops: UInt8 = 0
    var places = SIMD4<UInt64>()
    var counts = SIMD4<UInt16>()
  }

  /// What is known of one direction between two ends.
  private struct Sender {
    var key: UInt64 = 0
    /// When it sent its last packet, counted in packets.
    var last = 0
    var identification: UInt16 = 0
    /// Its packets have had different identifications.
    var varies = false
    /// Its packets are captured twice at the same place.
    var isDoubled = false
  }

  /// A number for where a packet was captured, beside what its link header tells.
  static func place(interface: Int, file: Int) -> Int { file << 32 ^ interface }

  /// Nanoseconds within which a packet that is known by its identification is the same one: at another
  /// place, and at the same.
  private static let far: Int64 = 2_000_000_000
  private static let near: Int64 = 10_000_000
  /// The same, where only its numbers tell: less than any timeout, and less than any answer takes.
  private static let farByNumbers: Int64 = 180_000_000
  private static let nearByNumbers: Int64 = 100_000

  /// The number of the packet that this one is, where it was captured before.
  ///
  /// - Parameters:
  ///   - interface: where it was captured, beside what its link header tells.
  ///   - number: its own number.
  ///   - time: its stamp.
  mutating func original(
    of header: FlowHeader, interface: Int, number: Int, at time: Int64
  ) -> Int? {
    index += 1
    let tunnel = header.tunnels.isEmpty ? 0 : header.tunnels.identity
    let from = PacketCopies.key(header.source, header.destination, header.kind) ^ tunnel
    let slot = Int(truncatingIfNeeded: from) & (PacketCopies.size - 1)
    if senders[slot].key != from { senders[slot] = Sender(key: from) }
    let place = PacketCopies.mixed(header.place, UInt64(truncatingIfNeeded: interface)) | 1
    let identity = PacketCopies.identity(header, from)
    let spot = Int(truncatingIfNeeded: identity) & (PacketCopies.size - 1)
    if sights[spot].identity == identity {
      if isCopy(header, spot, slot, place, time) {
        count += 1
        return sights[spot].number
      }
      if time.distance(to: sights[spot].time).magnitude <= PacketCopies.farByNumbers,
        let column = PacketCopies.column(of: place, in: sights[spot])
      {
        // Sent again: both copies of it are still to be told apart from the first ones.
        sights[spot].counts[column] &+= 1
        (sights[spot].number, sights[spot].index, sights[spot].time) = (number, index, time)
        note(header, slot)
        return nil
      }
    }
    var sight = Sight(identity: identity, number: number, index: index, time: time)
    sight.hops = header.hops
    sight.places[0] = place
    sight.counts[0] = 1
    sights[spot] = sight
    note(header, slot)
    return nil
  }

  /// Whether a packet whose numbers were seen is the one that had them.
  private mutating func isCopy(
    _ header: FlowHeader, _ spot: Int, _ slot: Int, _ place: UInt64, _ time: Int64
  ) -> Bool {
    let sight = sights[spot]
    let informs = header.identification != 0 && senders[slot].varies
    let age = time.distance(to: sight.time).magnitude
    let column = PacketCopies.column(of: place, in: sight)
    let own = column.map { sight.counts[$0] } ?? 0
    if own < sight.counts.max() {
      guard age <= (informs ? PacketCopies.far : PacketCopies.farByNumbers) else { return false }
      if let column = column ?? (0..<4).first(where: { sight.counts[$0] == 0 }) {
        sights[spot].places[column] = place
        sights[spot].counts[column] &+= 1
      }
      return true
    }
    if informs {
      return age <= PacketCopies.near || header.hops < sight.hops && age <= PacketCopies.far
    }
    guard header.kind == .tcp, age <= PacketCopies.nearByNumbers else { return false }
    // An answer in between may have asked for it.
    let tunnel = header.tunnels.isEmpty ? 0 : header.tunnels.identity
    let back = PacketCopies.key(header.destination, header.source, header.kind) ^ tunnel
    let other = senders[Int(truncatingIfNeeded: back) & (PacketCopies.size - 1)]
    if other.key == back, other.last > sight.index { return false }
    let carries = header.payloadLength > 0 || header.hasSYN || header.hasFIN
    if carries { senders[slot].isDoubled = true }
    return senders[slot].isDoubled
  }

  /// Notes a packet that is no copy.
  private mutating func note(_ header: FlowHeader, _ slot: Int) {
    if senders[slot].last > 0, senders[slot].identification != header.identification {
      senders[slot].varies = true
    }
    senders[slot].identification = header.identification
    senders[slot].last = index
  }

  private static func column(of place: UInt64, in sight: Sight) -> Int? {
    (0..<4).first { sight.counts[$0] > 0 && sight.places[$0] == place }
  }

  private static func identity(_ header: FlowHeader, _ from: UInt64) -> UInt64 {
    let numbers =
      UInt64(header.sequence.rawValue) << 32 | UInt64(header.acknowledgement.rawValue)
    let rest =
      UInt64(header.identification) << 48 | UInt64(header.window) << 32
      | UInt64(header.flags.rawValue) << 20
      | UInt64(truncatingIfNeeded: header.payloadLength) & 0xF_FFFF
    let isTCP = header.kind == .tcp
    return mixed(mixed(from, isTCP ? numbers : 0), rest) | 1
  }

  private static func key(
    _ one: FlowEndpoint, _ other: FlowEndpoint, _ kind: FlowHeader.Kind
  ) -> UInt64 {
    let ports =
      UInt64(one.port) << 32 | UInt64(other.port) << 16 | UInt64(kind.rawValue)
    return mixed(mixed(mixed(one.low, other.low &+ 1), mixed(one.high, other.high &+ 1)), ports) | 1
  }

  @inline(__always)
  private static func mixed(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let product = (one ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: other ^ 0xC2B2_AE3D_27D4_EB4F)
    return product.high ^ product.low
  }
}
