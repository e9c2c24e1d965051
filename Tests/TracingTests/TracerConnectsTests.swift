import Calls
import Process
import Testing

@testable import Tracing

/// A connect() that waits is asked for its port.
@Suite(.serialized, .ownNetwork) struct TracerConnectsTests {
  /// Five clients of a queue that holds two: those that wait are told while they do.
  @Test func aConnectThatWaitsTellsItsPortBeforeItReturns() throws {
    let recording = try Recording.ofProgram("crowd")
    #expect(recording.problems == [])
    #expect(recording.endings.allSatisfy { $0 == "0" })
    let told = recording.events.compactMap { event -> (Int64, SocketFacts)? in
      if case .holds(_, let facts) = event.what { (event.time, facts) } else { nil }
    }
    let waiting = recording.calls(.connect).filter { call in
      (call.returned ?? 0) - call.entered > 500_000_000
    }
    // Linux lets one more wait than the backlog of 1 says; the last has no other stop after it.
    #expect(waiting.count == 3)
    for call in waiting.dropLast() {
      let (time, facts) = try #require(told.first { $0.1.id == call.socket?.id })
      #expect(time > call.entered && time < call.returned ?? 0)
      #expect(facts.local == call.after?.local)
    }
  }
}
