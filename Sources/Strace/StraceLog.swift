import Calls

/// An strace log, read piece by piece: the calls of the programs, in the order of its lines.
///
/// Lines that are not understood are counted. Memory holds the calls that concern sockets and
/// processes, and one line, of which at most 1 MiB is looked at.
public struct StraceLog {
  /// What the log is called, such as the path of its file.
  public let name: String
  /// Lines that are not in any form that strace writes.
  public private(set) var unknownLines = 0
  /// Lines so far.
  public private(set) var lines = 0
  /// Whether calls have stack frames (-k).
  public private(set) var hasFrames = false

  private(set) var calls: [StraceCall] = []
  private(set) var acts: [StraceAct] = []
  /// Names of threads that the log gives beside their numbers.
  private(set) var threadNames: [Int32: String] = [:]
  private(set) var clock = StraceLogClock()
  /// Calls of any kind that were seen.
  private(set) var anyCalls = 0
  /// Calls that create a process or thread, seen although no line names a thread.
  private(set) var clones = 0
  /// Whether the log has the calls that move bytes: reads, writes and closes.
  private(set) var hasPlainCalls = false

  private let payloadBytes: Int
  private var threads: StraceLogThreads
  private var pending: [Int32: Pending] = [:]
  /// The call that the previous line showed in full.
  private var latest: Int?
  private var rest: [UInt8] = []
  /// The beginning of a line that an strace message cut in two.
  private var broken: [UInt8] = []

  private struct Pending {
    var name: String
    var text: [UInt8]
    var call: Int?
  }

  private static let longestLine = 1 << 20

  /// Makes a reader of a log.
  ///
  /// - Parameters:
  ///   - name: the name of its file; one that ends in `.PID`, as with `-ff`, gives the thread.
  ///   - payloadBytes: bytes of payload to keep of each call.
  public init(name: String, payloadBytes: Int = 64) {
    self.name = name
    self.payloadBytes = payloadBytes
    let ending = name.split(separator: ".").last.flatMap { Int32($0) } ?? 0
    threads = StraceLogThreads(file: name.contains(".") && ending > 0 ? ending : nil)
  }

