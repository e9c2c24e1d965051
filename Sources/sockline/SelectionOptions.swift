import ArgumentParser
import Calls
import Render

/// Which rows are shown: everything is analysed first and selected then.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Only this connection; may be given again.", valueName: "number"))
  var connection: [Int] = []

  @Flag(help: "Only SYN, FIN, RST, their ACKs and calls around them.")
  var control = false

  @Option(help: ArgumentHelp("Begin so many seconds after the zero.", valueName: "seconds"))
  var from: Double?

  @Option(help: ArgumentHelp("End so many seconds after the zero.", valueName: "seconds"))
  var to: Double?

  @Option(help: ArgumentHelp("Show at most so many packets.", valueName: "number"))
  var count: Int?

  func validate() throws {
    if let wrong = connection.first(where: { $0 < 1 }) {
      throw ValidationError("--connection \(wrong): connections are numbered from 1.")
    }
    for (name, value) in [("--from", from), ("--to", to)] {
      if let value, !value.isFinite {
        throw ValidationError("\(name) \(value): it is a number of seconds.")
      }
    }
    if let from, let to, from > to {
      throw ValidationError("--from \(from) is after --to \(to): nothing lies between them.")
    }
    if let count, count < 1 {
      throw ValidationError("--count \(count): it is 1 or more.")
    }
  }

  /// The selection.
  var selection: Selection {
    var selection = Selection()
    selection.connections = Set(connection)
    selection.isControl = control
    selection.from = from
    selection.to = to
    selection.count = count
    return selection
  }
}

/// Which calls are shown, where calls are recorded.
struct CallSelectionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Only this process; may be given again.", valueName: "pid"))
  var pid: [Int32] = []

  @Option(
    help: ArgumentHelp(
      "Only these calls, such as connect,accept, and the packets they caused.",
      valueName: "names"),
    completion: .list(CallNames.all), transform: CallNames.read)
  var call: Set<SystemCall> = []

  /// Adds it to a selection.
  func narrow(_ selection: inout Selection) {
    selection.processes = Set(pid)
    selection.calls = call
  }
}

/// Names of calls, as users write them.
enum CallNames {
  /// Names of the C library for which the kernel has other calls.
  private static let families: [String: Set<SystemCall>] = [
    "accept": [.accept, .accept4], "send": [.send, .sendto], "recv": [.recv, .recvfrom],
    "poll": [.poll, .ppoll], "select": [.select, .pselect6],
    "epoll_wait": [.epollWait, .epollPwait, .epollPwait2],
  ]

  static let all = SystemCall.allCases.map(\.rawValue)

  /// Reads names that commas separate.
  static func read(_ argument: String) throws -> Set<SystemCall> {
    var calls: Set<SystemCall> = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      if let family = families[String(name)] {
        calls.formUnion(family)
      } else if let call = SystemCall(rawValue: String(name)) {
        calls.insert(call)
      } else {
        throw ValidationError(
          "sockline records no call \(name), but \(all.joined(separator: ", ")).")
      }
    }
    return calls
  }
}
