import Glibc
import Testing
import Tracing

@testable import Session

/// A single command.
@Suite struct DirectorTests {
  private func command() -> Played {
    var played = Played(.run(["cmd", "argument"]))
    #expect(played.started(.command, 10) == [])
    return played
  }

  @Test func theStatusIsTheCommandsOwn() {
    var played = command()
    #expect(played.ended(10, status: 7) == [])
    #expect(played.director.status == 7)
    #expect(played.director.failure == nil)
    #expect(played.tick(at: 5_000) == [])
  }

  @Test func aSignalIsAStatusOf128AndMore() {
    var played = command()
    _ = played.ended(10, status: nil, signal: 9)
    #expect(played.director.status == 137)
  }

  @Test(arguments: [(ENOENT, 127), (EACCES, 126), (ENOEXEC, 126)] as [(Int32, Int32)])
  func aCommandThatCannotBeExecuted(_ error: Int32, _ status: Int32) {
    var played = Played(.run(["cmd"]))
    _ = played.director.started(.command, .success(10))
    #expect(played.director.heard(.failed(process: 10, error: error), at: 0) == [.startNoMore])
    #expect(played.director.status == status)
    guard case .start("cmd", error) = played.director.failure else {
      Issue.record("\(String(describing: played.director.failure))")
      return
    }
  }

  @Test(arguments: [EPERM, EAGAIN] as [Int32])
  func aCommandThatCannotBeTraced(_ error: Int32) {
    var played = Played(.run(["cmd"]))
    #expect(played.director.started(.command, .failure(.start(error))) == [.startNoMore])
    #expect(played.director.status == 125)
    guard case .tracing(let words) = played.director.failure else {
      Issue.record("\(String(describing: played.director.failure))")
      return
    }
    #expect(words.contains("refuses") == (error == EPERM))
  }

  /// What the caller has sockline ignore is the program's to hear, however often it comes.
  @Test func signalsThatAreIgnoredArePassedOnAndEndNothing() {
    var played = command()
    for number in [SIGINT, SIGHUP, SIGINT, SIGINT] {
      #expect(
        played.interrupt(number, fromTerminal: false, isIgnored: true, at: 100)
          == [.signal(number, [10])])
    }
    #expect(played.interrupt(fromTerminal: true, isIgnored: true, at: 100) == [])
    #expect(!played.director.isImpatient)
    #expect(played.tick(at: 60_000) == [])
    _ = played.ended(10, status: 0)
    #expect(played.director.status == 0)
  }

  /// A trace of what runs already ends by SIGINT, also in the background of a script.
  @Test func anAttachedTraceEndsByAnInterruptThatIsIgnored() {
    var played = Played(.attach([10]))
    #expect(played.interrupt(SIGHUP, fromTerminal: false, isIgnored: true, at: 100) == [])
    #expect(played.interrupt(SIGINT, fromTerminal: false, isIgnored: true, at: 100) == [.letGo])
  }

  @Test func theTerminalsSignalReachesTheCommandByItself() {
    var played = command()
    #expect(played.interrupt(fromTerminal: true, at: 100) == [.startNoMore])
    #expect(!played.director.isImpatient)
    #expect(played.tick(at: 60_000) == [])
    _ = played.ended(10, status: nil, signal: 2)
    #expect(played.director.status == 130)
  }

  @Test func theSecondSignalKillsEverybodyAtOnce() {
    var played = command()
    _ = played.heard(.started(parent: 10, name: "child"), 11)
    _ = played.interrupt(fromTerminal: true, at: 100)
    #expect(
      played.interrupt(fromTerminal: true, at: 200) == [.startNoMore, .signal(SIGKILL, [10, 11])])
    #expect(played.director.isImpatient)
    // One that was forked meanwhile is killed a while later.
    _ = played.ended(10, status: nil, signal: 9)
    _ = played.ended(11, status: nil, signal: 9)
    _ = played.heard(.started(parent: 11, name: "late"), 12)
    #expect(played.tick(at: 1_100) == [])
    #expect(played.tick(at: 1_300) == [.signal(SIGKILL, [12])])
    #expect(played.tick(at: 1_400) == [])
    #expect(played.tick(at: 2_400) == [.signal(SIGKILL, [12])])
  }

  @Test func aSignalFromAProcessIsPassedOn() {
    var played = command()
    _ = played.heard(.started(parent: 10, name: "child"), 11)
    #expect(
      played.interrupt(SIGTERM, fromTerminal: false, at: 100)
        == [.startNoMore, .signal(SIGTERM, [10, 11])])
    #expect(
      played.interrupt(SIGTERM, fromTerminal: false, at: 200)
        == [.startNoMore, .signal(SIGKILL, [10, 11])])
  }

  @Test func aSignalBeforeTheCommandRunsIsPassedOnLater() {
    var played = Played(.run(["cmd"]))
    _ = played.director.started(.command, .success(10))
    #expect(played.interrupt(SIGTERM, fromTerminal: false, at: 1) == [.startNoMore])
    #expect(
      played.heard(.started(parent: 1, name: "cmd"), 10) == [.signal(SIGTERM, [10])])
    #expect(played.heard(.started(parent: 10, name: "child"), 11) == [])
  }

  @Test func aDaemonIsToldOfOnceAndEndedBySignals() {
    var played = command()
    _ = played.heard(.started(parent: 10, name: "cmd"), 11)
    _ = played.heard(.named("daemon"), 11)
    _ = played.ended(10, status: 3, at: 1_000)
    #expect(played.tick(at: 1_900) == [])
    #expect(played.tick(at: 2_100) == [.tell(.waitsFor([11: "daemon"]))])
    #expect(played.tick(at: 9_000) == [])
    #expect(played.interrupt(fromTerminal: true, at: 9_100) == [.signal(SIGTERM, [11])])
    #expect(played.tick(at: 10_000) == [])
    #expect(played.tick(at: 10_200) == [.signal(SIGKILL, [11])])
    #expect(played.director.status == 3)
  }

  @Test func aReaderThatHasGoneEndsTheCommand() {
    var played = command()
    #expect(played.director.readerHasGone(at: 0) == [.startNoMore, .signal(SIGTERM, [10])])
    #expect(played.director.readerHasGone(at: 1) == [])
    #expect(played.tick(at: 1_100) == [.signal(SIGKILL, [10])])
    _ = played.ended(10, status: nil, signal: 15)
    #expect(played.director.status == 128 + SIGPIPE)
    #expect(played.director.failure == nil)
  }

  @Test func aReaderThatGoesAfterTheCommandLeavesItsStatus() {
    var played = command()
    _ = played.ended(10, status: 4)
    #expect(played.director.readerHasGone(at: 0) == [.startNoMore])
    #expect(played.director.status == 4)
  }

  @Test func aProcessThatIsStoppedIsToldOfAndWoken() {
    var played = command()
    _ = played.heard(.signalled(SIGSTOP), 10, at: 100)
    #expect(played.tick(at: 1_000) == [])
    #expect(played.tick(at: 1_200) == [.tell(.isStopped(10, "command", by: SIGSTOP))])
    #expect(played.tick(at: 5_000) == [])
    #expect(
      played.interrupt(fromTerminal: true, at: 5_100) == [.startNoMore, .signal(SIGCONT, [10])])
  }

  @Test func aProgramThatStartsAfterTheEndIsKilled() {
    var played = Played(.run(["cmd"]))
    _ = played.director.readerHasGone(at: 0)
    #expect(played.director.started(.command, .success(10)) == [.signal(SIGKILL, [10])])
  }
}
