import CaptureFile
import Recording
import Tracing
import Wire

/// One capture file on its way to its packets and journal entries: unpacked where it is packed, and perhaps still being
/// written.
final class ReplaySource {
  /// What a look for the next packet or entry finds.
  enum Supply {
    /// It is there: `item`.
    case item
    /// Its writer has not written it yet.
    case nothingYet
    /// The file has ended, or cannot be read further: `failure`.
    case over
  }

  /// The path; `-` is standard input.
  let path: String
  /// Whether more may come later: a pipe, a terminal, or a file that is followed.
  let isGrowing: Bool
  /// Whether more comes only while its writer runs.
  let isPipe: Bool
  /// Nanoseconds of the steady clock when bytes came last.
  private(set) var lastArrival = Clock.monotonic
  /// Whether there is no more.
  private(set) var isOver = false
  /// What ended the reading early.
  private(set) var failure: SessionError?
  /// The next packet or journal entry.
  private(set) var item: CaptureItem?
  private var order = ItemOrder()
  private var latest: Int64 = 0

  /// Its place among the files that are read together, from 0.
  let number: Int
  private let input: CaptureInput
  private var reader = CaptureReader()
  private var comments = 0
  /// Bytes of the file when the end was wished for; nil of a pipe.
  private var end: Int?
  private var marks = RecordingMarks()

  /// Opens the file. `follows`: it is still being written, and its end is not the end.
  init(_ path: String, number: Int = 0, follows: Bool) throws(SessionError) {
    self.path = path
    self.number = number
    input = try CaptureInput(path, isGrowing: follows)
    isPipe = input.isPipe
    isGrowing = isPipe || follows
  }

  /// Bytes that were read, as the file lies there.
  var bytesRead: Int { input.bytesRead }
  /// Bytes of the file as it lies there; nil of a pipe.
  var size: Int? { input.size }
  /// The descriptor, to be waited for.
  var descriptor: Int32 { input.descriptor }
  /// The time of what comes next; where the file has none, that of what came before.
  var time: Int64 {
    switch item {
    case .packet(let record): record.order ?? record.time
    case .journal(let entry): entry.stamp
    default: latest
    }
  }
  /// Whether its beginning was good.
  var isPartial: Bool {
    reader.interfaces.contains(where: \.link.isKnown)
      && !(marks.isOfLaterFormat && reader.packets == 0)
  }
  /// The interfaces that the file has described so far.
  var interfaces: [CaptureInterface] { reader.interfaces }

  /// Whether a path leads to this file.
  func isSame(as other: String) -> Bool { input.isSame(as: other) }

  /// Whether there are comments that nobody has taken.
  var hasComments: Bool { reader.comments.count > comments }

  /// Comments on sections and interfaces that were read since the last call, raw.
  func takeComments() -> [String] {
    guard reader.comments.count > comments else { return [] }
    defer { comments = reader.comments.count }
    return Array(reader.comments[comments...])
  }

  /// Looks for the next packet or entry.
  func supply() -> Supply {
    while item == nil {
      if !order.isEmpty {
        item = order.take(isLast: isOver || isSilent)
        if item != nil { break }
      }
      if isOver { return .over }
      do throws(SessionError) {
        if try readItem() { continue }
        guard try readMore() else {
          if isSilent, !order.isEmpty { continue }
          return .nothingYet
        }
      } catch {
        failure = error
        isOver = true
      }
    }
    return .item
  }

  /// Whether a file that is still being written has told nothing for so long that what may follow its
  /// last packet is not waited for.
  private var isSilent: Bool {
    isGrowing && Clock.monotonic - lastArrival >= ReplaySources.patience
  }

  /// Hands over what `supply()` has found.
  func take() -> CaptureItem? {
    latest = time
    return item.take()
  }

  /// Notes how long the file is when somebody wishes the end: so much is read.
  func noteEnd() { end = input.size }

  /// Whether what was there then was read, and its writer goes on.
  var isBehindEnd: Bool { end.map { bytesRead > $0 + 2 * CaptureInput.piece } ?? true }

  /// Reads no further, though there may be more: somebody has stopped the reading.
  func stop() {
    isOver = true
    item = nil
    order = ItemOrder()
  }

  /// Takes the next packet or entry out of the bytes that are there.
  private func readItem() throws(SessionError) -> Bool {
    var next: CaptureItem?
    do throws(CaptureFileError) {
      next = try reader.nextItem()
      if case .journal(let entry) = next { try marks.note(entry) }
    } catch {
      throw damage(error)
    }
    switch consume next {
    case .packet(var record)?:
      record.file = number
      if !record.link.isKnown, !reader.interfaces.contains(where: \.link.isKnown) {
        throw .link(path, record.link)
      }
      item = order.pass(.packet(record))
    case .journal(let entry)?: item = order.pass(.journal(entry))
    case nil: return false
    }
    return true
  }

  /// Gets more bytes, or finds the end; false where the writer has not written them yet.
  private func readMore() throws(SessionError) -> Bool {
    switch try input.next(waits: false, packet: lastPacket) {
    case .nothingYet: return false
    case .bytes(let bytes):
      lastArrival = Clock.monotonic
      reader.append(bytes)
    case .end:
      if isGrowing, !isPipe { return false }
      try finish()
      isOver = true
    }
    return true
  }

  /// The file has ended.
  private func finish() throws(SessionError) {
    try input.finish(packet: lastPacket)
    do throws(CaptureFileError) { try reader.finish() } catch { throw damage(error) }
    if marks.isUnfinished {
      throw damage(CaptureFileError(.unfinished, offset: reader.offset, packet: lastPacket))
    }
  }

  private func damage(_ error: CaptureFileError) -> SessionError { input.damage(error) }

  private var lastPacket: Int? { reader.packets > 0 ? reader.packets : nil }
}
