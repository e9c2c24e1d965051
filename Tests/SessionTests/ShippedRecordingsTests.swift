import Golden
import Process
import Testing

/// What is shipped: each capture with its whole text, and recordings without a private path.
@Suite struct ShippedRecordingsTests {
  /// The demos, and what is left of each where it was cut off.
  static let all = ShippedCaptures.all.filter { $0.contains("demo-") }

  /// Of every capture, ours or made as others make them.
  @Test(arguments: ShippedCaptures.all)
  func theTextIsThatExpected(name: String) throws {
    // A name as the user would give it in that folder.
    let outcome = try runText([
      "env", "-u", "NO_COLOR", "LC_ALL=C.UTF-8", "sh", "-c",
      "cd \(ShippedCaptures.folder) && \(Command.path) replay \(name) --width 104",
    ])
    let text = outcome.text + outcome.errorText + "[\(outcome.status)]\n"
    let difference = Golden.difference(of: text, from: "../../../captures/expected/\(name).txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test func thereAreBothDemosInBothLanguages() {
    let names = ["demo-tcp", "demo-udp", "demo-tcp-c", "demo-udp-c"].map { $0 + ".pcapng" }
    #expect(Set(Self.all) == Set(names + names.map { "damaged-" + $0 }))
  }

  @Test(arguments: all.filter { !$0.hasPrefix("damaged") })
  func theirCausesAreThoseWorkedOut(name: String) throws {
    let outcome = try Command.run(["replay", "--verify", ShippedCaptures.folder + name])
    #expect(outcome.status == 0, "\(outcome.text)")
  }

  /// The only folders in them are the one that recordings are made in and that of the sources, as it is
  /// called in them. A held descriptor has slashes too: `4/12345/tcp/127.0.0.1:3490/-/-/-`.
  @Test(arguments: all)
  func theyNameNoFolderOfAMachine(name: String) throws {
    let bytes = try contents(of: ShippedCaptures.folder + name)
    let text = String(decoding: bytes, as: UTF8.self)
    let paths = text.matches(of: /\/[a-z][\w.-]*(\/[\w.-]+)+/).map { String($0.output.0) }
      .filter { !$0.hasPrefix("/tcp/") && !$0.hasPrefix("/udp/") }
    #expect(!paths.isEmpty)
    let known = ["/tmp/sockline-demo/", "/sockline/"]
    #expect(paths.filter { path in !known.contains { path.hasPrefix($0) } } == [])
  }
}
