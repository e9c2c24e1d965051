import CaptureFile
import Process
import Recorded
import Render
import Scenario
import Session
import Text
import Timeline

/// All scenarios by name.
let recordedScenarios: [(name: String, scenario: Scenario)] = [
  ("tcp", .tcpDemo), ("udp", .udpDemo), ("refused", .refused),
  ("refused datagram", .refusedDatagram), ("reset", .reset), ("retransmission", .retransmission),
  ("ipv6", .ipv6), ("four connections", .fourConnections), ("fork", .fork),
  ("dying program", .dyingProgram), ("without calls", .withoutCalls),
]

/// The ladder of a scenario, as a live session draws it.
func liveLadder(
  _ scenario: Scenario, _ style: LadderStyle, _ selection: Selection = Selection()
) -> String {
  var ladder = Ladder(
    Heading(source: "lo, private network", hasCalls: scenario.hasCalls, notes: ["a note"]),
    style: style, selection: selection)
  var timeline = scenario.timeline
  var lines = Lines()
  for event in scenario.events { ladder.append(timeline.append(event), into: &lines) }
  ladder.append(timeline.finish(), into: &lines)
  var ending = Ending()
  ending.lostByKernel = 0
  ending.lostByInterface = 0
  ending.stretch = 2
  ending.addedNanoseconds = 14_000
  ladder.finish(timeline.totals, ending, into: &lines)
  return String(decoding: lines.bytes, as: UTF8.self)
}

/// A folder with a file of given bytes, to be replayed.
struct ReplayedFile {
  let folder: TemporaryFolder
  let path: String

  init(_ bytes: [UInt8], name: String = "file.pcapng") throws {
    folder = try TemporaryFolder()
    path = try folder.write(bytes, to: name)
  }

  /// The text of a replay, none where nothing could be read, and what came of it.
  func replay(
    _ change: (inout ReplayRequest) -> Void = { _ in }
  ) throws -> (text: String, outcome: ReplayOutcome) {
    var request = ReplayRequest(paths: [path])
    request.outputFile = folder.path + "/text"
    change(&request)
    let outcome = try ReplaySession.hold(request)
    let text = (try? contents(of: folder.path + "/text")) ?? []
    return (String(decoding: text, as: UTF8.self), outcome)
  }
}

extension ReplayOutcome {
  /// What is wrong with the one file.
  var damage: CaptureFileError? {
    if case .capture(_, let error)? = damages.first?.error { error } else { nil }
  }
}
