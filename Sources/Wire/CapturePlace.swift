/// Where a packet was captured, as far as its link header tells: the same packet seen at two places
/// (in and out of a bridge, both ends of a virtual cable, `-i any`) has the same bytes and another
/// place.
enum CapturePlace {
  /// A number for the place; 0 where the link header tells nothing.
  static func read(_ bytes: Span<UInt8>, _ link: LinkType) -> UInt64 {
    switch link {
    case .ethernet where bytes.count >= Ethernet.size:
      // A router puts other addresses into the frame that it sends on.
      return mixed(bytes.uint64(at: 0), UInt64(bytes.uint32(at: 8)))
    case .linuxSLL where bytes.count >= LinuxSLL.size:
      // Whether it came or went, and the address of who sent it.
      return mixed(UInt64(bytes.uint32(at: 0)), bytes.uint64(at: 6))
    case .linuxSLL2 where bytes.count >= LinuxSLL2.size:
      // The interface, and whether it came or went.
      return mixed(UInt64(bytes.uint32(at: 4)), UInt64(bytes.uint8(at: 10)))
    default: return 0
    }
  }

  private static func mixed(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let product = (one ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: other ^ 0xC2B2_AE3D_27D4_EB4F)
    return product.high ^ product.low
  }
}
