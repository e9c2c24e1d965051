import Calls
import Glibc
import Process
import Testing

@testable import Tracing

@Suite(.ownNetwork) struct TracerAttachingTests {
  @Test func findsAThreadsProcess() throws {
    let target = try AttachTarget.find(getppid())
    #expect(target.process == getppid())
    #expect(target.thread == nil)
    #expect(target.name == ProcessFiles.name(getppid()))
  }

  @Test func refusesWhatCannotBeTraced() {
    #expect(throws: AttachError.own(getpid())) { try AttachTarget.find(getpid()) }
    #expect(throws: AttachError.noSuchProcess(Int32.max)) { try AttachTarget.find(Int32.max) }
  }

  @Test func readsWhatAnEpollInstanceWatches() throws {
    let line = "tfd:        5 events:       19 data:         a0b1  pos:0 ino:3a sdev:8"
    let (descriptor, interest) = try #require(EpollInterest.ofFile(line[...]))
    #expect(descriptor == 5)
    #expect(interest.data == 0xA0B1)
    #expect(interest.isWatched && !interest.isExclusive)
    let exclusive = "tfd:  5 events: 9000001d data: a0b1"
    #expect(EpollInterest.ofFile(exclusive[...])?.1.isExclusive == true)
    for other in ["pos:\t0", "flags:\t02", "tfd: x events: 1 data: 2", "tfd: 5 events: 1"] {
      #expect(EpollInterest.ofFile(other[...]) == nil)
    }
  }

  @Test func stopsAtWhatTheFilterWouldStop() {
    #expect(SystemCallFilter.stops(.socket, Registers(2, 1, 0, 0, 0, 0)))
    #expect(!SystemCallFilter.stops(.socket, Registers(1, 1, 0, 0, 0, 0)))
    #expect(!SystemCallFilter.stops(.poll, Registers(0, 1, 0, 0, 0, 0)))
    #expect(SystemCallFilter.stops(.poll, Registers(0, 1, 0xFFFF_FFFF, 0, 0, 0)))
    #expect(SystemCallFilter.stops(.close, Registers(3, 0, 0, 0, 0, 0)))
  }
}
