import Scenario
import Testing
import Timeline

@testable import Render

/// No number and no address is cut, at any width.
@Suite struct CutNumberTests {
  private static let scenarios = PlacementTests.all.map(\.scenario) + [.elsewhere]

  @Test(arguments: scenarios.indices)
  func noNumberIsCutAtAnyWidth(index: Int) {
    let scenario = Self.scenarios[index]
    let known = NumbersOfText(wide(scenario))
    // Below 80 columns a page is drawn as at 80; the narrow ones all, the wide ones in steps.
    for width in [60] + Array(80...110) + Array(stride(from: 113, through: 200, by: 6)) {
      for isASCII in [width % 5 == 0] {
        let text = ladder(scenario) {
          $0.width = width
          $0.isASCII = isASCII
        }
        #expect(known.cut(in: text) == [], "\(width) columns:\n\(text)")
      }
    }
  }

  /// The check finds what is cut.
  @Test func cutNumbersAreFound() {
    let known = NumbersOfText("port 3490 of 127.0.0.2")
    #expect(known.cut(in: "port 349 ──") == ["349"])
    #expect(known.cut(in: "port 3490 of 127.0.0…") == ["127.0.0…"])
    #expect(known.cut(in: "port 3490 of 127.0.0.2") == [])
  }

  /// The address is the fault: it stands at every width.
  @Test(arguments: [80, 104, 120, 200])
  func anUnusualAddressIsAlwaysTold(width: Int) {
    let text = ladder(.elsewhere) { $0.width = width }
    let lanes = text.split(separator: "\n").drop { !$0.contains(" pkt ") }.joined(separator: "\n")
    #expect(lanes.contains("127.0.0.2:3490"), "\(text)")
    // Where there is no room in one line, it goes on in the next.
    let whole = lanes.split { " \n".contains($0) }.joined()
    #expect(whole.contains("[2001:db8::8a2e:370:7334]:"), "\(text)")
    #expect(lanes.contains("43490"), "\(text)")
  }

  /// All that is known of a scenario, in lines that have room.
  private func wide(_ scenario: Scenario) -> String {
    var text = ""
    for sequence in [LadderStyle.SequenceNumbers.relative, .both] {
      text += ladder(scenario) {
        $0.isLines = true
        $0.width = 200
        $0.sequence = sequence
      }
    }
    return text + ladder(scenario) { $0.width = 200 }
  }
}

extension Scenario {
  /// A server that is bound to another address than the one that the client asks, and a client that
  /// asks an address that is long.
  static var elsewhere: Scenario {
    let script = Script()
    let server = script.process(4120, "server", .server)
    let client = script.process(4121, "a-long-named-cl", .client)
    let listener = script.socket(fd: 3)
    server.listens(0, listener, "127.0.0.2:3490")
    let accept = server.accept(40, listener)
    let socket = script.socket(fd: 3)
    client.socket(50...52, socket)
    let connect = client.connect(60, socket, "127.0.0.1:3490", local: "127.0.0.1:51514")
    let stream = script.stream("127.0.0.1:51514", "127.0.0.1:3490")
    stream.client(65, .syn)
    stream.server(67, [.rst, .ack])
    connect.returns(80, error: 111)
    let far = script.socket(fd: 4)
    client.connect(100, far, "[2001:db8::8a2e:370:7334]:43490").returns(120, error: 101)
    server.close(200...210, listener)
    accept.returns(220, error: 4)
    return script.scenario
  }
}

/// The numbers of a text that holds all of them, against those of another.
struct NumbersOfText {
  private let numbers: Set<Substring>

  init(_ text: String) { numbers = Set(text.matches(of: /\d+/).map(\.output)) }

  /// The numbers that are the beginning of another, and none themselves; and whatever ends in a sign
  /// that something is left out behind a digit.
  func cut(in text: String) -> [String] {
    var found: [String] = []
    for line in text.split(separator: "\n") {
      // Excerpts of what was sent are cut on purpose, and times are rounded.
      let words = line.replacing(/"[^"]*"/, with: "").replacing(/^\ *[\d.:]+/, with: "")
      found += words.matches(of: /[\d.:]*\d(…|\.\.\.)/).map { String($0.output.0) }
      for match in words.matches(of: /\d+/) where !numbers.contains(match.output) {
        let isStart = numbers.contains {
          $0.count > match.output.count && $0.hasPrefix(match.output)
        }
        if isStart { found.append(String(match.output)) }
      }
    }
    return found
  }
}
