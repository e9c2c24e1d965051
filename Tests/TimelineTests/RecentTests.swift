import Testing

@testable import Timeline

@Suite struct RecentTests {
  @Test func factsAreForgottenByTimeAlone() {
    var facts = Recent<Int, Int>()
    for index in 0..<10_000 { facts.note(index, 2 * index, at: Instant(Int64(index))) }
    #expect(facts[0] == 0)
    #expect(facts[9_999] == 19_998)
    facts.note(10_000, 1, at: Instant(Timeline.linger + 5_000))
    #expect(facts[4_999] == nil)
    #expect(facts[5_000] == 10_000)
  }
}
