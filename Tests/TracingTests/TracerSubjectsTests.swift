import Calls
import Foundation
import Process
import Testing
import Wire

@testable import Tracing

/// Descriptors: which socket each of them stands for, whatever was done to it.
@Suite(.serialized, .ownNetwork) struct TracerSubjectsTests {
  @Test func passedToAnother() throws {
    let recording = try Recording.ofProgram("descriptors")
    #expect(recording.problems == [])
    #expect(recording.endings.allSatisfy { $0 == "0" })
    // A child that got a descriptor as a message writes to the parent's socket, under a number
    // that it had tried before and found closed.
    let client = try #require(recording.calls(.connect).first)
    let write = try #require(
      recording.calls(.write).first { $0.arguments.payload == Array("passed".utf8) })
    #expect(write.process != client.process)
    #expect(write.socket?.id == client.socket?.id)
    #expect(write.socket?.peer == client.after?.peer)
    // The parent's close was not the last; the child's end is.
    #expect(recording.held[write.process] == [try #require(client.socket?.id)])
    let read = recording.calls(.read).filter {
      $0.socket?.id == recording.calls(.accept).first?.made?.id
    }
    #expect(read.map(\.outcome?.result) == [6, 0])
  }

  @Test func duplicatesAndRanges() throws {
    let recording = try Recording.ofProgram("descriptors")
    let clients = recording.calls(.connect).compactMap(\.socket?.id)
    let servers = recording.calls(.accept).compactMap(\.made?.id)
    #expect(clients.count == 4 && servers.count == 4)
    #expect(Set(clients + servers).count == 8)
    let (one, two) = (clients[1], clients[2])
    let copy = try #require(recording.calls(.fcntl).first)
    #expect(copy.socket?.id == one)
    #expect(copy.made?.id == one)
    #expect(copy.outcome?.result == 40)
    let over = recording.calls(.dup3)
    #expect(over.map(\.made?.id) == [one, two])
    // The socket of dup3 is the one that it closes.
    #expect(over.map(\.socket?.id) == [nil, one])
    // CLOSE_RANGE_CLOEXEC closes nothing: the copy still works.
    let marked = recording.calls(.write).first { $0.arguments.payload == Array("marked".utf8) }
    #expect(marked?.socket?.id == one)
    #expect(marked?.arguments.descriptor == 40)
    let ranges = recording.calls(.closeRange)
    #expect(ranges.count == 2)
    let ends = recording.calls.filter {
      [clients[1], clients[2]].contains($0.socket?.id) && $0.call == .connect
        || [servers[1], servers[2]].contains($0.made?.id)
    }.compactMap { $0.call == .connect ? $0.arguments.descriptor : Int32($0.outcome?.result ?? -1) }
      .sorted()
    #expect(ranges.map { $0.arguments.closes.map(\.descriptor) } == [[40, 50], ends])
    #expect(ranges.map { $0.arguments.closes.map(\.socket.id) }.first == [one, two])
    #expect(
      Set(ranges[1].arguments.closes.map(\.socket.id)) == [one, two, servers[1], servers[2]])
  }

  /// close-on-exec, and descriptors that a program was given as its standard streams.
  @Test func spawned() throws {
    let recording = try Recording.ofProgram("descriptors")
    let client = try #require(recording.calls(.connect).last?.socket?.id)
    let executed = recording.events.filter {
      if case .executed(_, ["true"], _, _) = $0.what { true } else { false }
    }
    #expect(executed.count == 2)
    for event in executed {
      #expect(recording.held[event.process]?.contains(client) == true)
    }
    // The last end of a connection is read when both programs are gone.
    #expect(recording.calls(.read).last?.outcome?.result == 0)
  }

  @Test func endings() throws {
    let recording = try Recording.ofProgram("endings", "3490")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0", "signal 9", "0"])
    let closed = recording.events.compactMap { event -> [SocketID]? in
      guard case .executed(_, ["true"], let closed, let entered) = event.what else { return nil }
      #expect(entered > 0 && entered <= event.time)
      return closed
    }
    // exec closed the one socket that was marked: that of the fifth connection.
    let clients = recording.calls(.connect).compactMap(\.socket?.id)
    #expect(closed == [[clients[4]]])
    let refused = try #require(recording.calls(.connect).last)
    #expect(refused.outcome?.error == Errno(ECONNREFUSED))
    #expect(refused.after?.peer == nil)
    // The children hold the listening socket too; the one that ran another program only that.
    #expect(recording.processes.map { recording.held[$0]?.count } == [0, 2, 1, 2])
  }

  /// Connections and threads: every socket has an identity of its own, and both ends agree.
  @Test(arguments: [false, true]) func many(_ usesInodes: Bool) throws {
    let port: UInt16 = 3490
    let script = """
      '\(Recording.programs)' many-server \(port) 3 60 &
      until grep -q ':\(String(format: "%04X", port)) 00000000:0000 0A' /proc/net/tcp; do :; done
      '\(Recording.programs)' many-client \(port) 3 60
      wait
      """
    let recording = try Recording.of(["sh", "-c", script], usesInodes: usesInodes)
    #expect(recording.problems == [])
    #expect(recording.usesInodes == usesInodes)
    let accepts = recording.calls(.accept).compactMap(\.made)
    let connects = recording.calls(.connect).filter { $0.outcome?.result == 0 }.compactMap(\.after)
    #expect(accepts.count == 60 && connects.count == 60)
    #expect(Set((accepts + connects).map(\.id)).count == 120)
    // A connection that was reset before accept() returned has no peer any more; every seventh is
    // reset at its end, nine in all.
    let peers = accepts.compactMap(\.peer)
    #expect(peers.count >= 60 - 9)
    #expect(Set(peers).count == peers.count)
    #expect(Set(peers).isSubset(of: connects.compactMap(\.local)))
    #expect(accepts.allSatisfy { $0.local == Endpoint(.loopback4, port) })
    for call in recording.calls where call.call != .socket {
      #expect(call.socket != nil, "\(call.text)")
    }
  }

  /// Without pidfd_getfd the same is told of a conversation, but for the streams' offsets.
  @Test(arguments: ["moves", "datagrams", "descriptors", "waits"])
  func byInode(_ program: String) throws {
    let cookies = try Recording.ofProgram(program)
    let inodes = try Recording.ofProgram(program, usesInodes: true)
    #expect(inodes.usesInodes && !cookies.usesInodes)
    #expect(inodes.problems == [])
    #expect(shape(inodes) == shape(cookies))
  }

  /// The calls of each process with their sockets, numbered by first appearance.
  private func shape(_ recording: Recording) -> [[String]] {
    let calls = recording.calls
    return recording.processes.map { process in
      var numbers: [SocketID: Int] = [:]
      func number(_ facts: SocketFacts?) -> String {
        guard let id = facts?.id else { return "-" }
        let number = numbers[id] ?? numbers.count
        numbers[id] = number
        return "#\(number)"
      }
      return calls.filter { $0.process == process }.map { call in
        "\(call.text) \(number(call.socket)) \(number(call.made)) \(call.ready.count)"
      }
    }
  }
}
