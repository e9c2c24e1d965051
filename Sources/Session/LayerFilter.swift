import Capture
import Wire

/// A filter expression, compiled for the packets of one link type.
///
/// It is held against the frame, as tcpdump would, and against the packet that is shown: without the
/// tags and tunnels around it, and whatever its link type writes before it. A packet in a tunnel is kept
/// where the expression holds for any of its layers; an expression that negates is asked of the packet
/// that is shown alone, since some layer is always something else.
struct LayerFilter {
  private let frame: PacketFilter?
  private let network: PacketFilter?
  private let negates: Bool
  /// Bytes before the network header where the compiler's view and ours are one; nil where they differ.
  private let usualOffset: Int?

  /// Compiles an expression.
  ///
  /// - Throws: an error where it has no meaning for packets of the link type.
  init(_ expression: String, _ link: LinkType) throws(PacketFilterError) {
    let words = LayerFilter.words(expression)
    negates = expression.contains("!") || words.contains("not")
    usualOffset = LayerFilter.usualOffset(link)
    let frame: PacketFilter?
    let failure: PacketFilterError?
    do throws(PacketFilterError) {
      frame = try PacketFilter(expression, link: link.compilerNumber)
      failure = nil
    } catch {
      frame = nil
      failure = error
    }
    self.frame = frame
    // Of a frame's own header the network's packet knows nothing.
    let asksFrame = !words.isDisjoint(with: ["link", "ether", "wlan", "fddi", "tr", "ppp", "slip"])
    let raw = LinkType.raw.compilerNumber
    network = asksFrame ? nil : try? PacketFilter(expression, link: raw)
    if frame == nil, network == nil, let failure { throw failure }
  }

  /// Whether the filter keeps a packet that `FlowHeader.readQuickly` read: it has no other layers.
  func keepsUsual(_ bytes: Span<UInt8>, frameLength: Int) -> Bool {
    frame?.matches(frameLength: frameLength, bytes: bytes) ?? false
  }

  /// Whether the filter keeps a packet.
  func keeps(_ packet: Packet, _ bytes: Span<UInt8>, frameLength: Int) -> Bool {
    let asFrame = frame?.matches(frameLength: frameLength, bytes: bytes) ?? false
    guard let network else { return asFrame }
    let isUsual =
      packet.tunnels.isEmpty && packet.vlans.isEmpty && packet.networkOffset == usualOffset
    if frame != nil, isUsual || packet.sourceAddress == nil && packet.tunnels.isEmpty {
      return asFrame
    }
    let shown = packet.sourceAddress.map { _ in
      LayerFilter.matches(network, bytes, from: packet.networkOffset, frameLength)
    }
    if negates { return shown ?? asFrame }
    if asFrame || shown ?? false { return true }
    return packet.tunnels.contains { tunnel in
      tunnel.network != nil
        && LayerFilter.matches(network, bytes, from: tunnel.networkOffset, frameLength)
    }
  }

  private static func matches(
    _ filter: PacketFilter, _ bytes: Span<UInt8>, from offset: Int, _ frameLength: Int
  ) -> Bool {
    let start = min(offset, bytes.count)
    return filter.matches(
      frameLength: frameLength, bytes: bytes.extracting(start..<bytes.count))
  }

  /// The words of an expression, without the rest of it.
  private static func words(_ expression: String) -> Set<Substring> {
    Set(expression.split { !($0.isLetter || $0.isNumber) })
  }

  /// Where the network header stands in frames that libpcap's compiler reads as we do.
  private static func usualOffset(_ link: LinkType) -> Int? {
    switch link {
    case .ethernet: 14
    case .linuxSLL: 16
    case .linuxSLL2: 20
    case .ipv4, .ipv6: 0
    default: link.isRaw ? 0 : nil
    }
  }
}

extension LinkType {
  /// The number that libpcap's compiler knows it by (DLT_ in place of LINKTYPE_).
  fileprivate var compilerNumber: Int32 {
    if isRaw { return 12 }
    return self == .atm ? LinkType.oldATM.rawValue : rawValue
  }
}
