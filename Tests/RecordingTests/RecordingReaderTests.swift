import Calls
import CaptureFile
import Recorded
import Scenario
import Testing
import Timeline
import Wire

@testable import Recording

@Suite struct RecordingReaderTests {
  /// An entry of the recording 5f3a.
  private func entry(
    _ kind: String, _ fields: [(String, String)], format: String = "2"
  ) -> JournalEntry {
    let head = [
      ("__REALTIME_TIMESTAMP", "1000"), ("__CURSOR", "run=5f3a;entry=1;ev=\(kind)"),
      ("SOCK_V", format), ("SOCK_EV", kind), ("SOCK_TNS", "1000000"), ("_PID", "7"),
      ("SOCK_TID", "7"),
    ]
    return JournalEntry(fields: (head + fields).map { JournalEntry.Field($0.0, $0.1) })
  }

  private func record(_ identifier: UInt64?, time: Int64 = 1_000_000) -> CaptureRecord {
    var record = CaptureRecord(
      time: time, frameLength: 1, link: .raw, bytes: [0],
      comments: ["in words\nsockline cause=reply reason=ack-data packet=1"])
    record.identifier = identifier
    return record
  }

  @Test func otherJournalsPassThrough() {
    var reader = RecordingReader()
    let foreign = JournalEntry(fields: [JournalEntry.Field("MESSAGE", "cron")])
    #expect(reader.take(foreign).isEmpty)
    #expect(reader.foreignEntries == 1)
    #expect(reader.isForeign)
    #expect(reader.takeForeign(record(9), interface: nil) == 9)
    #expect(reader.takeForeign(record(nil), interface: "eth0") == 10)
    #expect(reader.takeForeign(record(9), interface: "sockline run=5f3a") == nil)
  }

