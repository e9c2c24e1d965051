import Glibc
import Testing

@testable import Session

@Suite struct StopsTests {
  @Test func tellsOnceOfAProcessThatStaysStopped() {
    var stops = Stops()
    stops.signalled(7, SIGTSTP, at: 0)
    #expect(stops.overdue(at: Stops.patience).isEmpty)
    let overdue = stops.overdue(at: Stops.patience + 1)
    #expect(overdue.map(\.process) == [7])
    #expect(overdue.map(\.signal) == [SIGTSTP])
    #expect(stops.overdue(at: Stops.patience * 9).isEmpty)
    #expect(stops.processes == [7])
  }

  @Test func forgetsThoseThatRunOrAreGone() {
    var stops = Stops()
    for process in [1, 2, 3] as [Int32] { stops.signalled(process, SIGSTOP, at: 0) }
    stops.ran(1)
    stops.ended(2)
    #expect(stops.processes == [3])
  }

  @Test func otherSignalsStopNobody() {
    var stops = Stops()
    stops.signalled(1, SIGINT, at: 0)
    #expect(stops.processes == [])
  }
}
