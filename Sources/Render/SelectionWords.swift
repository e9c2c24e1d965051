import Calls
import Explain

extension Selection {
  /// What is chosen, in words; nil where everything is shown, or where only a filter chooses.
  func words(_ language: Language) -> String? {
    var words: [String] = []
    func add(_ sentence: Sentence, _ arguments: [String]) {
      words.append(language.tell(sentence, arguments.joined(separator: ", ")))
    }
    if !connections.isEmpty { add(.chosenConnections, connections.sorted().map { "\($0)" }) }
    if !processes.isEmpty { add(.chosenProcesses, processes.sorted().map { "\($0)" }) }
    if !calls.isEmpty { add(.chosenCalls, calls.map(\.rawValue).sorted()) }
    if !hiddenCalls.isEmpty { add(.hiddenCalls, hiddenCalls.map(\.rawValue).sorted()) }
    if isControl { add(.chosenControl, []) }
    if let from { add(.chosenFrom, ["\(from)"]) }
    if let to { add(.chosenTo, ["\(to)"]) }
    if let count { add(.chosenCount, ["\(count)"]) }
    return words.isEmpty ? nil : words.joined(separator: "; ")
  }
}
