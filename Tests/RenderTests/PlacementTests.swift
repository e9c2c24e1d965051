import Scenario
import Testing
import Timeline

@testable import Render

/// Below whose name rows stand.
@Suite struct PlacementTests {
  static let all: [(name: String, scenario: Scenario)] =
    LadderTests.all + [
      ("proxy", .proxy), ("workers", .workers), ("launcher", .launcher),
    ]

  @Test(arguments: all.indices, [80, 104, 120, 152])
  func nothingStandsBelowAnothersName(index: Int, width: Int) {
    let (name, scenario) = PlacementTests.all[index]
    let truth = LaneTruth(scenario.rows)
    for isByConnection in [false, true] {
      let text = ladder(scenario) {
        $0.width = width
        $0.isByConnection = isByConnection
      }
      let (rows, faults) = truth.check(text)
      #expect(rows >= min(10, scenario.rows.count / 4), "\(name): \(text)")
      #expect(faults == [], "\(text)")
    }
  }

  /// The check itself finds what is wrong.
  @Test func rowsBelowAnothersNameAreFound() {
    let truth = LaneTruth(Scenario.proxy.rows)
    let text = ladder(.proxy)
    let wrong = text.replacing("proxy[4140]", with: "other[4141]")
    #expect(truth.check(wrong).faults.count > 10)
  }

  /// A heading for each pair of processes, and a call that returns where it began.
  @Test func aProxyStandsInTheLaneThatItsConnectionGivesIt() {
    let text = ladder(.proxy)
    let heads = text.split(separator: "\n").filter { $0.contains(" pkt ") }.map {
      $0.split(separator: " ").suffix(2).map(String.init)
    }
    #expect(heads.first == ["curl[4150]", "backend[4130]"])
    #expect(heads.contains(["curl[4150]", "proxy[4140]"]))
    #expect(heads.contains(["proxy[4140]", "backend[4130]"]))
    #expect(heads.count < 20)
    for (one, next) in zip(heads, heads.dropFirst()) where one == next {
      Issue.record("the same heads twice: \(one)\n\(text)")
    }
  }

  @Test func aCallEndsInTheLaneInWhichItBegan() {
    var layout = layout()
    var names = LaneNames()
    names.set(.process(client), .client)
    names.set(.process(server), .server)
    layout.scene.begin(names)
    let enter = callRow(8, .epollWait, .enter, .server, of: nil)
    layout.turn(to: enter)
    #expect(layout.lines(of: enter).first?.server.bar == .begins(several: false))
    // The timeline knows by now that it was a client's.
    let exit = callRow(8, .epollWait, .exit, .server, result: 1, of: nil) { $0.side = .client }
    let isRenamed = layout.turn(to: exit)
    #expect(!isRenamed)
    let line = layout.lines(of: exit).first
    #expect(line?.client.words == [])
    #expect(line?.server.words.first?.text.hasPrefix("= 1") ?? false)
  }

  @Test func aCallOfNoConnectionStaysInTheLaneOfItsProcess() {
    var layout = layout()
    var names = LaneNames()
    names.set(.process(client), .client)
    names.set(.process(server), .server)
    layout.scene.begin(names)
    let row = callRow(8, .socket, .whole, .server, result: 9, of: nil) { $0.side = .client }
    let isRenamed = layout.turn(to: row)
    #expect(!isRenamed)
    let line = layout.lines(of: row).first
    #expect(line?.client.words == [])
    #expect(line?.server.words.isEmpty == false)
  }

  /// Every row of a picture stands below a head that names its process.
  @Test(arguments: all.indices)
  func picturesNameEverybody(index: Int) throws {
    let (name, scenario) = PlacementTests.all[index]
    let (figure, _, _) = try figure(scenario)
    let (letters, _) = try figure.lettered()
    var callers: [String: ProcessName] = [:]
    for row in scenario.rows {
      guard case .call(let call) = row.content else { continue }
      callers["call-\(call.record.id.rawValue)"] = call.record.process
    }
    var checked = 0
    for panel in figure.panels(letters, figure.room(columns: 120)) {
      for entry in panel.entries {
        guard let thing = entry.thing, let caller = callers[thing.id] else { continue }
        let side: Side = entry.line.client.words.isEmpty ? .server : .client
        let head = panel.heads[side]?.first ?? ""
        let names = head.split(separator: ", ").map(String.init)
        #expect(
          names.contains { LaneTruth.names($0, caller) },
          "\(name): \(thing.id) of \(caller.name)[\(caller.id)] below \(head)")
        checked += 1
      }
      for bar in panel.bars {
        let words = panel.entries[bar.first].line[bar.side].words
        #expect(!words.isEmpty, "\(name): c\(bar.call.rawValue) begins in the other lane")
      }
    }
    #expect(checked > 0 || !scenario.hasCalls)
  }
}
