/// The pieces of memory that a call writes from or reads into: struct iovec (readv(2)).
struct Vectors {
  /// Address and length of each piece.
  var pieces: [(address: UInt64, length: Int)] = []

  /// The kernel accepts no more (IOV_MAX).
  private static let most = 1024
  private static let size = 16

  /// One piece.
  init(address: UInt64, length: Int) { pieces = [(address, length)] }

  /// The `count` pieces that an array at `address` describes.
  init(at address: UInt64, count: Int, _ memory: MemoryReader) {
    let count = max(0, min(count, Vectors.most))
    let words = MemoryWords(bytes: memory(address, count * Vectors.size))
    for index in 0..<count {
      guard let start = words.uint64(index * Vectors.size),
        let length = words.uint64(index * Vectors.size + 8)
      else { return }
      pieces.append((start, Int(clamping: length)))
    }
  }

  /// Bytes of all pieces.
  var count: Int { pieces.reduce(0) { Vectors.sum($0, $1.length) } }

  /// The sum of both, or Int.max where it overflows.
  static func sum(_ one: Int, _ other: Int) -> Int {
    let (total, isOver) = one.addingReportingOverflow(other)
    return isOver ? Int.max : total
  }

  /// The first `limit` bytes.
  func bytes(_ limit: Int, _ memory: MemoryReader) -> [UInt8] {
    var result: [UInt8] = []
    for piece in pieces where result.count < limit && piece.length > 0 {
      result += memory(piece.address, min(piece.length, limit - result.count))
    }
    return result
  }
}

/// A message of sendmsg(2) and recvmsg(2): struct msghdr, 56 bytes; struct mmsghdr adds the length
/// that was transferred, and is padded to 64.
struct MessageHeader {
  static let size = 56
  static let sizeInArray = 64

  var address: UInt64
  var addressLength: Int
  var vectors: Vectors
  /// Where the control messages are, and their length in bytes.
  var control: (address: UInt64, length: Int)
  /// For struct mmsghdr: bytes that were transferred.
  var transferred: Int?

  init?(at place: UInt64, inArray: Bool = false, _ memory: MemoryReader) {
    let size = inArray ? MessageHeader.sizeInArray : MessageHeader.size
    let words = MemoryWords(bytes: memory(place, size))
    guard let name = words.uint64(0), let nameLength = words.uint32(8),
      let vectorsAt = words.uint64(16), let count = words.uint64(24)
    else { return nil }
    address = name
    addressLength = Int(nameLength)
    vectors = Vectors(at: vectorsAt, count: Int(clamping: count), memory)
    control = (words.uint64(32) ?? 0, Int(clamping: words.uint64(40) ?? 0))
    transferred = inArray ? words.uint32(56).map { Int($0) } : nil
  }

  /// The address it is sent to, or came from.
  func socketAddress(_ memory: MemoryReader) -> SocketAddress? {
    SocketAddress.read(at: address, length: addressLength, memory)
  }

  /// Bytes of all messages.
  static func sum(_ messages: [MessageHeader]) -> Int {
    messages.reduce(0) { Vectors.sum($0, $1.vectors.count) }
  }

  /// The messages of an array, at most `most` (UIO_MAXIOV, sendmmsg(2)).
  static func array(
    at address: UInt64, count: Int, _ memory: MemoryReader
  ) -> [MessageHeader] {
    let most = 1024
    var messages: [MessageHeader] = []
    for index in 0..<max(0, min(count, most)) {
      let place = address &+ UInt64(index * sizeInArray)
      guard let message = MessageHeader(at: place, inArray: true, memory) else { break }
      messages.append(message)
    }
    return messages
  }
}
