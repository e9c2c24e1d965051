import Glibc
import Testing

@testable import Tracing

@Suite struct ThreadTurnsTests {
  @Test func aThreadThatSleepsIsGivenTheProcessorAgain() throws {
    let link = try #require(ProcessFiles.link("/proc/thread-self"))
    let thread = try #require(link.split(separator: "/").last.flatMap { Int32($0) })
    let turns = ThreadTurns(thread: thread, of: getpid())
    let before = try #require(turns.count)
    for _ in 0..<5 { usleep(1000) }
    let after = try #require(turns.count)
    #expect(after >= before + 5)
  }

  @Test func aThreadThatIsNotThereHasNone() {
    #expect(ThreadTurns(thread: 0, of: 0).count == nil)
  }
}
