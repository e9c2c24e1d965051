import Calls
import CaptureFile
import Recorded
import Scenario
import Testing
import Timeline
import Wire

@testable import Recording

@Suite struct RecordingWriterTests {
  /// The stamp of each block that has one, in nanoseconds, in the order of the file.
  private func stamps(_ file: [UInt8]) -> [Int64] {
    var reader = CaptureReader()
    reader.append(file)
    var stamps: [Int64] = []
    while let item = try? reader.nextItem() {
      switch item {
      case .packet(let record): stamps.append(record.time)
      case .journal(let entry):
        stamps.append((Int64(entry["__REALTIME_TIMESTAMP"] ?? "") ?? -1) * 1_000)
      }
    }
    return stamps
  }

  private func entries(_ file: [UInt8]) -> [JournalEntry] {
    var reader = CaptureReader()
    reader.append(file)
    var entries: [JournalEntry] = []
    while let item = try? reader.nextItem() {
      if case .journal(let entry) = item { entries.append(entry) }
    }
    return entries
  }

  /// `step` 1 lets everything happen within a microsecond or two.
  @Test(arguments: scenarios.indices, [1, 250, 1_000] as [Int64])
  func whatWasRecordedReadsBackInItsOrder(index: Int, step: Int64) {
    let scenario = scenarios[index].scenario.squeezed(step)
    let recorded = RecordedScenario(scenario)
    let contents = RecordingContents(recorded.bytes)
    #expect(contents.error == nil)
    #expect(contents.order == scenario.order)
    #expect(!contents.reader.isUnfinished)
    #expect(!contents.reader.clocksDisagree)
    #expect(RecordingContents(recorded.bytes, pieceSize: 61).order == scenario.order)
    let stamps = stamps(recorded.bytes)
    #expect(stamps == stamps.sorted())
  }

  @Test(arguments: scenarios.indices)
  func everyPacketHasItsCauseAndItsBytes(index: Int) {
    let scenario = scenarios[index].scenario
    let recorded = RecordedScenario(scenario)
    let packets = RecordingContents(recorded.bytes).packets
    let records = RecordingTests.records(of: recorded.bytes)
    var rows = 0
    for row in recorded.rows {
      guard case .packet(let row) = row.content else { continue }
      let packet = packets[rows]
      rows += 1
      #expect(packet.stored?.cause == row.cause)
      #expect(packet.number == row.packet.number)
      #expect(packet.record.bytes == scenario.frames[packet.number])
      #expect(packet.record.frameLength == row.packet.frameLength)
      let comments = records[packet.number - 1].comments
      #expect(comments.count == 1)
      #expect(comments[0].hasPrefix(row.cause.commentLine.prefix(6)))
      #expect(comments[0].split(separator: "\n").count == 2)
      #expect(packet.record.comments.isEmpty)
    }
    #expect(rows == packets.count)
  }

  @Test func theStartAndTheEndReadBack() throws {
    var made: RecordingStart?
    let recorded = RecordedScenario(.tcpDemo) {
      $0.notes = ["one\ntwo", "", "\"three\""]
      $0.command = "run \u{1B}[31m\nMESSAGE=evil"
      $0.source = "lo, \u{301}private"
      $0.capturesOnlyLoopback = true
      $0.isPrivate = true
      $0.hasPackets = false
      $0.filter = "tcp port 80"
      $0.monotonic = 77
      made = $0
    }
    let contents = RecordingContents(recorded.bytes)
    var start = try #require(contents.start)
    var wanted = try #require(made)
    // These stand in blocks that packet tools know.
    (start.link, start.snaplen, start.system) = (wanted.link, wanted.snaplen, wanted.system)
    wanted.run = "5f3a"
    #expect(start == wanted)
    let end = try #require(contents.end)
    #expect(end.stretch == 2 && end.addedNanoseconds == 14_000)
    #expect(end.lostByKernel == 0 && end.lostByInterface == 0)
    #expect(entries(recorded.bytes).allSatisfy { $0["SOCK_V"] == "2" })
    let first = try #require(entries(recorded.bytes).first)
    #expect(first["MESSAGE"]?.hasPrefix("sockline recording, format 2: run ") ?? false)
    let last = try #require(entries(recorded.bytes).last)
    #expect(last["SOCK_CALLS"] == "14" && last["SOCK_PKTS"] == "10" && last["SOCK_DROPS"] == "0")
    #expect(entries(recorded.bytes).allSatisfy { $0.fields.first?.name == "__REALTIME_TIMESTAMP" })
  }