  @Test func kindsOfTomorrowAreShownAsText() {
    var reader = RecordingReader()
    _ = reader.take(entry("mood", [("MESSAGE", "a\\nb"), ("SOCK_MOOD", "blue")]))
    let items = reader.finish()
    #expect(
      items.map(\.content) == [
        .event(.printed(PrintedLine(time: Instant(1_000_000), process: 7, text: "a\nb")))
      ])
  }

  @Test func fieldsOfTomorrowAreLeftOut() {
    var reader = RecordingReader()
    _ = reader.take(entry("signal", [("SOCK_SIGNAL", "13"), ("SOCK_COLOUR", "red")]))
    let event = CallEvent(time: 1_000_000, process: 7, thread: 7, what: .signalled(13))
    #expect(reader.finish().map(\.content) == [.event(.call(event))])
  }

  @Test func packetsKeepTheirNumbersWhereOthersWereCutOut() {
    var reader = RecordingReader()
    let numbers = [3, 4, 9, nil, 9, 20].flatMap { identifier -> [Int] in
      _ = reader.take(
        record(identifier.map { UInt64($0) }), at: Instant(1_000_000),
        interface: "sockline run=5f3a")
      return []
    }
    #expect(numbers.isEmpty)
    let packets = reader.finish().compactMap { item -> Int? in
      if case .packet(let packet) = item.content { packet.number } else { nil }
    }
    #expect(packets == [3, 4, 9, 10, 11, 20])
  }

  @Test func absurdNumbersAreNotTaken() {
    var reader = RecordingReader()
    for identifier in [UInt64.max, UInt64(Int.max), 1 << 60, 0] {
      _ = reader.take(record(identifier), at: Instant(1_000_000), interface: "sockline run=1")
    }
    for id in ["9223372036854775807", "-9223372036854775808", "0"] {
      _ = reader.take(entry("enter", [("SOCK_ID", id), ("CODE_FUNC", "close")]))
    }
    #expect(reader.finish().count == 7)
  }

  @Test(
    arguments: [
      ("1", "timer: keep-alive"), ("2", "sockline cause=timer reason=keep-alive"),
      ("2", "in words\\nsockline cause=timer reason=keep-alive"),
    ])
  func aCauseThatBecameKnownLate(format: String, text: String) {
    var reader = RecordingReader()
    _ = reader.take(record(4), at: Instant(900_000), interface: "sockline run=5f3a")
    _ = reader.take(
      entry("cause", [("SOCK_PACKET", "4"), ("SOCK_CAUSE", text)], format: format))
    let contents = reader.finish().map(\.content)
    #expect(
      contents.contains(.cause(packet: 4, StoredCause(cause: Cause(.timer, .keepAlive), run: 0))))
  }

  @Test func wordsAreNoCauseThatBecameKnownLate() {
    var reader = RecordingReader()
    let packet = reader.take(
      record(4), at: Instant(900_000), interface: "sockline run=5f3a")
    let late = reader.take(
      entry("cause", [("SOCK_PACKET", "4"), ("SOCK_CAUSE", "timer: keep-alive")]))
    #expect((packet + late + reader.finish()).count == 1)
  }

  /// The entries say how the comments are to be read; two recordings in a file may differ.
  @Test func everyRecordingHasAFormat() throws {
    var reader = RecordingReader()
    let other = [JournalEntry.Field("__CURSOR", "run=6b6b;entry=1;ev=mood")]
    _ = reader.take(entry("mood", [], format: "2"))
    var first = entry("mood", [], format: "1")
    first.fields.removeAll { $0.name == "__CURSOR" }
    _ = reader.take(JournalEntry(fields: other + first.fields))
    for run in ["5f3a", "6b6b"] {
      var record = record(1)
      record.comments.append("timer: keep-alive")
      _ = reader.take(record, at: Instant(1_000_000), interface: "sockline run=\(run)")
    }
    let packets = reader.finish().compactMap { item -> RecordedPacket? in
      if case .packet(let packet) = item.content { packet } else { nil }
    }
    try #require(packets.count == 2)
    #expect(packets.map { $0.stored?.cause.kind } == [.reply, .timer])
    #expect(packets[0].record.comments == ["timer: keep-alive"])
    #expect(packets[1].record.comments == record(1).comments)
  }

  /// What a later format means is not known: it is told, and not guessed.
  @Test(arguments: ["3", "10", "9223372036854775807"])
  func laterFormatsAreTold(format: String) throws {
    var reader = RecordingReader()
    let entry = entry("signal", [("SOCK_SIGNAL", "13")], format: format)
    #expect(reader.take(entry).isEmpty && reader.finish().isEmpty)
    #expect(reader.foreignEntries == 1 && reader.isForeign)
    var marks = RecordingMarks()
    #expect(
      throws: CaptureFileError(.laterRecording(format: Int(format) ?? 0, known: 2))
    ) { try marks.note(entry) }
    #expect(marks.isOfLaterFormat && !marks.isUnfinished)
  }

  @Test(arguments: ["", "0", "-1", "x", "2x", "99999999999999999999"])
  func otherEntriesAreNoRecordings(format: String) throws {
    var reader = RecordingReader()
    let entry = entry("signal", [("SOCK_SIGNAL", "13")], format: format)
    #expect(reader.take(entry).isEmpty && reader.finish().isEmpty)
    #expect(reader.foreignEntries == 1)
    var marks = RecordingMarks()
    try marks.note(entry)
    #expect(!marks.isOfLaterFormat && !marks.isUnfinished)
  }

  @Test func marksSeeTheStartAndTheEnd() throws {
    for format in ["1", "2"] {
      var marks = RecordingMarks()
      try marks.note(entry("start", [], format: format))
      #expect(marks.isUnfinished)
      try marks.note(entry("end", [], format: format))
      #expect(!marks.isUnfinished)
    }
  }

  /// Two recordings with the same numbers everywhere, at the same time, as mergecap would put them.
  @Test func mergedRecordingsStayApart() throws {
    let one = RecordedScenario(.tcpDemo, run: "aaaa")
    let two = RecordedScenario(.tcpDemo, run: "bbbb")
    var reader = RecordingReader()
    var items: [RecordedItem] = []
    for pair in zip(self.items(one, 0), self.items(two, 1)) {
      for item in [pair.0, pair.1] {
        switch item.item {
        case .journal(let entry): items += reader.take(entry)
        case .packet(let record):
          items += reader.take(record, at: Instant(record.time), interface: item.interface)
        }
      }
    }
    items += reader.finish()
    #expect(reader.recordings == 2)
    #expect(!reader.isUnfinished && !reader.clocksDisagree)
    let packets = items.compactMap { item -> (Int?, Int)? in
      if case .packet(let packet) = item.content { (item.run, packet.number) } else { nil }
    }
    #expect(packets.map(\.1) == Array(1...20))
    let calls = items.compactMap { item -> Int? in
      guard case .event(.call(let event)) = item.content,
        case .entered(let id, _, _, _) = event.what
      else { return nil }
      return id
    }
    #expect(calls == Array(1...28))
    // Processes of one number in both are two processes.
    let processes = Set(
      items.compactMap { item -> Int32? in
        if case .event(.call(let event)) = item.content { event.process } else { nil }
      })
    #expect(processes.count == 4)
    for item in items {
      guard case .packet(let packet) = item.content, let stored = packet.stored else { continue }
      let cause = try #require(reader.resolved(stored))
      if let answered = cause.packet { #expect(answered < packet.number) }
      if let answered = cause.packet { #expect(packets[answered - 1].0 == item.run) }
    }
  }

  private func items(
    _ recorded: RecordedScenario, _ number: Int
  ) -> [(item: CaptureItem, interface: String?)] {
    var reader = CaptureReader()
    reader.append(recorded.bytes)
    var items: [(CaptureItem, String?)] = []
    while let item = try? reader.nextItem() {
      guard case .packet(var record) = item else {
        items.append((item, nil))
        continue
      }
      let description = reader.interfaces[0].description
      record.interface = number
      items.append((.packet(record), description))
    }
    return items
  }

  @Test(arguments: [-3_600_000_000_000, -200_000, 200_000, 3_600_000_000_000] as [Int64])
  func shiftedPacketsAreNoticed(shift: Int64) {
    var reader = RecordingReader()
    var times: [Int64] = []
    func note(_ items: [RecordedItem]) {
      for item in items {
        switch item.content {
        case .packet(let packet): times.append(packet.time.nanoseconds)
        case .event(let event): times.append(event.time.nanoseconds)
        default: break
        }
      }
    }
    for (item, interface) in items(RecordedScenario(.tcpDemo), 0) {
      switch item {
      case .journal(let entry): note(reader.take(entry))
      case .packet(var record):
        record.time += shift
        note(reader.take(record, at: Instant(record.time), interface: interface))
      }
    }
    note(reader.finish())
    #expect(reader.clocksDisagree)
    #expect(times == times.sorted())
    #expect(times.count == Scenario.tcpDemo.events.count)
  }

  @Test func aRecordingCutAtEveryBlockGivesWhatPrecedes() {
    let recorded = RecordedScenario(.tcpDemo)
    let whole = RecordingContents(recorded.bytes)
    for count in 1..<(recorded.blocks.count - 1) {
      let part = Array(recorded.blocks.prefix(count).joined())
      let contents = RecordingContents(part)
      #expect(contents.error == nil)
      #expect(contents.reader.isUnfinished)
      #expect(contents.order == Array(whole.order.prefix(contents.order.count)))
      let inside = RecordingContents(part + recorded.blocks[count].dropLast(3))
      #expect(inside.order == contents.order)
      #expect(inside.error?.offset == part.count)
    }
  }

  /// Cut at every byte, a recording gives what the blocks before the cut hold, and no more.
  @Test func aRecordingCutAtEveryByteGivesWhatPrecedes() {
    let bytes = RecordedScenario(.refused).bytes
    let whole = RecordingContents(bytes)
    let stored = whole.packets.map(\.stored)
    for count in bytes.indices {
      let contents = RecordingContents(Array(bytes.prefix(count)))
      #expect(contents.order == Array(whole.order.prefix(contents.order.count)))
      #expect(contents.packets.map(\.stored) == Array(stored.prefix(contents.packets.count)))
    }
  }

  /// Whatever a byte becomes, the recording is read, and a packet has one cause or none.
  @Test func aRecordingWithAnyByteChangedIsRead() {
    let bytes = RecordedScenario(.refused).bytes
    let packets = RecordingContents(bytes).packets.count
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= UInt8(1 << (place % 8))
      let contents = RecordingContents(changed)
      #expect(contents.packets.count <= packets + 1)
      for packet in contents.packets {
        if let stored = packet.stored { _ = contents.reader.resolved(stored)?.commentLine }
      }
    }
  }
}
