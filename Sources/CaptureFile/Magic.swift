/// The first four bytes of a file, which say what it is.
enum Magic: Hashable, Sendable {
  /// A pcap file: its byte order, the unit of its times, the size of each packet's header in bytes.
  case pcap(isBigEndian: Bool, TimeResolution, recordHeaderSize: Int)
  /// A pcapng file: the type of its first block, the same in either byte order.
  case pcapng

  static let size = 4
  /// Times in microseconds.
  static let microseconds: UInt32 = 0xA1B2_C3D4
  /// Times in nanoseconds.
  static let nanoseconds: UInt32 = 0xA1B2_3C4D
  /// Alexey Kuznetzov's modified libpcap: eight more bytes in the header of each packet.
  static let modified: UInt32 = 0xA1B2_CD34

  /// Reads the magic number at the start of `queue`, which has at least four bytes.
  init?(_ queue: ByteQueue) {
    var queue = queue
    queue.isBigEndian = true
    let number = queue.uint32(at: 0)
    if number == PcapngSection.headerType {
      self = .pcapng
      return
    }
    for (value, isBigEndian) in [(number, true), (number.byteSwapped, false)] {
      switch value {
      case Magic.microseconds:
        self = .pcap(isBigEndian: isBigEndian, .microseconds, recordHeaderSize: 16)
        return
      case Magic.nanoseconds:
        self = .pcap(isBigEndian: isBigEndian, .nanoseconds, recordHeaderSize: 16)
        return
      case Magic.modified:
        self = .pcap(isBigEndian: isBigEndian, .microseconds, recordHeaderSize: 24)
        return
      default: continue
      }
    }
    return nil
  }

  /// Bytes needed to tell apart files that are not captures.
  static let otherFileSize = 512

  /// Whether the bytes are those of a compressed file or of text; nil where they are neither.
  static func otherFile(_ queue: ByteQueue) -> CaptureFileError.Reason? {
    let start = queue.array(0..<min(queue.count, otherFileSize))
    let packed: [(CaptureFileError.Compression, [UInt8])] = [
      (.gzip, [0x1F, 0x8B]), (.bzip2, [0x42, 0x5A, 0x68]), (.xz, [0xFD, 0x37, 0x7A, 0x58]),
      (.zstd, [0x28, 0xB5, 0x2F, 0xFD]),
    ]
    for (compression, magic) in packed where start.starts(with: magic) {
      return .compressed(compression)
    }
    let isText = start.allSatisfy { $0 >= 0x20 && $0 != 0x7F || [9, 10, 12, 13].contains($0) }
    return isText ? .text : nil
  }
}
