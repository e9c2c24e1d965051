import Glibc
import Render
import Testing
import Timeline
import Tracing

@testable import Session

@Suite struct DrawingTests {
  private func drawing(on output: Output?) -> Drawing {
    Drawing(
      Timeline(hasCalls: true),
      Ladder(
        Heading(source: "lo", hasCalls: true), style: LadderStyle(), selection: Selection()),
      on: output)
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

  @Test func aReaderThatReadsGetsEverything() {
    let (reader, output) = pipe()
    defer { close(reader) }
    var drawing = drawing(on: output)
    drawing.add(printed(3), until: Instant(1_000_000_000_000))
    drawing.finish(Ending())
    #expect(!drawing.isWaiting)
    output.close()
    let text = String(decoding: read(reader), as: UTF8.self)
    #expect(text.hasPrefix("lo"))
    for number in 1...3 { #expect(text.contains("line \(number) ")) }
    #expect(text.hasSuffix("\n"))
  }

  @Test func aReaderThatIsSlowIsWaitedForWithoutBlocking() {
    let (reader, output) = pipe()
    defer { close(reader) }
    var drawing = drawing(on: output)
    drawing.add(printed(40_000), until: Instant(1_000_000_000_000))
    drawing.finish(Ending())
    #expect(drawing.isWaiting)
    #expect(drawing.isBehind)
    #expect(!drawing.isTaken(within: 0))
    #expect(drawing.failure == 0)
    var bytes: [UInt8] = []
    while drawing.isWaiting {
      bytes += read(reader)
      #expect(drawing.isTaken(within: 1_000))
      drawing.flush()
    }
    #expect(!drawing.isBehind)
    output.close()
    while case let piece = read(reader), !piece.isEmpty { bytes += piece }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let told = lines.filter { $0.contains("prints") }
    #expect(told.count == 40_000)
    #expect(told.last?.contains("line 40000 ") == true)
  }

  @Test func aReaderThatHasGoneIsAFailure() {
    TracerThread.outliveReaders()
    let (reader, output) = pipe()
    close(reader)
    var drawing = drawing(on: output)
    drawing.add(printed(1), until: Instant(1_000_000_000_000))
    drawing.finish(Ending())
    #expect(drawing.failure == EPIPE)
    #expect(!drawing.isWaiting)
    output.close()
  }

  @Test func aReaderThatGoesInASilenceIsNoticed() {
    let (reader, output) = pipe()
    var drawing = drawing(on: output)
    drawing.add(printed(1), until: Instant(1_000_000_000_000))
    drawing.flush()
    #expect(drawing.failure == 0)
    close(reader)
    drawing.flush()
    #expect(drawing.failure == EPIPE)
    output.close()
  }

  @Test func aFullDiskIsAFailure() throws {
    let output = Output(descriptor: open("/dev/full", O_WRONLY | O_CLOEXEC))
    try #require(output.descriptor >= 0)
    var drawing = drawing(on: output)
    drawing.finish(Ending())
    #expect(drawing.failure == ENOSPC)
    output.close()
  }

  @Test func aReaderWhoDoesNotReadCanBeAbandoned() {
    let (reader, output) = pipe()
    defer { close(reader) }
    var drawing = drawing(on: output)
    drawing.add(printed(40_000), until: Instant(1_000_000_000_000))
    #expect(drawing.isWaiting)
    drawing.abandon()
    #expect(!drawing.isWaiting)
    drawing.finish(Ending())
    #expect(!drawing.isWaiting)
    output.close()
  }

  @Test func withoutAnOutputEventsAreOnlyCounted() {
    var drawing = drawing(on: nil)
    drawing.add(printed(2), until: Instant(1_000_000_000_000))
    drawing.finish(Ending())
    #expect(!drawing.isWaiting)
    #expect(drawing.failure == 0)
    #expect(drawing.isTaken(within: 0))
  }
}
