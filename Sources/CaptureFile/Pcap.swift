import Wire

/// How the packets of a pcap file are laid out (draft-ietf-opsawg-pcap, sections 4 and 5).
struct PcapLayout: Hashable, Sendable {
  /// Bytes of the file's header.
  static let headerSize = 24
  /// The unit of the times.
  var resolution: TimeResolution
  /// The size of each packet's header in bytes.
  var recordHeaderSize: Int
  /// The longest packet, in bytes; a greater length is treated as damage.
  var longestPacket = 0
  /// Which of a packet's two lengths comes first.
  var lengths = Lengths.capturedFirst

  /// Before version 2.3 the length on the wire came first; of version 2.3 there are files of both
  /// kinds, and a packet whose captured length is greater than its own shows which.
  enum Lengths: Hashable, Sendable {
    case capturedFirst, capturedLast, greaterLast
  }

  /// The lengths of a packet, from the two numbers in file order.
  func ordered(_ first: Int, _ second: Int) -> (captured: Int, frame: Int) {
    switch lengths {
    case .capturedFirst: (first, second)
    case .capturedLast: (second, first)
    case .greaterLast: (min(first, second), max(first, second))
    }
  }

  /// The link type is in the lower bits; the upper ones say how many bytes of frame check sequence
  /// follow each packet, which the network layer's length excludes anyway.
  static let linkMask: UInt32 = 0x03FF_FFFF

  /// The most bytes that a packet of the link can have: what libpcap keeps of one
  /// (MAXIMUM_SNAPLEN), and 128 MiB for links that carry other things than packets.
  static func longestPacket(_ link: LinkType) -> Int {
    link.isKnown ? 262_144 : 128 << 20
  }
}

extension CaptureReader {
  private enum Header {
    static let major = 4
    static let minor = 6
    static let snaplen = 16
    static let link = 20
  }

  private enum Record {
    static let seconds = 0
    static let fraction = 4
    static let captured = 8
    static let length = 12
  }

  /// Reads the header of a pcap file; its 24 bytes must be there.
  ///
  ///     +-----------+-----------+-----------+----------+-------------+-------------+----------+
  ///     | magic (4) | major (2) | minor (2) | zone (4) | sigfigs (4) | snaplen (4) | link (4) |
  ///     +-----------+-----------+-----------+----------+-------------+-------------+----------+
  mutating func readPcapHeader(_ layout: inout PcapLayout) throws(CaptureFileError) {
    let (major, minor) = (Int(queue.uint16(at: Header.major)), Int(queue.uint16(at: Header.minor)))
    guard major == 2, 0...4 ~= minor else {
      throw error(.unknownVersion(major: major, minor: minor))
    }
    layout.lengths = minor == 4 ? .capturedFirst : minor == 3 ? .greaterLast : .capturedLast
    let link = Int32(truncatingIfNeeded: queue.uint32(at: Header.link) & PcapLayout.linkMask)
    interfaces = [
      CaptureInterface(
        link: LinkType(rawValue: link), snaplen: Int(queue.uint32(at: Header.snaplen)))
    ]
    queue.drop(PcapLayout.headerSize)
  }

  /// Reads the next packet of a pcap file.
  ///
  ///     +-------------+--------------+--------------+------------+-----------------+
  ///     | seconds (4) | fraction (4) | captured (4) | length (4) | captured bytes  |
  ///     +-------------+--------------+--------------+------------+-----------------+
  mutating func readPcapRecord(_ layout: PcapLayout) throws(CaptureFileError) -> CaptureRecord? {
    let header = layout.recordHeaderSize
    guard queue.count >= header else { return nil }
    let (captured, length) = pcapLengths(layout)
    guard captured <= layout.longestPacket else {
      throw error(.badLength(captured))
    }
    guard queue.count >= header + captured else { return nil }
    let fraction = UInt64(queue.uint32(at: Record.fraction))
    let record = CaptureRecord(
      time: layout.resolution.nanoseconds(
        fraction, offset: Int64(queue.uint32(at: Record.seconds))),
      frameLength: max(captured, length),
      link: interfaces[0].link,
      snaplen: interfaces[0].snaplen,
      bytes: queue.array(header..<(header + captured)))
    queue.drop(header + captured)
    packets += 1
    return record
  }

  /// The size of the record that begins at the first unread byte.
  func pcapNeededCount(_ layout: PcapLayout) -> Int {
    let header = layout.recordHeaderSize
    return queue.count < header ? header : header + pcapLengths(layout).captured
  }

  /// The lengths of the packet whose header comes next.
  private func pcapLengths(_ layout: PcapLayout) -> (captured: Int, frame: Int) {
    layout.ordered(
      Int(queue.uint32(at: Record.captured)), Int(queue.uint32(at: Record.length)))
  }
}
