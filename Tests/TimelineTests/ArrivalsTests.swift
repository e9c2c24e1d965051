import Calls
import Scenario
import Testing
import Timeline
import Wire

/// Which connection made a listening socket ready, where several wait for one.
@Suite struct ArrivalsTests {
  private let script = Script()
  private let port = "127.0.0.1:3490"

  /// Two workers with a listening socket each (SO_REUSEPORT), or with one that they share; both
  /// listen by 60 microseconds.
  private func workers(share: Bool) -> [(program: Program, listener: Socket)] {
    let one = script.process(4120, "one", .server)
    let socket = script.socket(fd: 3)
    one.listens(0, socket, port)
    if share { return [(one, socket), (one.forks(40, 4130, "two"), socket)] }
    let two = script.process(4130, "two", .server)
    let other = script.socket(fd: 3)
    two.listens(30, other, port)
    return [(one, socket), (two, other)]
  }

  /// A connection from a port, by packets that begin at `time`.
  private func arrives(_ port: Int, _ time: Int) {
    script.stream("127.0.0.1:\(port)", self.port).handshake(time, time + 1, time + 2)
  }

  private func accepts(_ worker: (program: Program, listener: Socket), _ port: Int, _ time: Int) {
    worker.program.accept(time, worker.listener).returns(
      time + 8, accepted: script.socket(fd: 5), local: self.port, peer: "127.0.0.1:\(port)",
      paused: false)
  }

  private func waits(
    _ worker: (program: Program, listener: Socket), _ time: Int, _ call: SystemCall = .epollWait,
    wakesOne: Bool? = nil
  ) -> OpenCall {
    worker.program.enters(time, call) {
      $0.timeout = -1
      $0.wakesOne = wakesOne
      if call == .epollWait { $0.descriptor = 9 }
    }
  }

  @Test func ofAGroupEachWaitIsWokenByTheConnectionOfItsOwnSocket() {
    let workers = workers(share: false)
    let waits = [waits(workers[0], 200), waits(workers[1], 210)]
    arrives(40001, 300)
    waits[1].returns(320, 1, ready: [workers[1].listener], paused: true)
    accepts(workers[1], 40001, 330)
    arrives(40002, 400)
    waits[0].returns(420, 1, ready: [workers[0].listener], paused: true)
    accepts(workers[0], 40002, 430)
    let played = script.played
    #expect(played.wake(8) == "packet 3")
    #expect(played.wake(7) == "packet 6")
    #expect(played.wake(9) == "did not wait 3")
  }

  @Test func ofAGroupEachAcceptIsWokenByItsOwnConnection() {
    let workers = workers(share: false)
    let calls = workers.map { $0.program.accept(200, $0.listener) }
    for (index, worker) in [(0, 1), (1, 0)] {
      arrives(40001 + index, 300 + 100 * index)
      calls[worker].returns(
        320 + 100 * index, accepted: script.socket(fd: 5), local: port,
        peer: "127.0.0.1:\(40001 + index)", paused: true)
    }
    let played = script.played
    #expect(played.wake(8) == "packet 3")
    #expect(played.wake(7) == "packet 6")
  }

  @Test func ofAGroupNothingIsSaidUntilItIsKnownWhoGotWhat() {
    let workers = workers(share: false)
    let waits = [waits(workers[0], 200), waits(workers[1], 210)]
    arrives(40001, 300)
    waits[1].returns(320, 1, ready: [workers[1].listener], paused: true)
    arrives(40002, 400)
    waits[0].returns(420, 1, ready: [workers[0].listener], paused: true)
    let played = script.played
    #expect(played.wake(8) == "packet 3")
    #expect(played.wake(7) == "not a wait")
  }

  @Test(arguments: [SystemCall.epollWait, .epollPwait, .poll, .select])
  func whoFindsTheConnectionGoneSleepsAgain(call: SystemCall) {
    let workers = workers(share: true)
    let waits = [waits(workers[0], 200, call), waits(workers[1], 210, call)]
    arrives(40001, 300)
    waits[1].returns(320, 1, ready: [workers[1].listener], paused: true)
    accepts(workers[1], 40001, 330)
    arrives(40002, 400)
    waits[0].returns(420, 1, ready: [workers[0].listener], paused: true)
    accepts(workers[0], 40002, 430)
    let played = script.played
    #expect(played.wake(5) == "packet 3")
    #expect(played.wake(4) == "packet 6")
  }

  /// What wakes the second of two waits, c5, where two connections come before either returns.
  private func secondOfTwoAtOnce(
    _ workers: [(program: Program, listener: Socket)], _ waits: [OpenCall]
  ) -> String {
    arrives(40001, 300)
    arrives(40002, 330)
    for (index, worker) in workers.enumerated() {
      waits[index].returns(340 + 10 * index, 1, ready: [worker.listener], paused: true)
    }
    for (index, worker) in workers.enumerated() { accepts(worker, 40001 + index, 360 + 10 * index) }
    return script.played.wake(5)
  }

