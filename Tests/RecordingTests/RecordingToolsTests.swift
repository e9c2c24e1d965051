import CaptureFile
import Process
import Recorded
import Recording
import Scenario
import Testing
import Timeline
import Wire

/// Recordings in the hands of other people's tools.
@Suite(.serialized) struct RecordingToolsTests {
  private let folder: TemporaryFolder
  /// The demo, whose recording has calls that lie between packets, and calls in one entry.
  private let recorded = RecordedScenario(.tcpDemo, run: "5f3a")
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = try folder.write(recorded.bytes, to: "one.pcapng")
  }

  private func fields(_ arguments: [String], of file: String) throws -> [[Substring]] {
    let outcome = try runText(["tshark", "-n", "-r", file, "-T", "fields"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return outcome.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
  }

  @Test(arguments: scenarios.indices)
  func tsharkShowsEveryCallAndACommentOnEveryPacket(index: Int) throws {
    let scenario = scenarios[index].scenario
    let path = try folder.write(RecordedScenario(scenario).bytes, to: "\(index).pcapng")
    let rows = try fields(
      [
        "-e", "systemd_journal.cursor", "-e", "frame.comment", "-e", "ip.version", "-e",
        "ipv6.version",
      ],
      of: path)
    let calls = Set(rows.compactMap { $0[0].firstMatch(of: /call=[0-9]+;/)?.output })
    let entered = scenario.events.filter {
      if case .call(let event) = $0, case .entered = event.what { true } else { false }
    }
    #expect(calls.count == entered.count)
    let packets = rows.filter { !$0[2].isEmpty || !$0[3].isEmpty }
    #expect(packets.count == scenario.frames.count)
    #expect(packets.allSatisfy { $0[0].isEmpty })
    // A line for people, and one of fields, which tshark tells as `\n` and what follows.
    #expect(
      packets.allSatisfy { $0[1].contains(/^[a-z]+ ?.*\\nsockline cause=[a-z]+ reason=[a-z-]+/) })
    #expect(rows.filter { !$0[0].isEmpty }.allSatisfy { $0[1].isEmpty })
  }

  @Test func theFieldsAreThoseThatPeopleFilterOn() throws {
    let names = [
      "message", "priority", "syslog_id", "pid", "comm", "code_func", "result", "errno",
      "transport",
      "stream_id",
    ]
    let path = try folder.write(RecordedScenario(.refused).bytes, to: "refused.pcapng")
    let rows = try fields(
      ["-Y", "systemd_journal.code_func == \"connect\" && systemd_journal.errno"]
        + names.flatMap { ["-e", "systemd_journal.\($0)"] }, of: path)
    #expect(
      rows == [
        [
          "connect() = -111", "3", "client", "4121", "client", "connect", "-1", "111", "tcp",
          "127.0.0.1:51514>127.0.0.1:3490",
        ]
      ])
  }

  @Test func theFilterSelectsACallAndItsPackets() throws {
    func selected(_ call: Int) throws -> [Substring] {
      let filter =
        "systemd_journal.cursor contains \"call=\(call);\" or "
        + "frame.comment matches \" calls=([0-9]+,)*\(call)\\\\b\""
      return try fields(
        ["-Y", filter, "-e", "systemd_journal.cursor", "-e", "frame.packet_id"], of: file
      ).map { $0[0].isEmpty ? "packet " + $0[1] : $0[0] }
    }
    #expect(
      try selected(6) == ["run=5f3a;call=6;ev=enter", "packet 1", "run=5f3a;call=6;ev=exit"])
    #expect(
      try selected(8) == ["run=5f3a;call=8;ev=enter", "packet 4", "run=5f3a;call=8;ev=exit"])
    #expect(try selected(1) == ["run=5f3a;call=1;ev=call"])
  }

  @Test func timesAreInStrictOrder() throws {
    for (name, scenario) in scenarios {
      for step in [1, 333, 1_000] as [Int64] {
        let path = try folder.write(
          RecordedScenario(scenario.squeezed(step)).bytes, to: "order.pcapng")
        let outcome = try runText(["capinfos", "-o", path])
        #expect(outcome.text.contains("Strict time order:   True"), "\(name): \(outcome)")
      }
    }
  }

  @Test func capinfosKnowsWhatItIs() throws {
    let outcome = try runText(["capinfos", file])
    #expect(outcome.text.contains("Capture comment:     sockline recording, format 2: demo tcp"))
    #expect(outcome.text.contains("Capture application: sockline 0.1.0"))
    #expect(outcome.text.contains("Number of packets:   10"))
    #expect(outcome.text.contains("Number of interfaces in file: 1"))
  }

  @Test func packetsAreThoseOfTheCapture() throws {
    let scenario = Scenario.tcpDemo
    let writer = PcapWriter(link: .ethernet, snaplen: 256)
    var pcap = writer.header()
    for case .packet(let packet) in scenario.events {
      pcap += writer.record(
        timeNanoseconds: packet.time.nanoseconds, frameLength: packet.frameLength,
        bytes: scenario.frames[packet.number] ?? [])
    }
    let other = try folder.write(pcap, to: "one.pcap")
    let texts = try [file, other].map {
      try runText(["tcpdump", "-n", "-xx", "--nano", "-r", $0]).text
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0].split(separator: "\n").count { !$0.hasPrefix("\t") } == 10)
    let packets = [records(of: recorded.bytes), records(of: pcap)]
    #expect(packets[0].map(\.bytes) == packets[1].map(\.bytes))
    #expect(packets[0].map(\.time) == packets[1].map(\.time))
  }

  /// The recording after a tool had it in its hands.
  private func through(_ command: [String], _ name: String) throws -> RecordingContents {
    let outcome = try runText(command)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    return RecordingContents(try contents(of: folder.path + "/" + name))
  }

  @Test func linksSurviveEditcapAndReordercap() throws {
    let out = folder.path + "/out.pcapng"
    let whole = RecordingContents(recorded.bytes)
    for command in [
      ["editcap", file, out], ["editcap", "-F", "pcapng", file, out], ["reordercap", file, out],
      ["mergecap", "-w", out, file],
    ] {
      let contents = try through(command, "out.pcapng")
      #expect(contents.order == whole.order, "\(command)")
      #expect(contents.packets.map(\.stored) == whole.packets.map(\.stored))
      #expect(!contents.reader.isUnfinished && !contents.reader.clocksDisagree)
      #expect(contents.start?.source == whole.start?.source)
    }
  }

  @Test func packetsThatAreLeftKeepTheirNumbersAndLinks() throws {
    let out = folder.path + "/out.pcapng"
    // Everything before the first packet with data is cut out.
    let rows = try fields(["-e", "frame.packet_id"], of: file)
    let place = (rows.firstIndex { $0 == ["4"] } ?? 0) + 1
    let contents = try through(
      ["editcap", "-r", file, out, "\(place)-\(rows.count)"], "out.pcapng")
    let whole = RecordingContents(recorded.bytes)
    #expect(contents.packets.map(\.number) == Array(4...10))
    #expect(contents.packets.map(\.stored) == whole.packets.dropFirst(3).map(\.stored))
    #expect(contents.start == nil)
  }

  /// Where only packets are left, no entry tells the format.
  @Test(arguments: ["", "demo-tcp.pcapng"])
  func packetsAloneKeepTheirLinks(capture: String) throws {
    let file = capture.isEmpty ? self.file : capturesFolder + capture
    let out = folder.path + "/out.pcapng"
    let rows = try fields(["-e", "frame.packet_id"], of: file)
    let places = rows.indices.filter { !rows[$0][0].isEmpty }.map { "\($0 + 1)" }
    let contents = try through(["editcap", "-r", file, out] + places, "out.pcapng")
    let whole = RecordingContents(try Process.contents(of: file))
    #expect(places.count == 10)
    #expect(contents.items.count == 10)
    #expect(contents.packets.map(\.number) == whole.packets.map(\.number))
    #expect(contents.packets.map(\.stored) == whole.packets.map(\.stored))
    #expect(contents.packets.allSatisfy { $0.stored != nil && $0.record.comments.isEmpty })
  }

  /// editcap adds comments behind those that are there, `replay -w` before them.
  @Test(arguments: ["look here", "call 4: write(3) by client[200]; data", "sockline cause=mine"])
  func commentsOfAUserStayApart(comment: String) throws {
    let rows = try fields(["-e", "frame.packet_id"], of: file)
    let places = rows.indices.filter { !rows[$0][0].isEmpty }.map { $0 + 1 }
    var copier = PcapngComments([4: [comment]], isRecording: true)
    let before = copier.copy(recorded.bytes) + copier.finish()
    let path = try folder.write(before, to: "before.pcapng")
    let out = folder.path + "/out.pcapng"
    let added = places.flatMap { ["-a", "\($0):\(comment)"] }
    let contents = try through(["editcap"] + added + [path, out], "out.pcapng")
    let whole = RecordingContents(recorded.bytes)
    #expect(contents.order == whole.order)
    #expect(contents.packets.map(\.stored) == whole.packets.map(\.stored))
    for packet in contents.packets {
      #expect(packet.record.comments == (packet.number == 4 ? [comment, comment] : [comment]))
    }
  }

  /// One of the last format, and one of this.
  @Test func recordingsOfBothFormatsAreMerged() throws {
    let old = capturesFolder + "demo-tcp.pcapng"
    let out = folder.path + "/out.pcapng"
    let contents = try through(["mergecap", "-w", out, old, file], "out.pcapng")
    let wholes = [
      RecordingContents(try Process.contents(of: old)), RecordingContents(recorded.bytes),
    ]
    #expect(contents.reader.recordings == 2 && !contents.reader.isUnfinished)
    let merged = Dictionary(grouping: contents.packets) { $0.stored?.run }.values
    #expect(
      Set(merged.map { $0.map { $0.stored?.cause } })
        == Set(wholes.map { $0.packets.map { $0.stored?.cause } }))
    #expect(merged.map(\.count) == [10, 10])
  }

  @Test func shiftedPacketsAreNoticed() throws {
    let out = folder.path + "/out.pcapng"
    for shift in ["3600", "-1.5"] {
      let contents = try through(["editcap", "-t", shift, file, out], "out.pcapng")
      #expect(contents.reader.clocksDisagree)
      #expect(contents.order.count == RecordingContents(recorded.bytes).order.count)
    }
  }

  /// Both hold the same numbers of calls, packets and processes, at the same times.
  @Test(arguments: [[], ["-I", "all"], ["-a"]])
  func mergedRecordingsStayApart(options: [String]) throws {
    let other = try folder.write(RecordedScenario(.tcpDemo, run: "6b6b").bytes, to: "two.pcapng")
    let out = folder.path + "/out.pcapng"
    let contents = try through(["mergecap", "-w", out] + options + [file, other], "out.pcapng")
    #expect(contents.reader.recordings == 2)
    #expect(!contents.reader.isUnfinished)
    #expect(contents.packets.map(\.number) == Array(1...20))
    #expect(contents.packets.allSatisfy { $0.stored != nil })
    let order = Dictionary(grouping: contents.items) { $0.run }.mapValues { items in
      items.count
    }
    #expect(order[0] == order[1] && order.count == 2)
  }

  @Test func scapyReadsIt() throws {
    let script = """
      from scapy.utils import rdpcap
      packets = rdpcap("\(file)")
      print(len(packets), sum(len(p) for p in packets), repr(packets[0].time))
      """
    let outcome = try runText(["/usr/bin/python3", "-c", script])
    let sizes = Scenario.tcpDemo.frames.values.reduce(0) { $0 + $1.count }
    #expect(outcome.text.hasPrefix("10 \(sizes) "), "\(outcome)")
    #expect(outcome.text.contains("1700000000.001219"))
  }

  @Test func everyToolReadsUpToACut() throws {
    let half = recorded.bytes.prefix(recorded.bytes.count * 2 / 3)
    let path = try folder.write(Array(half), to: "half.pcapng")
    let count = RecordingContents(Array(half)).packets.count
    #expect(count > 3 && count < 10)
    let outcome = try runText(["tcpdump", "-n", "-r", path])
    #expect(outcome.text.split(separator: "\n").count == count)
    let shown = try runText(["tshark", "-n", "-r", path, "-Y", "tcp"])
    #expect(shown.text.split(separator: "\n").count == count)
  }
}
