import CaptureFile
import Gzip

/// The bytes of one capture: a file, a pipe or standard input, unpacked where they are packed.
///
/// Every command that reads captures opens them here, so that all of them take the same ones.
final class CaptureInput {
  /// What a look for bytes finds.
  enum Piece {
    /// They are there.
    case bytes([UInt8])
    /// Their writer has not written them yet.
    case nothingYet
    /// There are none behind those that were given. A file that is still being written may have some
    /// later.
    case end
  }

  /// The path; `-` is standard input.
  let path: String
  /// Whether more comes only while its writer runs.
  let isPipe: Bool
  /// Bytes of the file that were read, as it lies there.
  private(set) var bytesRead = 0

  private let input: Input
  private let isGrowing: Bool
  private var inflater: Inflater?
  /// The first bytes, too few to say whether the file is packed.
  private var start: [UInt8] = []
  private var isBegun = false

  /// Bytes read at once.
  static let piece = 1 << 18

  /// Opens it.
  ///
  /// - Parameter isGrowing: whether it is a file that is still being written.
  init(_ path: String, isGrowing: Bool = false) throws(SessionError) {
    self.path = path
    self.isGrowing = isGrowing
    input = try Input(path)
    isPipe = !input.isRegular
  }

  /// The descriptor, to be waited for.
  var descriptor: Int32 { input.descriptor }
  /// Bytes of the file as it lies there; nil of a pipe.
  var size: Int? { input.size }
  /// Whether a path leads to this file.
  func isSame(as other: String) -> Bool { input.isSame(as: other) }

  /// The next bytes, not packed any more.
  ///
  /// - Parameters:
  ///   - unread: bytes to begin them with.
  ///   - waits: whether to wait for the writer of a pipe.
  ///   - packet: the number of the last packet that was read, for errors.
  func next(
    behind unread: [UInt8] = [], waits: Bool = true, packet: Int?
  ) throws(SessionError) -> Piece {
    while true {
      if let bytes = try unpacked(packet) { return .bytes(unread + bytes) }
      if !waits, isPipe, !input.isReady { return .nothingYet }
      let isPlain = isBegun && inflater == nil
      let bytes = try input.read(CaptureInput.piece, behind: isPlain ? unread : [])
      let count = bytes.count - (isPlain ? unread.count : 0)
      bytesRead += count
      if count == 0 {
        guard !start.isEmpty, !isGrowing else { return .end }
        return .bytes(unread + begun())
      }
      if isPlain { return .bytes(bytes) }
      guard inflater == nil else {
        inflater?.append(bytes)
        continue
      }
      start += bytes
      guard start.count >= Inflater.magic.count else { continue }
      guard start.starts(with: Inflater.magic) else { return .bytes(unread + begun()) }
      inflater = Inflater()
      inflater?.append(begun())
    }
  }

  /// Says that the capture has ended.
  ///
  /// - Throws: an error where a packed file ends early.
  func finish(packet: Int?) throws(SessionError) {
    guard let inflater else { return }
    do throws(GzipError) { try inflater.finish() } catch {
      throw .packed(path, error, packet: packet)
    }
  }

  /// What is said of damage that a reader of the bytes found.
  func damage(_ error: CaptureFileError) -> SessionError {
    inflater == nil ? .capture(path, error) : .unpacked(path, error)
  }

  /// The first bytes, which have said whether the file is packed.
  private func begun() -> [UInt8] {
    isBegun = true
    defer { start = [] }
    return start
  }

  private func unpacked(_ packet: Int?) throws(SessionError) -> [UInt8]? {
    guard let inflater else { return nil }
    do throws(GzipError) { return try inflater.next(atMost: CaptureInput.piece) } catch {
      throw .packed(path, error, packet: packet)
    }
  }
}
