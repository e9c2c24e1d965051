import ArgumentParser
import Calls
import Render
import Text

/// Which rows are shown: everything is analysed first, then selected.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Only this connection; may be repeated.", valueName: "number"))
  var connection: [Int] = []

  @Flag(help: "Only SYN, FIN, RST, their ACKs and the calls around them.")
  var control = false

  @Option(help: ArgumentHelp("Begin at this time, in seconds after zero.", valueName: "seconds"))
  var from: Double?

  @Option(help: ArgumentHelp("End at this time, in seconds after zero.", valueName: "seconds"))
  var to: Double?

  @Option(help: ArgumentHelp("Show at most this many packets.", valueName: "number"))
  var count: Int?

  func validate() throws {
    if let wrong = connection.first(where: { $0 < 1 }) {
      throw ValidationError("--connection \(wrong): connections are numbered from 1.")
    }
    for (name, value) in [("--from", from), ("--to", to)] {
      if let value, !value.isFinite {
        throw ValidationError("\(name) \(value): must be a number of seconds.")
      }
    }
    if let from, let to, from > to {
      throw ValidationError("--from \(from) is after --to \(to): nothing lies between them.")
    }
    if let count, count < 1 {
      throw ValidationError("--count \(count): must be 1 or more.")
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
  @Option(help: ArgumentHelp("Only this process; may be repeated.", valueName: "pid"))
  var pid: [Int32] = []

  @Option(
    help: ArgumentHelp(
      "Only these calls, such as connect,accept, and the packets they caused; '!poll' leaves a call out.",
      valueName: "names"),
    completion: .list(CallNames.all), transform: CallNames.read)
  var call: [CallNames] = []

  func validate() throws {
    if !call.allSatisfy({ $0.shown.isEmpty }), shown.isEmpty {
      throw ValidationError("--call leaves out every call that it names: no call is left.")
    }
  }

  /// The named calls that remain to be shown.
  private var shown: Set<SystemCall> {
    call.reduce(into: Set<SystemCall>()) { $0.formUnion($1.shown) }.subtracting(hidden)
  }

  private var hidden: Set<SystemCall> { call.reduce(into: []) { $0.formUnion($1.hidden) } }

  /// Adds these options to a selection.
  func narrow(_ selection: inout Selection) {
    selection.processes = Set(pid)
    selection.calls = shown
    if shown.isEmpty { selection.hiddenCalls = hidden }
  }
}

/// Calls chosen by name, as users write them.
struct CallNames {
  /// Those that are shown; empty: all.
  var shown: Set<SystemCall> = []
  /// Those that are left out, written with a `!` before them.
  var hidden: Set<SystemCall> = []

  /// C library names for which the kernel has several calls.
  private static let families: [String: Set<SystemCall>] = SystemCallTable.linux.rows.reduce(
    into: [:]
  ) { families, row in
    if let family = row.family { families[family, default: []].insert(row.call) }
  }

  static let all = SystemCall.allCases.map(\.rawValue)

  /// Reads names separated by commas.
  static func read(_ argument: String) throws -> CallNames {
    var names = CallNames()
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let name = word.filter { $0 != " " }
      // Some shells keep the backslash that was meant to protect the `!` from them.
      guard let mark = ["\\!", "!"].first(where: name.hasPrefix) else {
        names.shown.formUnion(try calls(named: name))
        continue
      }
      names.hidden.formUnion(try calls(named: String(name.dropFirst(mark.count))))
    }
    return names
  }

  private static func calls(named name: String) throws -> Set<SystemCall> {
    if let family = families[name] { return family }
    if let call = SystemCall(rawValue: name) { return [call] }
    let meant = Spelling.nearest(name, among: all).map { ": did you mean \($0)?" }
    throw ValidationError(
      "sockline records no call \(name)\(meant ?? ",") "
        + "\(meant == nil ? "but" : "It records") \(all.joined(separator: ", ")).")
  }
}
