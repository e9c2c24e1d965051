import Calls
import Golden
import Render
import Scenario
import Testing
import Timeline

extension Scenario {
  /// The scenario with a source for each call: of the client lines, of the server functions, and of
  /// every third call nothing.
  fileprivate var withSources: Scenario {
    var scenario = self
    for (index, event) in events.enumerated() {
      guard case .call(var call) = event,
        case .entered(let id, let name, var arguments, let socket) = call.what, id % 3 != 0
      else { continue }
      arguments.source =
        call.process == 4121
        ? CallSource(file: "/src/client.c", line: id * 10, function: "talk", module: "client")
        : CallSource(function: "serve", module: "server", offset: 0x1234)
      call.what = .entered(id: id, call: name, arguments: arguments, socket: socket)
      scenario.events[index] = .call(call)
    }
    return scenario
  }
}

/// `--source`: where each call was made.
@Suite struct LadderSourceTests {
  @Test(arguments: [80, 104, 152])
  func ladderIsTheGoldenText(width: Int) {
    let text = ladder(Scenario.tcpDemo.withSources) {
      $0.width = width
      $0.showsSource = true
    }
    let difference = Golden.difference(of: text, from: "source-\(width).txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func plainLines() {
    let text = ladder(Scenario.tcpDemo.withSources) {
      $0.isLines = true
      $0.showsSource = true
    }
    #expect(text.contains("at client.c:50 in talk\n"))
    #expect(text.contains("at serve in server\n"))
  }

  /// Where nobody asks they are not shown.
  @Test func notAskedFor() {
    #expect(ladder(Scenario.tcpDemo.withSources) == ladder(.tcpDemo))
  }
}