  @Test func aCallIsOneEntryWhereNothingLiesBetween() {
    let entries = entries(RecordedScenario(.tcpDemo).bytes)
    func kinds(_ call: Int) -> [String] {
      entries.filter { $0["SOCK_ID"] == "\(call)" }.compactMap { $0["SOCK_EV"] }
    }
    #expect(kinds(1) == ["call"])
    #expect(kinds(4) == ["enter", "exit"])
    #expect(kinds(6) == ["enter", "exit"])
    #expect(Set(entries.compactMap { $0["SOCK_ID"] }).count == 14)
    let connect = entries.first { $0["CODE_FUNC"] == "connect" }
    #expect(connect?["_STREAM_ID"] == "127.0.0.1:51514>127.0.0.1:3490")
    #expect(connect?["__CURSOR"] == "run=5f3a;call=6;ev=enter")
    #expect(connect?["_COMM"] == "client")
  }

  @Test func failuresStandOut() {
    let entries = entries(RecordedScenario(.refused).bytes)
    let failed = entries.filter { $0["PRIORITY"] == "3" }
    #expect(failed.map { $0["ERRNO"] } == ["111"])
    #expect(failed.first?["RESULT"] == "-1")
  }

  @Test func nothingIsHeldBackForLong() {
    let script = Script()
    let program = script.process(200, "client", .client)
    let socket = script.socket(fd: 3)
    for index in 0..<20 { program.socket((index * 50_000)...(index * 50_000 + 5), socket) }
    let recorded = RecordedScenario(script.scenario)
    // All but the last 100 ms are written before the end is known.
    let early = RecordingContents(Array(recorded.blocks.prefix(recorded.early).joined()))
    #expect(early.events.count >= 1 + 2 * 17)
    #expect(early.error == nil)
    #expect(early.reader.isUnfinished)
  }

  @Test func longEntriesAreSplitAndReadBack() throws {
    let payload = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let command = (0..<40).map { _ in String(repeating: "\u{202E}ü\n", count: 100) }
    let script = Script()
    let program = script.process(200, "client", .client)
    let socket = script.socket(fd: 3)
    program.event(
      5, .executed(name: "x", command: command, closed: [], entered: 0))
    program.enters(10, .write, socket) { $0.payload = payload }.returns(20, 65_536)
    let scenario = script.scenario
    let recorded = RecordedScenario(scenario)
    #expect(recorded.blocks.allSatisfy { $0.count < 65_536 })
    #expect(recorded.blocks.count > scenario.events.count + 2)
    #expect(RecordingContents(recorded.bytes).order == scenario.order)
    for entry in entries(recorded.bytes) where entry["SOCK_EV"] == "more" {
      #expect(entry["__CURSOR"]?.contains("ev=more") == true)
    }
  }

  @Test(arguments: RandomEvents.hostile)
  func hostileTextStaysInItsPlace(text: String) {
    let script = Script()
    let program = script.process(200, text, .client)
    let socket = script.socket(fd: 3)
    program.event(5, .executed(name: text, command: [text, text], closed: [], entered: 0))
    program.event(6, .blind(text))
    script.prints(7, program, text)
    program.enters(10, .write, socket) { $0.payload = Array(text.utf8) }.returns(20, 1)
    let scenario = script.scenario
    let recorded = RecordedScenario(scenario) { $0.command = text }
    let contents = RecordingContents(recorded.bytes)
    #expect(contents.order == scenario.order)
    #expect(contents.start?.command == text)
    for entry in entries(recorded.bytes) {
      #expect(entry["_PID"] == "200" || entry["_PID"] == nil)
      #expect(Set(entry.fields.map(\.name)).count == entry.fields.count)
    }
  }

  /// A program that is called like fields of a cause, the one that sends packets.
  @Test(
    arguments: RandomEvents.hostile + [
      "x\nsockline cause=timer reason=keep-alive", "sockline cause=timer reason=keep-alive",
      "x calls=666 packet=1", "x[1] delayed=1",
    ])
  func hostileNamesAreNoCauses(name: String) {
    let recorded = RecordedScenario(Scenario.tcpDemo.renamed(name))
    let causes = recorded.rows.compactMap { row -> Cause? in
      if case .packet(let packet) = row.content { packet.cause } else { nil }
    }
    let contents = RecordingContents(recorded.bytes)
    #expect(contents.packets.map { $0.stored?.cause } == causes)
    #expect(contents.packets.allSatisfy { $0.record.comments.isEmpty })
    for comment in RecordingTests.records(of: recorded.bytes).flatMap(\.comments) {
      #expect(comment.utf8.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0A })
      #expect(comment.utf8.count { $0 == 0x0A } == 1)
    }
  }

  @Test func theSnaplenHolds() {
    let recorded = RecordedScenario(.tcpDemo) { $0.snaplen = 60 }
    let records = RecordingContents(recorded.bytes).packets.map(\.record)
    #expect(records.count == 10)
    #expect(records.allSatisfy { $0.bytes.count == min(60, $0.frameLength) && $0.snaplen == 60 })
  }
}
