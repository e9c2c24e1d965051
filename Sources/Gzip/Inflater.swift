import CZlib

/// Decompresses gzip (RFC 1952), whose bytes may arrive in pieces of any size.
///
/// A file may be several members, one after the other, and end with zeros, as on a tape:
///
///     let inflater = Inflater()
///     while let piece = read() {
///       inflater.append(piece)
///       while let bytes = try inflater.next(atMost: 65_536) { use(bytes) }
///     }
///     try inflater.finish()
@safe public final class Inflater {
  /// zlib keeps the address, so it must not move until `deinit`.
  private let stream: UnsafeMutablePointer<z_stream>
  private var packed: [UInt8] = []
  private var start = 0
  private var place = Place.start
  /// Whether zlib may still have decompressed bytes for which there was no space.
  private var holdsMore = false
  private var failure: GzipError?
  /// Bytes of the compressed file that were consumed.
  public private(set) var packedOffset = 0
  /// Bytes that were decompressed.
  public private(set) var offset = 0

  /// The two bytes that a member begins with.
  public static let magic: [UInt8] = [0x1F, 0x8B]
  /// 15 bits of window, and 16 more for gzip with its own header and checks (`inflateInit2`).
  private static let windowBits: Int32 = 15 + 16

  private enum Place {
    /// No byte has arrived.
    case start
    /// Inside a member.
    case member
    /// After a member.
    case between
  }

  /// Makes one for a file, starting at its first byte.
  ///
  /// C: `inflateInit2`
  public init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // It fails without memory, or if the library's interface is not the header's.
    let status = unsafe inflateInit2_(
      stream, Inflater.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "inflateInit2: error \(status)")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Adds the next compressed bytes.
  public func append(_ bytes: [UInt8]) {
    if start == packed.count {
      packed = bytes
    } else {
      packed = packed[start...] + bytes
    }
    start = 0
  }

  /// The next decompressed bytes, at most `limit`; nil where more compressed bytes are needed
  /// first.
  ///
  /// Whatever precedes damage is returned before the error is thrown, on every further call.
  ///
  /// C: `inflate`
  public func next(atMost limit: Int) throws(GzipError) -> [UInt8]? {
    if let failure { throw failure }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { room, count in
      while failure == nil, count < limit, holdsMore || start < packed.count {
        if place != .member, !beginMember() { break }
        unsafe inflate(into: UnsafeMutableBufferPointer(rebasing: room[count...]), &count)
      }
    }
    offset += bytes.count
    failure?.offset = offset
    if !bytes.isEmpty { return bytes }
    if let failure { throw failure }
    return nil
  }

  /// Marks the end of the file, once `next` has returned all it had.
  ///
  /// - Throws: an error where the file ends inside a member.
  public func finish() throws(GzipError) {
    if let failure { throw failure }
    guard place == .between else { throw error(.cut) }
  }

  /// Moves on to the next member; false where there is none yet.
  private func beginMember() -> Bool {
    if place == .between {
      while start < packed.count, packed[start] == 0 { take(1) }
      guard start < packed.count else { return false }
      guard packed[start] == Inflater.magic[0] else {
        failure = error(.trailing)
        return false
      }
    }
    place = .member
    return true
  }

  /// Decompresses into `room`, and counts what was written.
  private func inflate(into room: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int) {
    let waiting = packed.count - start
    let status = unsafe packed[start...].withUnsafeBufferPointer { input in
      // Both lengths are those of the buffers, which zlib uses only during the call.
      unsafe stream.pointee.next_in = input.baseAddress
      unsafe stream.pointee.avail_in = UInt32(clamping: waiting)
      unsafe stream.pointee.next_out = room.baseAddress
      unsafe stream.pointee.avail_out = UInt32(clamping: room.count)
      return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
    }
    take(waiting - Int(unsafe stream.pointee.avail_in))
    count += room.count - Int(unsafe stream.pointee.avail_out)
    holdsMore = unsafe stream.pointee.avail_out == 0
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      place = .between
      holdsMore = false
      unsafe inflateReset(stream)
    default: failure = error(.damaged(words(status)))
    }
  }

  /// zlib's message.
  private func words(_ status: Int32) -> String {
    // A constant string of the library, or null.
    guard let message = unsafe stream.pointee.msg else { return "error \(status)" }
    return unsafe String(cString: message)
  }

  private func take(_ count: Int) {
    start += count
    packedOffset += count
  }

  private func error(_ reason: GzipError.Reason) -> GzipError {
    GzipError(reason, packedOffset: packedOffset, offset: offset)
  }
}
