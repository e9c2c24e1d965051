import Calls
import Explain
import Testing
import Timeline
import Wire

@Suite struct CallResultTextTests {
  private func text(
    _ call: SystemCall, _ result: Int64, error: Int32? = nil, _ detail: CallText.Detail = .brief,
    isC: Bool = false, kind: TransportKind = .tcp, from: Endpoint? = nil
  ) -> String {
    var record = record(call, kind: kind) { $0.count = 1024 }
    record.outcome = CallOutcome(result: result, error: error.map { Errno($0) })
    record.outcome?.address = from.map { .internet($0) }
    return CallResultText(record, isC: isC).text(detail)
  }

  @Test func descriptorsAreCalledSo() {
    #expect(text(.socket, 3) == "= fd 3")
    #expect(text(.accept, 4) == "= fd 4")
    #expect(text(.socket, 3, .terse) == "= 3")
    #expect(text(.socket, 3, isC: true) == "= 3")
    #expect(text(.bind, 0) == "= 0")
  }

  @Test func errorsHaveNameAndSentence() {
    #expect(text(.connect, -111, error: 111) == "= -1 ECONNREFUSED")
    #expect(
      text(.connect, -111, error: 111, .full) == "= -1 ECONNREFUSED (Connection refused)")
    #expect(text(.connect, -111, error: 111, .least) == "ECONNREFUSED")
    #expect(
      text(.connect, -111, error: 111, .full, isC: true) == "= -1 ECONNREFUSED (Connection refused)"
    )
  }

  /// What the kernel says of a call that it begins again, no program sees.
  @Test func whatBeginsAgainGaveNothingBack() {
    #expect(text(.read, -512, error: 512) == "= ? ERESTARTSYS")
    #expect(text(.poll, -516, error: 516) == "= ? ERESTART_RESTARTBLOCK")
    #expect(text(.read, -512, error: 512, .full) == "= ? ERESTARTSYS (To be restarted)")
    #expect(text(.read, -512, error: 512, .least) == "ERESTARTSYS")
    #expect(text(.read, -4, error: 4) == "= -1 EINTR")
  }

  /// A filter that answers with a signal leaves the result to its handler.
  @Test func whatAFilterTrappedGaveNothingBack() {
    var record = record(.shutdown, kind: .tcp) { $0.count = 1024 }
    record.outcome = CallOutcome(result: -38, error: Errno(38))
    record.outcome?.isTrapped = true
    #expect(CallResultText(record).text(.brief) == "= ? SIGSYS")
    #expect(
      CallResultText(record).text(.full)
        == "= ? SIGSYS (refused by the program's own seccomp filter)")
  }

  @Test func theEndOfAStreamIsSaid() {
    #expect(text(.read, 0) == "= 0 EOF")
    #expect(text(.read, 0, isC: true) == "= 0")
    #expect(text(.read, 0, kind: .udp) == "= 0")
    #expect(text(.write, 0) == "= 0")
  }

  @Test func sendersAreNamedInFull() {
    let end = Endpoint(.loopback4, 40512)
    #expect(text(.recvfrom, 13, .full, kind: .udp, from: end) == "= 13 from 127.0.0.1:40512")
    #expect(text(.recvfrom, 13, kind: .udp, from: end) == "= 13")
  }

  /// What getsockname() and getpeername() give is no sender.
  @Test func ownAndPeersEndsAreGiven() {
    let end = Endpoint(.loopback4, 34472)
    #expect(text(.getsockname, 0, .full, from: end) == "= 0 gives 127.0.0.1:34472")
    #expect(text(.getpeername, 0, .full, from: end) == "= 0 gives 127.0.0.1:34472")
    #expect(text(.accept, 4, .full, from: end) == "= fd 4 from 127.0.0.1:34472")
    #expect(text(.recvmsg, 4, .full, kind: .udp, from: end) == "= 4 from 127.0.0.1:34472")
  }

  @Test func anOptionsValueIsSaid() {
    func text(_ level: Int32, _ name: Int32, _ value: Int32) -> String {
      var record = record(.getsockopt) { $0.option = SocketOption(level: level, name: name) }
      record.outcome = CallOutcome(result: 0)
      record.outcome?.value = value
      return CallResultText(record).text(.full)
    }
    #expect(text(1, 4, 111) == "= 0, ECONNREFUSED")
    #expect(text(1, 4, 0) == "= 0, 0")
    #expect(text(1, 7, 87_040) == "= 0, 87040")
    // A structure is no number.
    #expect(text(6, 11, 1) == "= 0")
  }

  @Test func callsThatNeverReturnedHaveNoResult() {
    #expect(CallResultText(record(.accept)).text(.full) == "= ?")
  }
}
