/// Why compressed bytes cannot be decompressed, or not any further.
public struct GzipError: Error, Hashable, Sendable {
  /// What is wrong.
  public var reason: Reason
  /// Bytes of the compressed file that were consumed.
  public var packedOffset: Int
  /// Bytes that were decompressed, all of them good.
  public var offset: Int

  /// Makes an error.
  public init(_ reason: Reason, packedOffset: Int, offset: Int) {
    self.reason = reason
    self.packedOffset = packedOffset
    self.offset = offset
  }

  /// What can be wrong.
  public enum Reason: Hashable, Sendable {
    /// The file ends inside a member.
    case cut
    /// What zlib says about damaged bytes, such as `incorrect data check`.
    case damaged(String)
    /// A member is followed by something that is not one.
    case trailing
  }
}

extension GzipError: CustomStringConvertible {
  /// What is wrong, as the end of a sentence that begins with the file's name.
  public var description: String {
    let unpacked = offset == 1 ? "1 byte" : "\(offset) bytes"
    let place = "at byte \(packedOffset), after \(unpacked) unpacked"
    switch reason {
    case .cut: return "is truncated: its gzip data is incomplete, \(place)"
    case .damaged(let words): return "is damaged: gzip's \(words), \(place)"
    case .trailing: return "is damaged: something else follows its gzip data, \(place)"
    }
  }
}
