import Calls
import CaptureFile
import Testing
import Timeline
import Wire

@testable import Recording

/// Whatever is recorded reads back as it was.
@Suite struct RecordingEventsTests {
  /// The fields, through the bytes of a block and back.
  private func values(_ fields: RecordingFields) -> RecordingValues {
    RecordingValues(JournalEntry(fields.shared + fields.own))
  }

  private func head(_ event: CallEvent) -> RecordingFields {
    var fields = RecordingFields()
    fields.put(RecordingField.time, event.time)
    fields.put(RecordingField.process, event.process)
    fields.put(RecordingField.thread, event.thread)
    return fields
  }

  @Test(arguments: 0..<400 as Range<UInt64>)
  func callsReadBack(seed: UInt64) {
    var random = RandomEvents(seed: seed)
    let entry = CallEvent(
      time: random.any(), process: random.any(), thread: random.any(),
      what: random.call(random.any(), returns: false))
    guard case .entered(let id, let call, let arguments, let socket) = entry.what else { return }
    var fields = head(entry)
    fields.putEntry(id, call, arguments, socket)
    #expect(values(fields).events(.enter) == [.call(entry)])

    let exit = CallEvent(
      time: entry.time, process: entry.process, thread: entry.thread,
      what: random.call(id, returns: true))
    guard case .returned(_, let outcome, let after, let made, let ready) = exit.what else { return }
    fields.put("SOCK_DUR_NS", 0)
    fields.putReturn(outcome, after, made, ready)
    #expect(values(fields).events(.call) == [.call(entry), .call(exit)])
    #expect(values(fields).events(.exit) == [.call(exit)])
  }

  @Test(arguments: 0..<400 as Range<UInt64>)
  func theRestReadsBack(seed: UInt64) {
    var random = RandomEvents(seed: seed)
    let event = CallEvent(
      time: random.any(), process: random.any(), thread: random.any(), what: random.life())
    var fields = head(event)
    fields.put(event.what)
    #expect(values(fields).events(RecordingKind(event.what)) == [.call(event)])
    let line = PrintedLine(time: Instant(event.time), process: event.process, text: random.text())
    var printed = head(event)
    printed.put("SOCK_TEXT", escaped: line.text)
    #expect(values(printed).events(.output) == [.printed(line)])
  }

  @Test func everyCallIsKnownByItsName() {
    for call in SystemCall.allCases {
      let event = CallEvent(
        time: 1, process: 2, thread: 3,
        what: .entered(id: 4, call: call, arguments: CallArguments(), socket: nil))
      var fields = head(event)
      fields.putEntry(4, call, CallArguments(), nil)
      #expect(values(fields).events(.enter) == [.call(event)])
    }
  }

  @Test func whatIsMissingMakesNoEvent() {
    let kinds: [RecordingKind] = [
      .process, .processExit, .call, .enter, .exit, .signal, .lost, .output, .cause, .more,
    ]
    for kind in kinds { #expect(RecordingValues().events(kind) == nil) }
    var fields = head(CallEvent(time: 1, process: 2, thread: 3, what: .named("")))
    for kind in kinds { #expect(values(fields).events(kind) == nil) }
    fields.put(RecordingField.function, "a_call_of_tomorrow")
    fields.put(RecordingField.call, 7)
    #expect(values(fields).events(.enter) == nil)
  }

  @Test func anAddressReadsBack() {
    for text in ["[1:2:3:4:5:6:7:8]:9", "[::]:0", "[1::]:2", "[::ffff:1.2.3.4]:5", "1.2.3.4:65535"]
    {
      #expect(RecordingAddress.endpoint(text).map { "\($0)" } == text)
    }
    for text in [
      "", ":1", "1.2.3:4", "1.2.3.4.5:6", "1.2.3.256:7", "[1::2::3]:4", "[1:2]:3", "[::1]", "::1:x",
      "[1:2:3:4:5:6:7:8:9]:1", "[::1]:70000", "unix", "[:::]:1",
    ] {
      #expect(RecordingAddress.address(text) == nil, "\(text)")
    }
  }
}