  /// Takes the next bytes of the log.
  public mutating func append(_ bytes: [UInt8]) {
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      gather(bytes[start..<end])
      take(rest)
      rest.removeAll(keepingCapacity: true)
      start = end + 1
    }
    gather(bytes[start...])
  }

  /// Says that the log has ended.
  public mutating func finish() {
    if !rest.isEmpty { take(rest) }
    rest = []
    guard let number = threads.placeholderNumber else { return }
    for index in acts.indices where acts[index].thread == StraceLogThreads.placeholder {
      acts[index].thread = number
    }
    for index in calls.indices where calls[index].thread == StraceLogThreads.placeholder {
      calls[index].thread = number
    }
  }

  /// Whether a line names its thread, or the name of the file does.
  var namesThreads: Bool { threads.areNamed }

  private mutating func gather(_ bytes: ArraySlice<UInt8>) {
    let room = StraceLog.longestLine - rest.count
    rest += bytes.prefix(max(0, room))
  }

  // MARK: lines

  private mutating func take(_ bytes: [UInt8]) {
    var bytes = bytes
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard !bytes.isEmpty else { return }
    lines += 1
    // strace escapes every byte that is not printable: this is another kind of file.
    if bytes.contains(0) {
      unknownLines += 1
      return
    }
    if let (start, message) = StraceLine.parts(bytes) {
      broken = start
      bytes = message
    } else if !broken.isEmpty, bytes.first == UInt8(ascii: ",") || bytes.first == UInt8(ascii: ")")
    {
      bytes = broken + bytes
      broken = []
    }
    let line = StraceLine(bytes)
    switch line.content {
    case .unknown:
      unknownLines += 1
      return
    case .message: return
    case .frame(let frame):
      hasFrames = true
      if let latest, calls[latest].frames.count < 64 { calls[latest].frames.append(frame) }
      return
    case .attached(let thread):
      threads.attach(thread)
      return
    default: break
    }
    guard let time = clock.take(line.time) else { return }
    let thread = threads.thread(line.thread)
    if let name = line.name, threadNames.count < 65_536 { threadNames[thread] = name }
    if let latest { calls[latest].limit = time }
    latest = nil
    take(line.content, thread, time)
  }

  private mutating func take(_ content: StraceLine.Content, _ thread: Int32, _ time: Int64) {
    switch content {
    case .call(let name, let text): takeWhole(name, text, thread, time)
    case .unfinished(let name, let text):
      anyCalls += 1
      var index: Int?
      if StraceCall.matters(name) {
        index = calls.count
        calls.append(StraceCall(thread: thread, name: name, text, keeping: payloadBytes))
        calls[calls.count - 1].entered = time
        calls[calls.count - 1].outcome = nil
        add(.entered(calls.count - 1), thread, time)
      }
      pending[thread] = Pending(name: name, text: text, call: index)
    case .resumed(let name, let text):
      guard let begun = pending.removeValue(forKey: thread), begun.name == name else { return }
      guard let index = begun.call else { return }
      finish(
        index, StraceCall(thread: thread, name: name, begun.text + text, keeping: payloadBytes))
      calls[index].resumed = time
      latest = index
      if calls[index].hasReturned { add(.returned(index), thread, time) }
    case .exited(let status):
      threads.end(thread)
      add(.exited(status: status, signal: nil), thread, time)
    case .killed(let signal):
      threads.end(thread)
      add(.exited(status: nil, signal: signal), thread, time)
    case .superseded: threads.end(thread)
    case .signal(let signal): add(.signal(signal, isStop: false), thread, time)
    case .stopped(let signal): add(.signal(signal, isStop: true), thread, time)
    default: break
    }
  }

  private mutating func takeWhole(
    _ name: String, _ text: [UInt8], _ thread: Int32, _ time: Int64
  ) {
    anyCalls += 1
    pending[thread] = nil
    guard StraceCall.matters(name) else { return }
    var call = StraceCall(thread: thread, name: name, text, keeping: payloadBytes)
    call.entered = time
    note(call)
    if call.call?.movesMemoryOfFiles ?? false, call.isOther(call.arguments.descriptor) { return }
    calls.append(call)
    latest = calls.count - 1
    add(.entered(calls.count - 1), thread, time)
    if call.hasReturned {
      let (sum, isOver) = time.addingReportingOverflow(call.duration ?? 0)
      add(.returned(calls.count - 1), thread, isOver ? time : sum)
    }
  }

  /// Completes a call with what its second line says.
  private mutating func finish(_ index: Int, _ whole: StraceCall) {
    let entered = calls[index].entered
    calls[index] = whole
    calls[index].entered = entered
    note(whole)
  }

  private mutating func note(_ call: StraceCall) {
    if case .cloned = call.effect { clones += 1 }
    if call.call?.shape == .buffer || call.call?.role == .closes { hasPlainCalls = true }
  }

  private mutating func add(_ what: StraceAct.What, _ thread: Int32, _ time: Int64) {
    acts.append(StraceAct(time: time, thread: thread, what: what))
  }
}

/// Something that a log shows, in the order of its lines.
struct StraceAct {
  var time: Int64
  var thread: Int32
  var what: What

  enum What {
    /// A call began: its index among the calls.
    case entered(Int)
    /// It returned, or was interrupted.
    case returned(Int)
    /// The thread is gone.
    case exited(status: Int32?, signal: Int32?)
    /// A signal was delivered, or stopped the process.
    case signal(Int32, isStop: Bool)
  }
}

extension StraceCall {
  /// Whether the lines show that the call returned, or was interrupted.
  var hasReturned: Bool { outcome != nil || isInterrupted }
}
