/// Control messages of sendmsg(2): struct cmsghdr (cmsg(3)), a length of 8 bytes, level and type of
/// 4 each, then the data; each begins at a multiple of 8.
extension MessageHeader {
  private static let controlHeader = 16
  /// The kernel accepts no more by default (net.core.optmem_max).
  private static let mostControl = 1 << 16

  /// Bytes of the datagrams that UDP_SEGMENT cuts the message into; 0 without it.
  func segmentSize(_ memory: MemoryReader) -> Int {
    guard control.address != 0, control.length >= MessageHeader.controlHeader else { return 0 }
    let length = min(control.length, MessageHeader.mostControl)
    let words = MemoryWords(bytes: memory(control.address, length))
    var place = 0
    while let size = words.uint64(place), let level = words.int32(place + 8),
      let type = words.int32(place + 12)
    {
      if SocketOption(level: level, name: type) == .datagramSegment {
        return Int(words.uint16(place + MessageHeader.controlHeader) ?? 0)
      }
      let whole = Int(clamping: size)
      guard whole >= MessageHeader.controlHeader, whole <= length else { return 0 }
      place += (whole + 7) / 8 * 8
    }
    return 0
  }

  /// The sizes for all messages; empty where no message has one.
  static func segmentSizes(_ messages: [MessageHeader], _ memory: MemoryReader) -> [Int] {
    let sizes = messages.map { $0.segmentSize(memory) }
    return sizes.contains { $0 > 0 } ? sizes : []
  }
}
