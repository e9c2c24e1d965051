import Calls
import Timeline

/// What entries other than calls say to people. Raw: the entry escapes it.
enum RecordingMessages {
  static func text(_ event: CallEvent, _ process: ProcessName?) -> String {
    let name = "\(process?.name ?? "?")[\(event.process)]"
    switch event.what {
    case .started(let parent, _): return "\(name) starts, created by \(parent)"
    case .executed(_, let command, _, _): return "\(name) runs \(command.joined(separator: " "))"
    case .named: return "\(name) has named itself"
    case .sharing(let other): return "\(name) shares the descriptors of \(other)"
    case .parted: return "\(name) has descriptors of its own again"
    case .holding(let held): return "\(name) holds sockets: \(held.count)"
    case .exiting: return "\(name) is about to exit"
    case .letGo: return "\(name) runs on, no longer traced"
    case .exited(_, let signal?): return "\(name) was killed by signal \(signal)"
    case .exited(let status, nil): return "\(name) exited with status \(status ?? 0)"
    case .ending(let signal): return "sockline ends \(name) with signal \(signal)"
    case .signalled(let signal): return "\(name) got signal \(signal)"
    case .holds(let descriptor, _): return "\(name) holds a socket as fd \(descriptor)"
    case .held(let held): return "\(name) held a socket before the trace: fd \(held.descriptor)"
    case .blind(let words): return "\(name): from here on not seen: \(words)"
    case .entered(let id, _, _, _), .returned(let id, _, _, _, _): return "call \(id) of \(name)"
    }
  }
}
