import Calls
import Testing
import Timeline

@testable import Session

@Suite struct SourceHoldTests {
  private func entered(_ id: Int, path: Int?) -> Event {
    var arguments = CallArguments()
    arguments.source = path.map { CallSource(path: $0) }
    return .call(
      CallEvent(
        time: Int64(id), process: 1, thread: 1,
        what: .entered(id: id, call: .connect, arguments: arguments, socket: nil)))
  }

  /// The calls as `1 a.c`; a line of source that is not known is `-`, one that is not looked up `?`.
  private func texts(_ events: [Event]) -> [String] {
    events.map { event in
      guard case .call(let event) = event, case .entered(let id, _, let arguments, _) = event.what
      else { return "other" }
      guard let source = arguments.source else { return "\(id) -" }
      return "\(id) \(source.path == nil ? source.file ?? "" : "?")"
    }
  }

  @Test func waitsForTheLineAndKeepsTheOrder() {
    var hold = SourceHold()
    #expect(texts(hold.pass([entered(1, path: nil), entered(2, path: 7)], at: 0)) == ["1 -"])
    #expect(texts(hold.pass([entered(3, path: nil), entered(4, path: 8)], at: 1)) == [])
    #expect(hold.earliest == Instant(2))
    hold.note([8: CallSource(file: "b.c")])
    #expect(texts(hold.pass([], at: 2)) == [])
    hold.note([7: CallSource(file: "a.c")])
    #expect(texts(hold.pass([], at: 3)) == ["2 a.c", "3 -", "4 b.c"])
    #expect(hold.earliest == nil)
    // What is known need not wait.
    #expect(texts(hold.pass([entered(5, path: 7)], at: 4)) == ["5 a.c"])
  }

  @Test func aPathOfWhichNothingIsKnown() {
    var hold = SourceHold()
    hold.note([1: nil])
    #expect(texts(hold.pass([entered(1, path: 1)], at: 0)) == ["1 -"])
  }

  @Test func givesUpWhatTakesTooLong() {
    var hold = SourceHold()
    #expect(hold.pass([entered(1, path: 1), entered(2, path: 2)], at: 10) == [])
    #expect(hold.pass([], at: 10 + SourceHold.patience) == [])
    #expect(texts(hold.pass([], at: 11 + SourceHold.patience)) == ["1 -", "2 -"])
    // It stays so for the path, whatever is found later.
    #expect(texts(hold.pass([entered(3, path: 1)], at: 12 + SourceHold.patience)) == ["3 -"])
  }

  @Test func impatience() {
    var hold = SourceHold()
    #expect(hold.pass([entered(1, path: 1)], at: 5) == [])
    #expect(texts(hold.pass([entered(2, path: 2)], at: 6, isImpatient: true)) == ["1 -", "2 -"])
  }
}
