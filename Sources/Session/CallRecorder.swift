import Tracing

/// What records the calls of programs: it starts them or attaches to them, on threads of its own, and leaves
/// what it sees in the inbox that it was made with.
///
/// The recorder by ptrace(2) is `TracerQueue`. Whatever records otherwise fulfils the same, and nothing else of a
/// session changes.
protocol CallRecorder: Sendable {
  /// How recordings and exports call it, such as `ptrace`.
  static var backend: String { get }

  /// Begins to record, until all programs are gone; `Inbox.endTracing` is the end.
  func run(_ wish: RecorderWish)
  /// Starts a program; `isLast` when no more will come.
  func start(_ order: RecorderOrder, isLast: Bool)
  /// Attaches to running programs; no others will come.
  func attach(_ targets: [AttachTarget])
  /// Lets go of them; they run on.
  func letGo()
  /// Says that no more programs will come.
  func finish()
  /// Is called now and then, where something may have to be done.
  func nudge()

  /// The moment before which everything has been left in the inbox: `now`, read before the call, or earlier; nil
  /// where it cannot be said right now. Nanoseconds since the epoch.
  func told(at now: Int64) -> Int64?
  /// What recording has cost the programs so far.
  var cost: TracingCost { get }
}

/// How calls are recorded.
struct RecorderWish {
  /// Bytes of payload kept for each call.
  var payloadBytes: Int
  /// The inodes of pipes whose text is told.
  var printers: Set<UInt64> = []
  /// Whether programs that run already are recorded.
  var attaches = false
  /// Gets the paths by which calls are made; nil: they are not asked for.
  var sources: SourceQueue?
}

/// A program to be started.
struct RecorderOrder: Sendable {
  var role: Role
  var program: Program
}

/// What a program is in a session.
enum Role: Hashable, Sendable {
  /// The command of `run`.
  case command
  case server
  case client
}
