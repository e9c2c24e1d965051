import Process
import Testing

/// What the kernel sends by itself and what wakes a call, of real sockets
/// (Tests/Programs/answers.c).
@Suite(.ownNetwork) struct LiveAnswersTests {
  @Test func theKernelsOwnPacketsAreNamed() throws {
    let outcome = try Live.script("exec $s run --private --lines -o /dev/stdout -- $p answers")
    #expect(outcome.status == 0)
    let recorded = Recorded(outcome.text)
    func count(_ words: String) -> Int { recorded.packets.count { $0.cause.contains(words) } }
    // Of one segment that is lost: first the probe, then the timeout.
    let again = recorded.packets.filter { $0.isRetransmission }
    #expect(again.first?.cause.contains("tail loss probe") ?? false)
    #expect(again.dropFirst().first?.cause.contains("(timeout)") ?? false)
    #expect(count("keep-alive, enabled by c") == 1)
    #expect(count("kernel answers probe") == 1)
    #expect(count(": closed with 13 bytes unread") == 1)
    #expect(count("nobody listens on port 41485; is 3490 missing htons()?") == 1)
    let calls = recorded.calls.values.sorted { $0.number < $1.number }
    let refused = try #require(calls.last { $0.text.contains("ECONNREFUSED") })
    #expect(
      count("port unreachable; is 3490 missing htons()?, returned by c\(refused.number)") == 1)
  }

  @Test func whatAWaitNeededWakesIt() throws {
    let outcome = try Live.script("exec $s run --private --lines -o /dev/stdout -- $p answers")
    let recorded = Recorded(outcome.text)
    let calls = recorded.calls.values
    let all = try #require(calls.first { $0.text.contains("MSG_WAITALL") })
    let last = recorded.packets.filter { $0.connection == all.connection && $0.length == 4 }
    try #require(last.count == 6)
    #expect(all.notes.contains("woken by \(last[2].number)"))
    let lingering = calls.filter {
      $0.name == "close" && $0.notes.contains("woken by")
    }
    #expect(lingering.count == 1)
  }
}
