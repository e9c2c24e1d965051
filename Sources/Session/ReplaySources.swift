import CaptureFile
import Glibc
import Tracing

/// What kept a file from being read, or from being read further.
public struct ReplayDamage: Error {
  /// What is wrong, and where.
  public var error: SessionError
  /// Whether packets before the damage were shown.
  public var isPartial: Bool
}

/// Capture files whose packets are brought into the order of time.
///
/// Where times are equal, and where a file's own packets go back in time, the order of the files
/// and of their packets stays. A file that is still being written is waited for, but not for long.
struct ReplaySources {
  /// What comes next.
  enum Item {
    /// A packet or journal entry, and the file it is from.
    case item(CaptureItem, ReplaySource)
    /// Nothing for now: no file has told anything for so many nanoseconds.
    case silence(Int64)
    /// No more.
    case over
  }

  private let sources: [ReplaySource]
  /// Files that could not even be opened.
  private let unopened: [ReplayDamage]
  private let isGrowing: Bool
  /// When the writers' time to end is over.
  private var deadline: Int64?

  /// Nanoseconds of silence after which a file is taken to have nothing before now: tcpdump(8)
  /// leaves packets in the kernel for one second.
  static let patience: Int64 = 1_500_000_000
  /// Nanoseconds that the writer of a pipe has for its last packets after Ctrl-C, which reached it
  /// too.
  private static let farewell: Int64 = 500_000_000
  /// Milliseconds between two looks at files that tell nothing by themselves.
  private static let tick: Int32 = 50

  /// Opens files; those that cannot be are among the `damages`.
  init(_ paths: [String], follows: Bool) {
    var sources: [ReplaySource] = []
    var unopened: [ReplayDamage] = []
    for path in paths {
      do throws(SessionError) {
        sources.append(try ReplaySource(path, number: sources.count, follows: follows))
      } catch {
        unopened.append(ReplayDamage(error: error, isPartial: false))
      }
    }
    self.sources = sources
    self.unopened = unopened
    isGrowing = sources.contains(where: \.isGrowing)
    // A wish to end, where the end may not come by itself.
    if isGrowing { Interruption.watch() }
  }

  /// The next packet or entry in the order of time.
  mutating func next() -> Item {
    if isGrowing, Interruption.isWished, deadline == nil {
      deadline = Clock.monotonic + ReplaySources.farewell
      for source in sources { source.noteEnd() }
    }
    if sources.count == 1, !isGrowing, let only = sources.first {
      guard case .item = only.supply(), let item = only.take() else { return .over }
      return .item(item, only)
    }
    var first: ReplaySource?
    var silence: Int64?
    for source in sources {
      switch source.supply() {
      case .item:
        if first.map({ source.time < $0.time }) ?? true { first = source }
      case .nothingYet:
        let now = Clock.monotonic
        if let deadline, !source.isPipe || now > deadline {
          source.stop()
        } else {
          silence = min(silence ?? Int64.max, now - source.lastArrival)
        }
      case .over: break
      }
    }
    if let silence, first == nil || silence < ReplaySources.patience { return .silence(silence) }
    guard let first, let item = first.take() else { return .over }
    if let deadline, first.isGrowing, Clock.monotonic > deadline, first.isBehindEnd { first.stop() }
    return .item(item, first)
  }

  /// Waits a little for those that have told nothing yet.
  ///
  /// C: `poll`
  func wait() {
    var entries = sources.filter { $0.isPipe && $0.item == nil && !$0.isOver }
      .map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    // The kernel writes `revents` of as many entries as there are. A signal ends it early.
    _ = unsafe poll(&entries, nfds_t(entries.count), ReplaySources.tick)
  }

  // MARK: what was read

  /// Bytes that were read, as the files lie there.
  var bytesRead: Int { sources.reduce(0) { $0 + $1.bytesRead } }
  /// Bytes of all files; nil where one is a pipe.
  var size: Int? {
    sources.reduce(0) { total, source in total.flatMap { total in source.size.map { total + $0 } } }
  }

  /// Whether a path leads to one of the files.
  func contains(_ path: String) -> Bool { sources.contains { $0.isSame(as: path) } }

  /// What keeps files from being read, or from being read further, so far.
  var damages: [ReplayDamage] {
    unopened
      + sources.compactMap { source in
        source.failure.map { ReplayDamage(error: $0, isPartial: source.isPartial) }
      }
  }

  /// Whether anything of any file could be read.
  var hasAny: Bool { sources.contains { $0.failure == nil || $0.isPartial } }

  /// The interface that the first file begins with.
  var firstInterface: CaptureInterface? { sources.lazy.compactMap(\.interfaces.first).first }

  /// Comments on sections and interfaces that were read since the last call.
  func takeComments() -> [ReplayComment] {
    sources.flatMap { source in
      source.takeComments().map { ReplayComment(path: source.path, text: $0) }
    }
  }
}

/// What somebody wrote about a file, one of its sections or interfaces.
struct ReplayComment {
  var path: String
  /// Raw: escape before showing.
  var text: String
}
