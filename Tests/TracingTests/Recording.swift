import Calls
import Foundation
import Process
import Synchronization

@testable import Tracing

/// What a tracer told of a program that it ran, from start to end.
struct Recording: Sendable {
  /// Everything, in the order it was told.
  var reports: [CallReport] = []
  /// Whether sockets were told apart by inode.
  var usesInodes = false

  /// What was recorded, in the order it was told.
  var events: [CallEvent] {
    reports.compactMap { if case .event(let event) = $0 { event } else { nil } }
  }

  enum Failure: Error { case hangs([String], after: [String], running: [Int32]) }

  /// Traces a command to the end of all its processes, which are killed when that takes too long.
  static func of(
    _ command: [String], usesInodes: Bool = false, output: Int32? = nil,
    printers: Set<UInt64> = [], timeout: Double = 150,
    backlog: @escaping @Sendable () -> Backlog = { .none }
  ) throws -> Recording {
    try OwnNetwork.requireChoice()
    let box = Mutex(Recording())
    let end = DispatchSemaphore(value: 0)
    let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(nothing) }
    let failure = Mutex<TracingError?>(nil)
    Thread.detachNewThread {
      let tracer = Tracer(
        payloadBytes: 64, printers: printers, usesInodes: usesInodes, progress: TracerProgress(),
        backlog: backlog
      ) { report in
        box.withLock { $0.reports.append(report) }
      }
      var program = Program(command)
      program.standardInput = nothing
      program.standardOutput = output ?? nothing
      program.standardError = nothing
      // What started the tests, and Foundation, leave descriptors open that exec would hand on: the
      // program's own would have other numbers.
      RunningProcess.handOnNoDescriptor()
      do throws(TracingError) {
        _ = try tracer.start(program)
        while tracer.serve() {}
      } catch {
        failure.withLock { $0 = error }
      }
      box.withLock { $0.usesInodes = tracer.usesInodes }
      end.signal()
    }
    if end.wait(timeout: .now() + timeout) == .timedOut {
      let recording = box.withLock { $0 }
      for process in Set(recording.events.map(\.process)) { kill(process, SIGKILL) }
      let last = recording.events.suffix(5).map { "\($0)" }
      throw Failure.hangs(
        command, after: last, running: Array(Set(recording.processes).subtracting(recording.gone)))
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return box.withLock { $0 }
  }

  /// Traces one of the programs of Tests/Programs.
  static func ofProgram(_ arguments: String..., usesInodes: Bool = false) throws -> Recording {
    try of([programs] + arguments, usesInodes: usesInodes)
  }

  /// The programs of Tests/Programs, built beside these tests.
  static let programs = folder + "/sockline-test-programs"

  /// The folder of the built programs: that of the test bundle.
  static let folder: String = {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: path).deletingLastPathComponent().path
  }()
}

/// A call from its entry to its return.
struct RecordedCall: Sendable {
  var id: Int
  var call: SystemCall
  var arguments: CallArguments
  var socket: SocketFacts?
  var process: Int32
  var thread: Int32
  var entered: Int64
  var returned: Int64?
  var outcome: CallOutcome?
  var after: SocketFacts?
  var made: SocketFacts?
  var ready: [SocketID] = []

  /// The call, its descriptor, and its result or error number, as `write(5) = 3`.
  var text: String {
    let descriptor = arguments.descriptor.map { "\($0)" } ?? ""
    return "\(call.rawValue)(\(descriptor)) = \(outcome.map { "\($0.result)" } ?? "?")"
  }
}

extension Recording {
  /// The calls, in order of entry.
  var calls: [RecordedCall] {
    var calls: [RecordedCall] = []
    var places: [Int: Int] = [:]
    for event in events {
      switch event.what {
      case .entered(let id, let call, let arguments, let socket):
        places[id] = calls.count
        calls.append(
          RecordedCall(
            id: id, call: call, arguments: arguments, socket: socket, process: event.process,
            thread: event.thread, entered: event.time))
      case .returned(let id, let outcome, let socket, let made, let ready):
        guard let place = places[id] else { continue }
        calls[place].returned = event.time
        calls[place].outcome = outcome
        calls[place].after = socket
        calls[place].made = made
        calls[place].ready = ready
      default: break
      }
    }
    return calls
  }

  /// The calls of one kind.
  func calls(_ kinds: SystemCall...) -> [RecordedCall] { calls.filter { kinds.contains($0.call) } }

  /// The processes, in the order they began.
  var processes: [Int32] {
    events.compactMap { if case .started = $0.what { $0.process } else { nil } }
  }

  /// The processes that have ended.
  var gone: [Int32] {
    events.compactMap { if case .exited = $0.what { $0.process } else { nil } }
  }

  /// How processes ended, as `0` or `signal 9`.
  var endings: [String] {
    events.compactMap { event in
      guard case .exited(let status, let signal) = event.what else { return nil }
      return signal.map { "signal \($0)" } ?? status.map { "\($0)" } ?? "nothing"
    }
  }

  /// Sockets that processes held at their end, by process.
  var held: [Int32: [SocketID]] {
    var held: [Int32: [SocketID]] = [:]
    for event in events {
      if case .exiting(let holds) = event.what { held[event.process] = holds }
    }
    return held
  }
}
