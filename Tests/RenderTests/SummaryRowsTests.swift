import Render
import Scenario
import Testing

@Suite struct SummaryRowsTests {
  /// The first cells of the rows: the numbers of connections.
  private func numbers(_ change: (inout SummarySelection) -> Void) -> [String] {
    var selection = SummarySelection()
    change(&selection)
    let text = Summaries.text(Summaries.mixed, selection) { $0.format = .csv }
    return text.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return cells[0].isEmpty ? String(cells[1]) : String(cells[0])
    }
  }

  private let all = ["1", "2", "3", "icmp", "4", "5", "6", "7"]

  @Test func inTheOrderOfTheFirstPackets() {
    #expect(numbers { _ in } == all)
    #expect(numbers { $0.isReversed = true } == all.reversed())
    #expect(numbers { $0.order = .start } == all)
  }

  @Test func selected() {
    #expect(numbers { $0.protocols = [.udp] } == ["2"])
    #expect(numbers { $0.protocols = [.icmp] } == ["icmp"])
    #expect(numbers { $0.protocols = [.tcp, .icmp] } == ["1", "3", "icmp", "4", "5", "6", "7"])
    // An error goes with the connection that it is about.
    #expect(numbers { $0.connections = [2, 7] } == ["2", "icmp", "7"])
    #expect(numbers { $0.connections = [99] } == [])
  }

  /// Every order keeps all rows, and equal ones in the order of the file.
  @Test(arguments: SummaryOrder.allCases)
  func everyOrderKeepsAllRows(order: SummaryOrder) {
    let sorted = numbers { $0.order = order }
    #expect(sorted.sorted() == all.sorted())
    let reversed = numbers {
      $0.order = order
      $0.isReversed = true
    }
    #expect(reversed == sorted.reversed())
  }

  @Test func sortsByWhatItSays() {
    #expect(numbers { $0.order = .retransmissions }.last == "5")
    #expect(numbers { $0.order = .protocol }.suffix(2) == ["2", "icmp"])
    #expect(numbers { $0.order = .duration }.last == "2")
    #expect(numbers { $0.order = .resets }.suffix(2).sorted() == ["3", "4"])
  }
}
