import Render
import Text

extension SelectionMiss {
  /// What does not exist, and what does.
  var sentence: String {
    switch self {
    case .connection(let number, of: 0):
      return "--connection \(number): there are no connections."
    case .connection(let number, of: 1):
      return "--connection \(number): there is only connection 1."
    case .connection(let number, of: let count):
      return "--connection \(number): there are \(NumberText.count(count)) connections, 1 to "
        + "\(count); `sockline summary FILE` lists them."
    case .process(let number, let known) where known.isEmpty:
      return "--pid \(number): no process is known."
    case .process(let number, let known):
      return "--pid \(number): no such process; there are "
        + known.map { "\($0)" }.joined(separator: ", ") + "."
    case .noCalls:
      return "--pid and --call choose calls, and none were recorded: a capture of packets has none."
    case .calls(let names):
      return "--call: none of these calls occurs: \(names.joined(separator: ", "))."
    case .from(let seconds, let last):
      return "--from \(seconds): the last row is at \(TimeText.seconds(last)) seconds."
    }
  }
}
