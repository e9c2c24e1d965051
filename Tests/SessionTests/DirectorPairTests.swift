import Calls
import Glibc
import Testing
import Tracing

@testable import Session

/// A server and its client.
@Suite struct DirectorPairTests {
  private func server(ready: UInt16? = nil, timeout: Int = 10) -> Played {
    var played = Played.pair(ready: ready, timeout: timeout)
    #expect(played.started(.server, 10) == [])
    return played
  }

  /// A pair whose client runs, and whose server waits in accept().
  private func both(timeout: Int = 10) -> Played {
    var played = server(timeout: timeout)
    #expect(played.call(.listen, .tcp, port: 3490) == [.startClient, .startNoMore])
    #expect(played.enter(.accept) == [])
    #expect(played.started(.client, 20) == [])
    return played
  }

  @Test func listeningMakesReady() {
    var played = server()
    #expect(played.call(.bind, .tcp, port: 3490) == [])
    #expect(played.call(.listen, .tcp, port: 3490, error: EADDRINUSE) == [])
    #expect(played.call(.listen, .tcp, port: 3490) == [.startClient, .startNoMore])
    // Only once.
    #expect(played.call(.listen, .tcp, port: 3491) == [])
  }

  @Test func bindingForDatagramsMakesReady() {
    var played = server()
    #expect(played.call(.bind, .udp, port: 3490, error: EADDRINUSE) == [])
    #expect(played.call(.bind, .udp, port: 3490) == [.startClient, .startNoMore])
  }

  @Test func onlyTheNamedPortMakesReady() {
    var played = server(ready: 80)
    #expect(played.call(.listen, .tcp, port: 8080) == [])
    #expect(played.call(.bind, .udp, port: 53) == [])
    // A child of the server may be the one that listens.
    _ = played.heard(.started(parent: 10, name: "worker"), 11)
    #expect(played.call(.listen, .tcp, port: 80, process: 11) == [.startClient, .startNoMore])
  }

  @Test func aServerThatNeverListens() {
    var played = server(timeout: 2)
    #expect(played.tick(at: 1_900) == [])
    #expect(played.tick(at: 2_100) == [.startNoMore, .signal(SIGTERM, [10])])
    #expect(played.tick(at: 3_000) == [])
    #expect(played.tick(at: 3_200) == [.signal(SIGKILL, [10])])
    guard case .serverSilent(2) = played.director.failure else {
      Issue.record("\(String(describing: played.director.failure))")
      return
    }
    _ = played.ended(10, status: nil, signal: 9)
    #expect(played.director.status == 125)
  }

  @Test(
    arguments: [(3, nil, "with status 3"), (nil, 11, "by signal 11")] as [(Int32?, Int32?, String)])
  func aServerThatEndsEarly(_ status: Int32?, _ signal: Int32?, _ words: String) {
    var played = server()
    #expect(played.ended(10, status: status, signal: signal) == [.startNoMore])
    guard case .serverEnded(words) = played.director.failure else {
      Issue.record("\(String(describing: played.director.failure))")
      return
    }
    #expect(played.director.status == 125)
  }

  @Test func aServerThatBecomesADaemonMayListenLater() {
    var played = server()
    _ = played.heard(.started(parent: 10, name: "daemon"), 11)
    #expect(played.ended(10) == [])
    #expect(played.director.failure == nil)
    #expect(played.call(.listen, .tcp, port: 80, process: 11) == [.startClient, .startNoMore])
  }

  @Test func aDaemonThatEndsBeforeItListens() {
    var played = server()
    _ = played.heard(.started(parent: 10, name: "daemon"), 11)
    _ = played.ended(10, status: 0)
    #expect(played.heard(.exited(status: 1, signal: nil), 11) == [.startNoMore])
    guard case .serverEnded("with status 0") = played.director.failure else {
      Issue.record("\(String(describing: played.director.failure))")
      return
    }
  }

  @Test func aServerThatIsNotFound() {
    var played = Played.pair()
    _ = played.director.started(.server, .success(10))
    #expect(played.director.heard(.failed(process: 10, error: ENOENT), at: 0) == [.startNoMore])
    #expect(played.director.status == 127)
    // Nobody waits for it to listen.
    #expect(played.tick(at: 60_000) == [])
    guard case .start("srv", ENOENT) = played.director.failure else {
      Issue.record("\(String(describing: played.director.failure))")
      return
    }
  }

