import Frames
import Process
import Recorded
import Recording
import Scenario
import Testing
import Timeline

/// The script and the profile for Wireshark, in the hands of tshark.
@Suite(.serialized) struct WiresharkTests {
  private let folder: TemporaryFolder
  private static let script = capturesFolder + "../docs/wireshark/sockline.lua"

  init() throws { folder = try TemporaryFolder() }

  private func tshark(_ arguments: [String], isPlain: Bool = false) throws -> String {
    let script = isPlain ? [] : ["-X", "lua_script:" + Self.script]
    let outcome = try runText(["tshark", "-n"] + script + arguments)
    // 2: the file is damaged.
    #expect([0, 2].contains(outcome.status), "\(outcome.errorText)")
    #expect(!outcome.errorText.lowercased().contains("lua"), "\(outcome.errorText)")
    return outcome.text
  }

  /// The fields of the rows that a filter keeps.
  private func rows(
    _ names: [String], of file: String, where filter: String = "frame"
  ) throws -> [[String]] {
    let names = names.flatMap { ["-e", $0] }
    let text = try tshark(["-r", file, "-Y", filter, "-T", "fields"] + names)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
  }

  @Test func aCallIsSelectedWithItsPackets() throws {
    let file = try folder.write(RecordedScenario(.tcpDemo).bytes, to: "a.pcapng")
    let names = ["event", "kind", "call", "name", "fd", "result", "process", "offset", "length"]
    let selected = try rows(names.map { "sockline." + $0 }, of: file, where: "sockline.call == 8")
    #expect(
      selected == [
        ["enter", "", "8", "write", "3", "", "client[4121]", "", ""],
        ["", "call", "8", "write", "3", "", "client[4121]", "0", "13"],
        ["exit", "", "8", "write", "", "13", "client[4121]", "", ""],
      ])
  }

  /// Every cause of every scenario, field by field.
  @Test(arguments: scenarios.indices)
  func causesAreThoseOfTheTimeline(index: Int) throws {
    let bytes = RecordedScenario(scenarios[index].scenario).bytes
    let file = try folder.write(bytes, to: "a.pcapng")
    let names = ["kind", "call", "packet", "trigger", "delayed", "offset", "length"]
    let shown = try rows(
      ["frame.packet_id"] + names.map { "sockline." + $0 }, of: file, where: "frame.encap_type")
    let packets = RecordingContents(bytes).packets
    #expect(shown.count == packets.count)
    for (row, packet) in zip(shown, packets) {
      let cause = try #require(packet.stored).cause
      func text<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "" }
      #expect(
        row == [
          "\(packet.number)", cause.kind.rawValue,
          cause.calls.map { "\($0.rawValue)" }.joined(separator: ","), text(cause.packet),
          text(cause.trigger?.rawValue), cause.isDelayed ? "1" : "",
          text(cause.bytes?.lowerBound), text(cause.bytes?.count),
        ])
    }
  }

  @Test func valuesHaveTypes() throws {
    let file = try folder.write(RecordedScenario(.refused).bytes, to: "a.pcapng")
    let names = ["name", "result", "errno", "duration", "time", "stream", "tid", "run"]
    let failed = try rows(
      names.map { "sockline." + $0 }, of: file,
      where: "sockline.result < 0 && sockline.errno == 111 && sockline.duration < 1")
    #expect(failed.count == 1)
    #expect(failed.first?.prefix(3) == ["connect", "-1", "111"])
    #expect(failed.first?[3].hasPrefix("0.0000") == true)
    #expect(failed.first?[4].contains(/2023 .*\.00\d{7}/) == true)
    #expect(failed.first?.suffix(3) == ["127.0.0.1:51514>127.0.0.1:3490", "4121", "5f3a"])
    let process = try rows(["sockline.pid"], of: file, where: "sockline.kind == \"call\"")
    #expect(process == [["4121"]])
  }

  @Test func mergedRecordingsAreToldApart() throws {
    let one = try folder.write(RecordedScenario(.tcpDemo, run: "5f3a").bytes, to: "a.pcapng")
    let two = try folder.write(RecordedScenario(.tcpDemo, run: "6b6b").bytes, to: "b.pcapng")
    let out = folder.path + "/merged.pcapng"
    #expect(try runText(["mergecap", "-w", out, one, two]).status == 0)
    for run in ["5f3a", "6b6b"] {
      let selected = try rows(
        ["sockline.event", "sockline.kind"], of: out,
        where: "sockline.call == 8 && sockline.run == \"\(run)\"")
      #expect(selected == [["enter", ""], ["", "call"], ["exit", ""]])
    }
  }

  @Test func callsAreReadInTheColumns() throws {
    let file = try folder.write(RecordedScenario(.tcpDemo).bytes, to: "a.pcapng")
    let columns = ["_ws.col.Protocol", "_ws.col.Info"]
    let info = try rows(columns, of: file, where: "sockline.name == \"connect\" && sockline.event")
    #expect(
      info == [
        ["sockline", "client[4121] c6 begins connect()"],
        ["sockline", "client[4121] c6 returns connect() = 0  in 0.036 ms"],
      ])
    // Packets keep what tshark says of them.
    let packets = try rows(columns, of: file, where: "frame.encap_type")
    #expect(packets.count == 10 && packets.allSatisfy { $0[0] == "TCP" })
  }

  // MARK: what others write

  /// A file with one interface, to which packets and entries are added.
  private func made(_ add: (inout MadePcapng) -> Void) throws -> String {
    var file = MadePcapng(isBigEndian: false)
    file.section()
    file.interface(link: 1)
    add(&file)
    return try folder.write(file.bytes, to: "made.pcapng")
  }

  /// Kind and calls of a packet that has these comments.
  private func cause(of comments: [String]) throws -> [String] {
    let file = try made { file in
      let options = comments.map { file.option(1, Array($0.utf8)) }.joined()
      file.packet(
        0, time: 0, [UInt8](repeating: 0, count: 60), options: options + file.option(0, []))
    }
    return try rows(["sockline.kind", "sockline.call"], of: file)[0]
  }

  private static let probe = "in words\nsockline cause=timer reason=zero-window-probe calls=5"

  /// The line of fields counts, wherever it stands, and words beside it do not.
  @Test func fieldsAreReadAndWordsAreNot() throws {
    let words = "call 6: connect(3) by a[1]; SYN"
    for comments in [
      [Self.probe], [words, Self.probe], [Self.probe, words],
      ["sockline cause=copy reason=captured-again", Self.probe, "mine"],
      ["one\r\nsockline cause=timer reason=keep-alive calls=5\r\ntwo"],
    ] {
      #expect(try cause(of: comments) == ["timer", "5"], "\(comments)")
    }
    #expect(try cause(of: [words, "sockline cause=none"]) == ["", ""])
    #expect(
      try cause(of: [words, "x\nsockline cause=untraced reason=passed-over"]) == ["untraced", ""])
  }

  @Test(
    arguments: [
      "sockline cause=call", "sockline cause=call reason=data calls=7 calls=8",
      "sockline cause=I think so", " sockline cause=call reason=data", "sockline cause=",
      "sockline cause=call reason=data a=b=c", "sockline cause=call  reason=data",
      "sockline cause=call reason=data colour=größer", "%s%n sockline cause=call",
    ])
  func linesOfOthersAreNoFields(comment: String) throws {
    #expect(try cause(of: [comment]) == ["", ""])
    if comment != "sockline cause=call" {
      #expect(try cause(of: [Self.probe, comment]) == ["timer", "5"])
    }
  }

  @Test(
    arguments: [
      (
        "cause=call reason=data calls=7,8 bytes=0:13 name=write fd=4 caller=a\\x20b\\x3d[9]",
        ["call", "data", "7,8", "", "", "a b=[9]", "write", "4", "0", "13", ""]
      ),
      (
        "cause=released reason=released-by-call calls=7 fin=9 packet=12 trigger=8 bytes=13:26",
        ["released", "released-by-call", "7", "12", "8", "", "", "", "13", "13", ""]
      ),
      (
        "cause=exit reason=exit-rst process=\\x5bx\\x5d[9] unread=3",
        ["exit", "exit-rst", "", "", "", "[x][9]", "", "", "", "", ""]
      ),
      (
        "cause=reply reason=ack-data packet=4 delayed=1 colour=blue",
        ["reply", "ack-data", "", "4", "", "", "", "", "", "", "1"]
      ),
    ])
  func everyFieldIsRead(fields: String, expected: [String]) throws {
    let comment = "in words\nsockline " + fields
    let file = try made { file in
      file.packet(0, time: 0, [], options: file.option(1, Array(comment.utf8)))
    }
    let names = [
      "kind", "reason", "call", "packet", "trigger", "process", "name", "fd", "offset", "length",
      "delayed",
    ]
    #expect(try rows(names.map { "sockline." + $0 }, of: file) == [expected])
  }

  // Format 1, which says it in words.

  @Test(
    arguments: [
      "look here", "call me", "call 4 me: later", "call 99999999999999999999: write(3); data",
      "call 4,: write(3)", "call ,4", "reply", "reply to packet", "reply to packet x: ACK of data",
      "exit of x: FIN at exit", "released by packet 3,4: window opened", "timer", "unknown",
      "note: call 4: write(3); data", "retransmission of packet 9 (call", "%s%n%c[", ": ; : ;",
      "released by packet 4294967296: window opened",
    ])
  func commentsOfOthersAreNoCauses(comment: String) throws {
    #expect(try cause(of: [comment]) == ["", ""])
    #expect(try cause(of: ["call 6: connect(3) by a[1]; SYN", comment]) == ["call", "6"])
  }

  @Test func theLastCommentThatFitsCounts() throws {
    let comments = ["call 6: connect(3) by a[1]; SYN", "reply to packet 3 (call 7): ACK of data"]
    #expect(try cause(of: comments) == ["reply", "7"])
    #expect(try cause(of: comments.reversed() + ["mine"]) == ["call", "6"])
    #expect(try cause(of: ["call 6,7: bytes 0:9; data\nreply to packet 1: x"]) == ["call", "6,7"])
  }

  @Test(
    arguments: [
      ("call 6: connect(3) by client[200]; SYN", ["call", "SYN", "6", "", "client[200]"]),
      ("call 7,8: write(4) bytes 0:13 by a: b[9]; data", ["call", "data", "7,8", "", "a: b[9]"]),
      (
        "call 7 released by packet 12: window opened", ["released", "window opened", "7", "12", ""]
      ),
      ("exit of a\\x3b: b[9]: FIN at exit", ["exit", "FIN at exit", "", "", "a;: b[9]"]),
      ("untraced", ["untraced", "", "", "", ""]),
      ("untraced: packet of other programs", ["untraced", "packet of other programs", "", "", ""]),
      ("ambiguous: calls overlapped; calls 3,4", ["ambiguous", "calls overlapped", "3,4", "", ""]),
      ("unknown: something new; colour blue", ["unknown", "something new", "", "", ""]),
    ])
  func everyKindIsRead(comment: String, expected: [String]) throws {
    let file = try made { file in
      file.packet(0, time: 0, [], options: file.option(1, Array(comment.utf8)))
    }
    let names = ["kind", "reason", "call", "packet", "process"]
    #expect(try rows(names.map { "sockline." + $0 }, of: file) == [expected])
  }

  @Test func entriesOfOthersAndHostileOnes() throws {
    let head = "__REALTIME_TIMESTAMP=1700000000000210\n"
    let huge = String(repeating: "9", count: 40)
    let texts = [
      head + "MESSAGE=of others\n_PID=1\n", head + "MESSAGE=later\nSOCK_V=3\nSOCK_ID=1\n",
      // A field in binary form, whose payload looks like fields.
      head + "MESSAGE\n\u{9}\0\0\0\0\0\0\0\nSOCK_V=1\nSOCK_ID=7\n",
      head + "SOCK_V=1\nSOCK_ID=\(huge)\nRESULT=-\(huge)\nSOCK_DUR_NS=-1\nERRNO=x\n_PID=\(huge)\n",
      head + "SOCK_V=1\nSOCK_EV=call\nSOCK_ID=8", head + "SOCK_V=1\nSOCK_EV=%s%n\u{1B}[31m\n",
      head + "SOCK_V=1\nSOCK_EV=cause\nSOCK_PACKET=3\nSOCK_CAUSE=call 9: write(3); data\n",
      head + "SOCK_V=2\nSOCK_EV=cause\nSOCK_PACKET=3\nSOCK_CAUSE=call 9: write(3); data\n",
      head + "SOCK_V=2\nSOCK_EV=cause\nSOCK_PACKET=3\nSOCK_CAUSE="
        + "sockline cause=call reason=data calls=9,10 caller=a\\\\x20b[1]\n",
      head + "SOCK_V=2\nSOCK_EV=exit\nSOCK_ID=10\nRESULT=-123456789012345678\n",
    ]
    let file = try made { file in for text in texts { file.block(9, Array(text.utf8)) } }
    let names = ["event", "call", "result", "amends"].map { "sockline." + $0 }
    #expect(
      try rows(names, of: file) == [
        ["", "", "", ""], ["", "", "", ""], ["", "", "", ""], ["", "", "", ""],
        ["call", "", "", ""], ["%s%n\\x1b[31m", "", "", ""], ["cause", "9", "", "3"],
        ["cause", "", "", "3"], ["cause", "9,10", "", "3"],
        ["exit", "10", "-123456789012345678", ""],
      ])
    #expect(!(try tshark(["-r", file, "-V"])).contains("Lua Error"))
  }

  /// A packet whose bytes are those of an entry is a packet.
  @Test func aPacketIsNoEntry() throws {
    let entry = Array("__REALTIME_TIMESTAMP=1\nSOCK_V=1\nSOCK_EV=call\nSOCK_ID=8\n".utf8)
    let file = try made { $0.packet(0, time: 0, entry) }
    #expect(try rows(["sockline.call"], of: file) == [[""]])
  }

  @Test(arguments: captureNames.filter { !$0.contains("demo") && !$0.contains("endings") })
  func capturesOfOthersLookAsBefore(name: String) throws {
    let plain = try tshark(["-r", capturesFolder + name, "-V"], isPlain: true)
    #expect(try tshark(["-r", capturesFolder + name, "-V"]) == plain)
  }

  // MARK: the profile and the page

  @Test func theProfileHasColumnsAndColours() throws {
    let file = try folder.write(RecordedScenario(.retransmission).bytes, to: "a.pcapng")
    let profiles = folder.path + "/wireshark/profiles"
    let profile = Self.script.dropLast("sockline.lua".count) + "profile"
    #expect(
      try runText(["sh", "-c", "mkdir -p \(profiles) && cp -r \(profile) \(profiles)/sockline"])
        .status == 0)
    let command = [
      "env", "XDG_CONFIG_HOME=\(folder.path)", "HOME=\(folder.path)", "tshark", "-n", "-C",
      "sockline", "-X", "lua_script:" + Self.script, "-r", file,
    ]
    let columns = try runText(command + ["-T", "json", "-j", "_ws.col"])
    #expect(columns.status == 0, "\(columns.errorText)")
    let list = try runText(command).text.split(separator: "\n")
    #expect(list.contains { $0.contains(/\s6 client\[\d+\] .*127\.0\.0\.1.*TCP \d+ .*\[SYN\]/) })
    let colours = try runText(
      command + [
        "--color", "-T", "fields", "-e", "sockline.kind", "-e", "frame.coloring_rule.name",
      ]
    ).text.split(separator: "\n").map(String.init)
    #expect(colours.contains("retransmission\tretransmission"))
    #expect(colours.contains("call\tsent by a call"))
    #expect(colours.contains("reply\tsent by the kernel"))
    #expect(colours.contains("\ta call"))
  }

  @Test func everyFieldIsDescribed() throws {
    let folder = Self.script.dropLast("sockline.lua".count)
    let script = String(decoding: try contents(of: Self.script), as: UTF8.self)
    let page = String(decoding: try contents(of: folder + "README.md"), as: UTF8.self)
    let fields = Set(script.matches(of: /ProtoField\.\w+\("(sockline\.\w+)"/).map(\.output.1))
    let described = Set(page.matches(of: /`(sockline\.[a-z]+)/).map(\.output.1))
    #expect(fields.count == 22)
    #expect(described.subtracting(["sockline.lua"]) == fields)
  }
}
