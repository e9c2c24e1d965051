import Calls
import Process
import Synchronization
import Testing

@testable import Tracing

/// Calls that are left out while more is reported than is taken.
@Suite(.ownNetwork) struct CallGapsTests {
  private var gaps = CallGaps()

  private func event(_ time: Int64, _ what: CallEvent.What, process: Int32 = 7) -> CallReport {
    .event(CallEvent(time: time, process: process, thread: process, what: what))
  }

  private func entered(_ id: Int, _ call: SystemCall, at time: Int64, process: Int32 = 7)
    -> CallReport
  {
    event(
      time, .entered(id: id, call: call, arguments: CallArguments(), socket: nil),
      process: process)
  }

  private func returned(_ id: Int, at time: Int64, process: Int32 = 7) -> CallReport {
    event(
      time,
      .returned(id: id, outcome: CallOutcome(result: 0), socket: nil, made: nil, ready: []),
      process: process)
  }

  /// What is told instead, in short.
  private mutating func tell(_ report: CallReport, _ backlog: Backlog) -> [String] {
    var told: [String] = []
    _ = gaps.take(report, backlog) { told.append(CallGapsTests.short($0)) }
    return told
  }

  private static func short(_ report: CallReport) -> String {
    guard case .event(let event) = report else { return "other" }
    switch event.what {
    case .entered(let id, _, _, _): return "enter \(id)"
    case .returned(let id, _, _, _, _): return "return \(id)"
    case .blind(let words): return "\(event.process): \(words)"
    case .exited: return "exit"
    default: return "life"
    }
  }

  private let begins = "7: calls from here on: more are made than can be taken"

  @Test mutating func nothingIsLeftOutWhereThereIsRoom() {
    #expect(tell(entered(1, .write, at: 10), .none) == ["enter 1"])
    #expect(tell(returned(1, at: 20), .none) == ["return 1"])
  }

  @Test mutating func whatIsLeftOutIsCountedByKind() {
    #expect(tell(entered(1, .write, at: 0), .none) == ["enter 1"])
    #expect(tell(entered(2, .write, at: 1_000_000), .much) == [begins])
    // A call that was told returns, whatever waits.
    #expect(tell(returned(1, at: 1_100_000), .much) == ["return 1"])
    #expect(tell(returned(2, at: 1_200_000), .much) == [])
    #expect(tell(entered(3, .read, at: 2_000_000), .much) == [])
    #expect(tell(returned(3, at: 2_100_000), .much) == [])
    #expect(tell(entered(4, .write, at: 4_000_000), .much) == [])
    // There is room again; the call that runs was left out, and so is its return.
    #expect(
      tell(entered(5, .write, at: 5_000_000), .none) == [
        "7: 3 calls in 3 ms, more than could be taken: 2 write(), 1 read(); later calls are placed "
          + "by the kernel's offset", "enter 5",
      ])
    #expect(tell(returned(4, at: 5_100_000), .none) == [])
    #expect(tell(returned(5, at: 5_200_000), .none) == ["return 5"])
  }

  /// What makes and ends sockets is told as long as there is any room.
  @Test mutating func whatLastsIsToldFirst() {
    #expect(tell(entered(1, .read, at: 0), .much) == [begins])
    #expect(tell(entered(2, .close, at: 1), .much) == ["enter 2"])
    #expect(tell(entered(3, .accept, at: 2), .much) == ["enter 3"])
    #expect(tell(entered(4, .close, at: 3), .full) == [])
  }

  @Test mutating func eachProcessIsToldOfByItself() {
    #expect(tell(entered(1, .write, at: 0, process: 7), .full) == [begins])
    #expect(tell(entered(2, .read, at: 0, process: 8), .full).count == 1)
    // One that ends while all is full is told of before that.
    let end = tell(event(9_000_000, .exited(status: 0, signal: nil)), .full)
    #expect(end.count == 2)
    #expect(end.first?.hasPrefix("7: 1 call in 0 ms") ?? false)
    #expect(end.last == "exit")
    let rest = tell(event(9_500_000, .exited(status: 0, signal: nil), process: 8), .full)
    #expect(rest.first?.hasPrefix("8: 1 call in 0 ms, more than could be taken: 1 read()") ?? false)
  }

  @Test mutating func manyKindsAreSummedUp() {
    var id = 0
    for call in [SystemCall.read, .write, .poll, .recvfrom, .sendto] {
      id += 1
      _ = tell(entered(id, call, at: 0), .full)
    }
    let told = tell(event(0, .exited(status: 0, signal: nil)), .full)
    #expect(told.first?.contains("5 calls in 0 ms") ?? false)
    #expect(told.first?.contains("and") ?? true == false)
    #expect(told.first?.contains("2 others") ?? false)
  }

  /// A real program of which the middle is left out: it runs to its end, each return has its entry, and
  /// afterwards each call says how far its stream is.
  @Test func aRealProgramGoesOn() throws {
    let calls = Mutex(0)
    let recording = try Recording.of(
      [
        "python3", "-c",
        """
        import socket
        l = socket.create_server(("127.0.0.1", 0))
        a = socket.create_connection(l.getsockname())
        b, _ = l.accept()
        for i in range(300):
            a.send(b"x" * 10); b.recv(100); b.send(b"y" * 12); a.recv(100)
        a.close(); b.close()
        """,
      ],
      backlog: {
        let count = calls.withLock {
          $0 += 1
          return $0
        }
        return 400..<1_200 ~= count ? .much : .none
      })
    // python3 may be a script that runs others before.
    #expect(recording.endings.last == "0")
    let told = recording.events.compactMap {
      if case .blind(let words) = $0.what { words } else { nil }
    }
    #expect(told.count == 2)
    #expect(told.first?.hasPrefix("calls from here on") ?? false)
    var open: Set<Int> = []
    for event in recording.events {
      switch event.what {
      case .entered(let id, _, _, _): open.insert(id)
      case .returned(let id, _, _, _, _): #expect(open.remove(id) != nil)
      default: break
      }
    }
    let sends = recording.calls(.sendto)
    #expect(sends.count < 600)
    // Entries and returns were left out alike: 800 reports are 400 calls at least, one each.
    let count = try #require(told.last?.split(separator: " ").first.flatMap { Int($0) })
    #expect(sends.count + recording.calls(.recvfrom).count + count == 1_200)
    let last = try #require(sends.last)
    #expect(last.socket?.streamOffset == 299 * 12)
    #expect(recording.calls(.recvfrom).last?.after?.readOffset == 300 * 12)
    // What ends the sockets is there.
    #expect(recording.calls(.close).filter { $0.socket != nil }.count >= 2)
  }
}
