import ArgumentParser
import Session
import Strace

/// The strace logs that a capture is joined with.
struct JoinOptions: ParsableArguments {
  @Option(
    name: .customLong("calls"),
    help: ArgumentHelp(
      "A log of `strace -f -ttt -T -yy`, taken with the capture: its calls are joined to the packets. "
        + "May be repeated, for the files of -ff.", valueName: "log"),
    completion: .file())
  var logs: [String] = []

  /// The recording made from captures and logs, if there are logs.
  ///
  /// - Parameters:
  ///   - file: where it is saved.
  ///   - output: another file that is written, which must be none of them.
  func joined(
    _ captures: [String], keptIn file: String? = nil, output: String?
  ) throws -> JoinedCapture? {
    if logs.isEmpty {
      if file != nil {
        throw ValidationError(
          "-w saves what --calls joins, or notes: give an strace log with --calls, or a --note.")
      }
      return nil
    }
    if logs.contains("-") || Set(logs).count < logs.count {
      throw ValidationError("--calls needs files, each given once: strace writes them with -o.")
    }
    var request = JoinRequest(captures: captures, logs: logs)
    request.recordingFile = file
    request.outputFile = output
    request.application = "sockline \(Sockline.version)"
    return try JoinedCapture(request)
  }
}

extension StraceError {
  /// What is wrong, and how to fix it.
  var sentence: String {
    let options = "`strace -f -ttt -T -yy -o LOG`"
    switch self {
    case .empty(let name): return "\(Foreign.name(name)) is empty: \(options) fills it."
    case .notALog(let name):
      return "\(Foreign.name(name)) is not an strace log: \(options) writes one."
    case .noTimes(let name):
      return "The lines of \(Foreign.name(name)) have no times: strace needs -ttt, best \(options)."
    case .wholeSeconds(let name):
      return
        "The times of \(Foreign.name(name)) are whole seconds: strace needs -ttt instead of -t."
    case .differentTimes(let name):
      return "The times of \(Foreign.name(name)) cannot be compared with the other logs': strace "
        + "needs -ttt for each."
    case .noSockets:
      return "No call in the log uses a TCP or UDP socket: did strace follow the right "
        + "program, and its children (-f)?"
    case .unknownSockets:
      return
        "The log does not tell which of its descriptors are TCP or UDP sockets: strace needs -yy, "
        + "or has to follow the program from its start."
    case .noPackets: return "The capture has no packets that calls could be joined to."
    case .nothingShared(let knowsEnds):
      return knowsEnds
        ? "The capture and the log have no socket in common: none of the log's connections was captured."
        : "The log does not tell which connections its sockets are: strace needs -yy."
    }
  }
}