  @Test func aClientThatIsNotFoundEndsTheServer() {
    var played = server()
    _ = played.call(.listen, .tcp, port: 3490)
    _ = played.director.started(.client, .success(20))
    #expect(
      played.director.heard(.failed(process: 20, error: ENOENT), at: 0)
        == [.startNoMore, .signal(SIGTERM, [10])])
    _ = played.ended(10, status: nil, signal: 15)
    #expect(played.director.status == 127)
    guard case .start("cli", ENOENT) = played.director.failure else {
      Issue.record("\(String(describing: played.director.failure))")
      return
    }
  }

  @Test func aClientWhosePipeFailsEndsTheServer() {
    var played = server()
    _ = played.call(.listen, .tcp, port: 3490)
    #expect(
      played.director.failed(.tracing("pipe: error 24"), at: 0)
        == [.startNoMore, .signal(SIGTERM, [10])])
    #expect(played.director.status == 125)
  }

  @Test func theServerIsEndedWhenTheConnectionsHaveClosed() {
    var played = both()
    played.openConnections = 2
    _ = played.ended(20, status: 5, at: 1_000)
    #expect(played.tick(at: 3_000) == [])
    played.openConnections = 0
    #expect(played.tick(at: 3_100) == [.signal(SIGTERM, [10])])
    #expect(played.tick(at: 3_200) == [])
    _ = played.ended(10, status: nil, signal: 15)
    #expect(played.director.status == 5)
    #expect(played.director.failure == nil)
  }

  @Test func whatIsOnItsWayIsWaitedFor() {
    var played = both()
    _ = played.ended(20, at: 1_000)
    #expect(played.tick(at: 1_200) == [])
    #expect(played.tick(at: 1_400) == [.signal(SIGTERM, [10])])
  }

  /// A server that is inside no call is about to do something, where the machine is busy.
  @Test func aServerThatIsBusyIsWaitedFor() {
    var played = both()
    #expect(played.leave(.accept) == [])
    _ = played.ended(20, at: 1_000)
    #expect(played.tick(at: 1_400) == [])
    #expect(played.tick(at: 3_900) == [])
    #expect(played.enter(.read) == [])
    #expect(played.tick(at: 3_950) == [.signal(SIGTERM, [10])])
  }

  @Test func aServerThatMakesNoMoreCallsIsEnded() {
    var played = both()
    #expect(played.leave(.accept) == [])
    _ = played.ended(20, at: 1_000)
    #expect(played.tick(at: 3_900) == [])
    #expect(played.tick(at: 4_100) == [.signal(SIGTERM, [10])])
  }

  /// A worker that is gone is inside no call.
  @Test func aWorkerThatDiedInItsCallIsNotWaitedWith() {
    var played = both()
    #expect(played.leave(.accept) == [])
    _ = played.heard(.started(parent: 10, name: "worker"), 11)
    #expect(played.enter(.read, process: 11) == [])
    _ = played.heard(.exited(status: nil, signal: 11), 11)
    _ = played.ended(20, at: 1_000)
    #expect(played.tick(at: 1_400) == [])
    #expect(played.tick(at: 4_100) == [.signal(SIGTERM, [10])])
  }

  @Test func theServerIsEndedAfterTheTimeout() {
    var played = both(timeout: 2)
    played.openConnections = 1
    _ = played.ended(20, at: 1_000)
    #expect(played.tick(at: 2_900) == [])
    #expect(played.tick(at: 3_100) == [.signal(SIGTERM, [10])])
    #expect(played.tick(at: 4_200) == [.signal(SIGKILL, [10])])
  }

  @Test func aServerThatEndsByItselfNeedsNoSignal() {
    var played = both()
    _ = played.ended(20, status: 0, at: 1_000)
    _ = played.ended(10, status: 9, at: 1_010)
    #expect(played.tick(at: 60_000) == [])
    #expect(played.director.status == 0)
  }

  @Test func aSignalBeforeTheClientIsTheStatus() {
    var played = server()
    #expect(
      played.interrupt(fromTerminal: false, at: 100) == [.startNoMore, .signal(SIGINT, [10])])
    #expect(played.call(.listen, .tcp, port: 3490) == [])
    _ = played.ended(10, status: 0)
    #expect(played.director.status == 130)
    #expect(played.director.failure == nil)
    #expect(played.tick(at: 60_000) == [])
  }

  @Test func aSignalAfterTheClientEndsTheServer() {
    var played = both()
    played.openConnections = 1
    _ = played.ended(20, status: 6, at: 1_000)
    #expect(played.interrupt(fromTerminal: true, at: 1_100) == [.signal(SIGTERM, [10])])
    _ = played.ended(10, status: nil, signal: 15)
    #expect(played.director.status == 6)
  }

  @Test func aReaderThatHasGoneBeforeTheClientStartsNone() {
    var played = server()
    #expect(played.director.readerHasGone(at: 0) == [.startNoMore, .signal(SIGTERM, [10])])
    #expect(played.call(.listen, .tcp, port: 3490) == [])
    _ = played.ended(10, status: nil, signal: 15)
    #expect(played.director.failure == nil)
  }
}
