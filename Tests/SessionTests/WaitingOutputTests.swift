import Glibc
import Render
import Testing
import Timeline
import Tracing

@testable import Session

/// The ladder of a live run, and a reader who is slow or goes.
@Suite struct WaitingOutputTests {
  /// A live run's ladder, and its reader.
  private struct Drawing {
    var analysis = LiveAnalysis(Timeline(hasCalls: true))
    let ladder: LadderSink
    let reader: WaitingOutput

    init(on output: Output, room: Int = 1 << 20) throws {
      reader = WaitingOutput(output, room: room)
      ladder = LadderSink(on: reader, style: LadderStyle(), selection: Selection())
      try ladder.begin(
        RunStart(
          heading: Heading(source: "lo", hasCalls: true),
          exported: ExportedRecording(tool: "sockline")))
    }

    mutating func add(_ events: [Event]) throws {
      try ladder.take(analysis.take(events, until: Instant(1_000_000_000_000)))
    }

    mutating func finish() throws {
      try ladder.take(analysis.finish(at: Instant(1_000_000_000_000)))
      try ladder.finish(
        RunEnd(
          totals: analysis.totals, ending: Ending(),
          exported: ExportedRecording(tool: "sockline")))
    }
  }

  /// A pipe: the end to read from, and an output that writes into it.
  private func pipe() -> (reader: Int32, output: Output) {
    var ends: [Int32] = [-1, -1]
    #expect(Glibc.pipe(&ends) == 0)
    return (ends[0], Output(descriptor: ends[1]))
  }

  private func printed(_ count: Int) -> [Event] {
    (1...count).map {
      .printed(
        PrintedLine(time: Instant(Int64($0) * 100_000), process: 1, text: "line \($0) "))
    }
  }

  private func read(_ descriptor: Int32) -> [UInt8] {
    var room = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(descriptor, &room, room.count)
    return Array(room.prefix(max(0, count)))
  }

  @Test func aReaderThatReadsGetsEverything() throws {
    let (reader, output) = pipe()
    defer { close(reader) }
    var drawing = try Drawing(on: output)
    try drawing.add(printed(3))
    try drawing.finish()
    #expect(!drawing.reader.isWaiting)
    output.close()
    let text = String(decoding: read(reader), as: UTF8.self)
    #expect(text.hasPrefix("lo"))
    for number in 1...3 { #expect(text.contains("line \(number) ")) }
    #expect(text.hasSuffix("\n"))
  }

  @Test func aReaderThatIsSlowIsWaitedForWithoutBlocking() throws {
    let (reader, output) = pipe()
    defer { close(reader) }
    var drawing = try Drawing(on: output)
    // All in one batch: what is drawn of it waits.
    try drawing.add(printed(40_000))
    try drawing.finish()
    #expect(drawing.reader.isWaiting)
    #expect(drawing.reader.isBehind)
    #expect(!drawing.reader.isTaken(within: 0))
    #expect(drawing.reader.failure == 0)
    var bytes: [UInt8] = []
    while drawing.reader.isWaiting {
      bytes += read(reader)
      #expect(drawing.reader.isTaken(within: 1_000))
      drawing.reader.flush()
    }
    #expect(!drawing.reader.isBehind)
    output.close()
    while case let piece = read(reader), !piece.isEmpty { bytes += piece }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let told = lines.filter { $0.contains("prints") }
    #expect(told.count == 40_000)
    #expect(told.last?.contains("line 40000 ") == true)
  }

  /// A reader who pauses finds how many rows are missing; no more than there is room for waits meanwhile.
  @Test func whatHasNoRoomIsCounted() throws {
    let (reader, output) = pipe()
    defer { close(reader) }
    var drawing = try Drawing(on: output, room: 100_000)
    var number = 0
    func more(_ count: Int) throws {
      for _ in 0..<count {
        number += 1
        try drawing.add([
          .printed(
            PrintedLine(time: Instant(Int64(number) * 100_000), process: 1, text: "line \(number) ")
          )
        ])
      }
    }
    try more(5_000)
    #expect(drawing.reader.isBehind)
    #expect(drawing.reader.waitingBytes < 110_000)
    var bytes: [UInt8] = []
    while drawing.reader.isWaiting {
      bytes += read(reader)
      drawing.reader.flush()
    }
    #expect(!drawing.reader.isBehind)
    #expect(drawing.reader.delivered >= 100_000)
    try more(5)
    try drawing.finish()
    drawing.reader.flush()
    output.close()
    while case let piece = read(reader), !piece.isEmpty { bytes += piece }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let drawn = lines.count { $0.contains("prints") }
    let told = lines.filter { $0.contains("rows not drawn: the output was not read") }
    #expect(told.count == 1)
    let digits = told.first?.filter(\.isNumber).map(String.init).joined() ?? ""
    #expect(drawn + (Int(digits) ?? 0) == 5_005)
    #expect(lines.contains { $0.contains("line 5005 ") })
  }

  @Test func aReaderThatHasGoneIsAFailure() throws {
    TracerThread.outliveReaders()
    let (reader, output) = pipe()
    close(reader)
    var drawing = try Drawing(on: output)
    try drawing.add(printed(1))
    try drawing.finish()
    #expect(drawing.reader.failure == EPIPE)
    #expect(!drawing.reader.isWaiting)
    output.close()
  }

  @Test func aReaderThatGoesInASilenceIsNoticed() throws {
    let (reader, output) = pipe()
    var drawing = try Drawing(on: output)
    try drawing.add(printed(1))
    drawing.reader.flush()
    #expect(drawing.reader.failure == 0)
    close(reader)
    drawing.reader.flush()
    #expect(drawing.reader.failure == EPIPE)
    output.close()
  }

  @Test func aFullDiskIsAFailure() throws {
    let output = Output(descriptor: open("/dev/full", O_WRONLY | O_CLOEXEC))
    try #require(output.descriptor >= 0)
    var drawing = try Drawing(on: output)
    try drawing.finish()
    #expect(drawing.reader.failure == ENOSPC)
    output.close()
  }

  @Test func aReaderWhoDoesNotReadCanBeAbandoned() throws {
    let (reader, output) = pipe()
    defer { close(reader) }
    var drawing = try Drawing(on: output)
    try drawing.add(printed(40_000))
    #expect(drawing.reader.isWaiting)
    drawing.reader.abandon()
    #expect(!drawing.reader.isWaiting)
    try drawing.finish()
    #expect(!drawing.reader.isWaiting)
    output.close()
  }
}
