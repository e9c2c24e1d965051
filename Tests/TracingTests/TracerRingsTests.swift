import Calls
import Process
import Testing

@testable import Tracing

/// What is told of a program that uses io_uring.
@Suite(.serialized, .ownNetwork) struct TracerRingsTests {
  /// Whether the kernel lets programs make rings.
  private func allowsRings(_ recording: Recording) -> Bool { recording.endings != ["77"] }

  private func blind(_ recording: Recording) -> [String] {
    recording.events.compactMap { if case .blind(let words) = $0.what { words } else { nil } }
  }

  private func held(_ recording: Recording) -> [SocketFacts] {
    recording.events.compactMap {
      if case .holds(_, let facts) = $0.what { facts } else { nil }
    }
  }

  @Test func aRingIsToldOnceAndTheOffsetsCountWhatItSent() throws {
    let recording = try Recording.ofProgram("uring")
    try Machine.require(allowsRings(recording), "the kernel lets nobody make rings of io_uring")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    #expect(blind(recording).count == 1)
    let client = try #require(recording.calls(.connect).first?.socket?.id)
    let server = try #require(recording.calls(.accept).first?.made?.id)
    let writes = recording.calls(.write).filter { $0.socket?.id == client }
    #expect(writes.map { $0.socket?.streamOffset ?? 99 } == [0, 19])
    #expect(writes.map { $0.after?.streamOffset ?? 99 } == [8, 24])
    let reads = recording.calls(.read).filter { $0.socket?.id == server }
    // The ring has read 6 of the 24 bytes; the peer's FIN is no byte.
    #expect(reads.map { $0.socket?.readOffset ?? 99 } == [0, 14, 24])
    #expect(reads.map { $0.after?.readOffset ?? 99 } == [8, 24, 24])
    #expect(held(recording).contains { $0.id == client && $0.streamOffset == 19 })
  }

  @Test func socketsThatTheRingConnectedAndAcceptedAreFound() throws {
    let recording = try Recording.ofProgram("uring", "whole")
    try Machine.require(allowsRings(recording), "the kernel lets nobody make rings of io_uring")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    #expect(recording.calls(.connect, .accept).isEmpty)
    let client = try #require(recording.calls(.socket).last?.made?.id)
    let ends = held(recording)
    let one = try #require(ends.first { $0.id == client && $0.peer != nil })
    let other = try #require(ends.first { $0.local == one.peer && $0.peer == one.local })
    #expect(other.id != client)
    #expect(recording.calls(.write).first?.socket?.streamOffset == 11)
    #expect(recording.calls(.read).first { $0.socket?.id == other.id }?.socket?.readOffset == 11)
  }

  @Test func aProgramWithoutARingIsNotAskedForReads() throws {
    let recording = try Recording.ofProgram("moves")
    #expect(blind(recording).isEmpty)
    #expect(held(recording).isEmpty)
    #expect(recording.calls.allSatisfy { $0.socket?.readOffset == nil })
  }

  /// The accept queue is told at listen(), and at the entry and return of accept().
  @Test func acceptQueues() throws {
    let recording = try Recording.ofProgram("moves")
    let listen = try #require(recording.calls(.listen).first)
    #expect(listen.after?.queue == AcceptQueue(waiting: 0, backlog: 128))
    let accept = try #require(recording.calls(.accept).first)
    #expect(accept.socket?.queue == AcceptQueue(waiting: 1, backlog: 128))
    #expect(accept.after?.queue == AcceptQueue(waiting: 0, backlog: 128))
  }
}