  /// With EPOLLEXCLUSIVE the second connection wakes the second thread, without it the first wakes
  /// both: poll() knows only the latter. Where a log does not tell, it could be either.
  @Test(
    arguments: [
      (SystemCall.epollWait, true, "not a wait"), (.epollWait, nil, "not a wait"),
      (.epollWait, false, "packet 3"), (.poll, nil, "packet 3"),
    ] as [(SystemCall, Bool?, String)])
  func twoConnectionsAtOnceMayWakeOneEach(call: SystemCall, wakesOne: Bool?, second: String) {
    let workers = workers(share: true)
    let waits = [
      waits(workers[0], 200, call, wakesOne: wakesOne),
      waits(workers[1], 210, call, wakesOne: wakesOne),
    ]
    #expect(secondOfTwoAtOnce(workers, waits) == second)
  }

  /// Though the other one has accepted it before the second comes: the kernel woke both.
  @Test(arguments: [SystemCall.epollWait, .epollPwait, .epollPwait2])
  func anInstanceOfItsOwnIsWokenByTheFirst(call: SystemCall) {
    let workers = workers(share: true)
    let waits = [
      waits(workers[0], 200, call, wakesOne: false), waits(workers[1], 210, call, wakesOne: false),
    ]
    arrives(40001, 300)
    waits[0].returns(320, 1, ready: [workers[0].listener], paused: true)
    accepts(workers[0], 40001, 330)
    arrives(40002, 400)
    waits[1].returns(420, 1, ready: [workers[1].listener], paused: true)
    accepts(workers[1], 40002, 430)
    #expect(script.played.wake(5) == "packet 3")
  }

  /// Threads that wait by one instance are woken one at a time, exclusively or not.
  @Test func threadsOfOneInstanceAreWokenOneEach() {
    let worker = workers(share: true)[0]
    let other = (program: worker.program.thread(4121), listener: worker.listener)
    let waits = [waits(worker, 200, wakesOne: false), waits(other, 210, wakesOne: false)]
    #expect(secondOfTwoAtOnce([worker, other], waits) == "not a wait")
  }

  @Test func aThreadThatReturnsLongAfterTheFirstIsWokenByTheSecond() {
    let workers = workers(share: true)
    let waits = [waits(workers[0], 200), waits(workers[1], 210)]
    arrives(40001, 300)
    waits[0].returns(340, 1, ready: [workers[0].listener], paused: true)
    arrives(40002, 9_000)
    waits[1].returns(9_030, 1, ready: [workers[1].listener], paused: true)
    accepts(workers[0], 40001, 9_100)
    accepts(workers[1], 40002, 9_200)
    let played = script.played
    #expect(played.wake(4) == "packet 3")
    #expect(played.wake(5) == "packet 6")
  }

  @Test func ofOneThreadTheFirstConnectionIsTheOne() {
    let worker = workers(share: true)[0]
    let wait = waits(worker, 200)
    arrives(40001, 300)
    arrives(40002, 330)
    wait.returns(340, 1, ready: [worker.listener], paused: true)
    accepts(worker, 40001, 360)
    let played = script.played
    #expect(played.wake(4) == "packet 3")
    #expect(played.wake(5) == "did not wait 3")
  }

  // MARK: Fast Open

  @Test(arguments: [SystemCall.accept, .epollWait, .poll])
  func dataInTheSYNWakesWhoWaitsForAConnection(call: SystemCall) {
    let worker = workers(share: true)[0]
    let isAccept = call == .accept
    let wait = isAccept ? worker.program.accept(200, worker.listener) : waits(worker, 200, call)
    let stream = script.stream("127.0.0.1:40001", port)
    stream.client(300, .syn, length: 5)
    stream.server(302, [.syn, .ack])
    if isAccept {
      wait.returns(
        320, accepted: script.socket(fd: 5), local: port, peer: "127.0.0.1:40001", paused: true)
    } else {
      wait.returns(320, 1, ready: [worker.listener], paused: true)
      accepts(worker, 40001, 322)
    }
    stream.client(340, .ack)
    let played = script.played
    #expect(played.wake(4) == "packet 1")
    if !isAccept { #expect(played.wake(5) == "did not wait 1") }
  }

  @Test func aSYNWhoseDataIsNotTakenMakesNoConnectionYet() {
    let worker = workers(share: true)[0]
    let accept = worker.program.accept(200, worker.listener)
    let stream = script.stream("127.0.0.1:40001", port)
    stream.client(300, .syn, length: 5)
    stream.server(302, [.syn, .ack], ack: 1)
    stream.client(304, .ack, length: 5, seq: 1)
    accept.returns(
      320, accepted: script.socket(fd: 5), local: port, peer: "127.0.0.1:40001", paused: true)
    #expect(script.played.wake(4) == "packet 3")
  }
}
