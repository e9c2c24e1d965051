import Testing

@testable import Tracing

@Suite struct TracingCostTests {
  @Test func nothingKnown() {
    var cost = TracingCost()
    #expect(cost.addedPerCall == nil)
    #expect(cost.stretch == nil)
    cost.measured = 1000
    #expect(cost.addedPerCall == nil)
    #expect(cost.stretch == nil)
  }

  @Test func sums() {
    var cost = TracingCost()
    cost.measured = 10_000
    for _ in 0..<4 { cost.add(stop: 1_000) }
    cost.add(call: .write, nanoseconds: 30_000)
    cost.add(call: .read, nanoseconds: 1_000_000_000)
    #expect(cost.stops == 4)
    #expect(cost.calls == 2)
    // Only calls that never wait say how long a call takes.
    #expect(cost.briefCalls == 1)
    #expect(cost.briefTime == 30_000)
    #expect(cost.addedPerCall == 12_000)
    #expect(cost.stretch == 30_000.0 / 24_000.0)
  }

  /// More is added than was measured in all: the calls took a twentieth at least.
  @Test func noMoreThanTwentyfold() {
    var cost = TracingCost()
    cost.measured = 1_000_000
    cost.add(call: .close, nanoseconds: 20_000)
    #expect(cost.stretch == 20)
  }

  @Test func progress() {
    let progress = TracerProgress()
    #expect(progress.told(at: 500) == 500)
    progress.begin()
    #expect(progress.told(at: 500) == nil)
    progress.handle(400)
    #expect(progress.told(at: 500) == 400)
    #expect(progress.told(at: 300) == 300)
    progress.end()
    #expect(progress.told(at: 500) == 500)
    progress.note(measured: 7)
    var cost = TracingCost()
    cost.add(stop: 5)
    progress.publish(cost)
    #expect(progress.cost.measured == 7)
    #expect(progress.cost.stops == 1)
  }

  @Test func measuredHere() throws {
    let measured = try #require(TracingCost.measure(), "no right to trace a child here")
    #expect(measured > 0)
  }
}
