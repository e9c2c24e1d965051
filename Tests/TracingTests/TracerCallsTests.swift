import Calls
import Foundation
import Process
import Testing
import Wire

@testable import Tracing

/// What real calls are told to be: arguments, results, sockets.
@Suite(.serialized, .ownNetwork) struct TracerCallsTests {
  @Test func movingBytes() throws {
    let recording = try Recording.ofProgram("moves")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    let calls = recording.calls
    let texts = calls.map(\.text)
    // One socket, two ends of a connection, and another one that is never connected.
    let connect = try #require(recording.calls(.connect).first)
    let accept = try #require(recording.calls(.accept).first)
    let client = try #require(connect.arguments.descriptor)
    let server = try #require(accept.outcome.map { Int32($0.result) })
    let lonely = try #require(recording.calls(.socket).last?.outcome?.result)
    #expect(
      texts.filter { !$0.hasPrefix("socket") && !$0.hasPrefix("setsockopt") }.dropFirst(6) == [
        "writev(\(client)) = 6", "readv(\(server)) = 6", "pwritev2(\(client)) = 3",
        "preadv2(\(server)) = 3", "sendto(\(client)) = 5", "sendmsg(\(client)) = 7",
        "recvfrom(\(server)) = 4", "recvmsg(\(server)) = 12", "sendfile(\(client)) = 100",
        "read(\(server)) = 100", "splice(\(client)) = 16", "splice(\(server)) = 16",
        "write(\(client)) = 6", "getsockopt(\(client)) = 0", "read(\(server)) = 6",
        "recvfrom(\(server)) = -11", "sendto(\(lonely)) = -32", "close(\(lonely)) = 0",
        "shutdown(\(client)) = 0",
        "read(\(server)) = 0", "close(\(server)) = 0", "close(\(client)) = 0",
      ])
    let writev = try #require(recording.calls(.writev).first)
    #expect(writev.arguments.payload == Array("onetwo".utf8))
    #expect(writev.arguments.count == 6)
    #expect(recording.calls(.readv).first?.outcome?.payload == Array("onetwo".utf8))
    let splices = recording.calls(.splice)
    #expect(splices.map(\.arguments.receives) == [false, true])
    #expect(splices.map(\.socket?.id) == [writev.socket?.id, accept.made?.id])
    let peek = try #require(recording.calls(.recvfrom).first)
    #expect(peek.arguments.flags == 2)
    #expect(peek.outcome?.payload == Array("more".utf8))
    #expect(recording.calls(.recvmsg).first?.outcome?.payload == Array("more message".utf8))
  }

  /// The kernel's own account of the stream, asked at each write's entry, is the sum of what the
  /// calls before have written.
  @Test func streamOffsets() throws {
    let recording = try Recording.ofProgram("moves")
    let client = try #require(recording.calls(.connect).first?.socket?.id)
    var sum: UInt64 = 0
    for call in recording.calls where call.socket?.id == client && call.call.role == .writes {
      // The kernel counts bytes that are corked as not sent, but as taken.
      #expect(call.socket?.streamOffset == sum, "\(call.text)")
      #expect(call.socket?.state == 1)
      sum += UInt64(max(0, call.outcome?.result ?? 0))
    }
    #expect(sum == 6 + 3 + 5 + 7 + 100 + 16 + 6)
  }

  /// Both ends of a connection know each other by their addresses.
  @Test func names() throws {
    let recording = try Recording.ofProgram("moves")
    let connected = try #require(recording.calls(.connect).first?.after)
    let accepted = try #require(recording.calls(.accept).first?.made)
    #expect(connected.id != accepted.id)
    #expect(connected.local != nil && connected.local == accepted.peer)
    #expect(connected.peer != nil && connected.peer == accepted.local)
    #expect(accepted.local?.address == .loopback4)
    #expect(connected.kind == .tcp)
    #expect(recording.calls(.bind).first?.after?.local?.port == connected.peer?.port)
    // Every call of a socket is told with it.
    let known = Set(recording.calls.compactMap(\.made?.id))
    for call in recording.calls where call.call != .socket {
      #expect(call.socket.map { known.contains($0.id) } == true, "\(call.text)")
    }
  }

  @Test func datagrams() throws {
    let recording = try Recording.ofProgram("datagrams")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0"])
    let sockets = recording.calls(.socket).compactMap(\.made)
    #expect(sockets.map(\.kind) == [.udp, .udp, .tcp, .tcp])
    let (to, from) = (sockets[0].id, sockets[1].id)
    let bound = try #require(recording.calls(.bind).first?.after?.local)
    let sendto = try #require(recording.calls(.sendto).first)
    #expect(sendto.arguments.address == .internet(bound))
    #expect(sendto.socket?.id == from)
    // The first datagram binds the socket; its port is told at the return.
    #expect(sendto.socket?.local?.port ?? 0 == 0)
    let own = try #require(sendto.after?.local)
    #expect(own.port != 0)
    let received = try #require(recording.calls(.recvfrom).first)
    #expect(received.socket?.id == to)
    guard case .internet(let sender)? = received.outcome?.address else {
      Issue.record("no sender")
      return
    }
    #expect(sender.port == own.port)
    let several = try #require(recording.calls(.sendmmsg).first)
    #expect(several.arguments.messageLengths == [5, 6])
    #expect(several.arguments.addresses == [.internet(bound), .internet(bound)])
    #expect(several.outcome?.messageLengths == [5, 6])
    #expect(recording.calls(.recvmmsg).first?.outcome?.messageLengths == [5, 6])
    let connects = recording.calls(.connect).filter { $0.socket?.id == from }
    #expect(connects.map { $0.after?.peer?.port ?? 0 } == [bound.port, 0])
    #expect(connects.last?.arguments.address == .unspecified)
  }

  /// An IPv6 socket that took an IPv4 connection is told with addresses of IPv4.
  @Test func dualStack() throws {
    let recording = try Recording.ofProgram("datagrams")
    let connect = try #require(recording.calls(.connect).last)
    let accept = try #require(recording.calls(.accept4).first)
    #expect(accept.made?.local?.address == .loopback4)
    #expect(accept.made?.peer == connect.after?.local)
    #expect(connect.after?.peer == accept.made?.local)
    guard case .internet(let peer)? = accept.outcome?.address else {
      Issue.record("no peer")
      return
    }
    #expect(peer.unmapped == connect.after?.local)
  }

  @Test func waits() throws {
    let recording = try Recording.ofProgram("waits")
    #expect(recording.problems == [])
    #expect(recording.endings == ["0", "0"])
    let connect = try #require(recording.calls(.connect).first)
    #expect(connect.outcome?.error == Errno(EINPROGRESS))
    #expect(connect.after?.peer != nil)
    let poll = try #require(recording.calls(.poll).first)
    #expect(poll.arguments.watched == [try #require(connect.arguments.descriptor)])
    #expect(poll.arguments.timeout == 5000)
    #expect(poll.ready == [try #require(connect.socket?.id)])
    let first = try #require(recording.calls(.accept4).first?.made?.id)
    #expect(recording.calls(.ppoll).first?.ready == [first])
    let selects = recording.calls(.select, .pselect6)
    #expect(selects.count == 2)
    let ready = try #require(recording.calls(.accept).first?.made?.id)
    #expect(selects.map(\.ready) == [[ready], [ready]])
    #expect(selects.map(\.arguments.timeout) == [5000, -1])
  }

  /// epoll_wait tells which socket is ready, though numbers and data come again after close().
  @Test func epoll() throws {
    let recording = try Recording.ofProgram("waits")
    let waits = recording.calls.filter(\.call.isEpoll)
    // Three accepts, three echoes, three ends at least; the sockets ready are those used next.
    #expect(waits.count >= 9)
    let calls = recording.calls
    for wait in waits {
      #expect(wait.ready.count == 1)
      #expect(wait.arguments.timeout == 5000)
      let next = calls.first { $0.id > wait.id && $0.process == wait.process }
      #expect(next?.socket?.id == wait.ready.first, "\(wait.text) before \(next?.text ?? "")")
    }
    let accepted = recording.calls(.accept).suffix(3)
    #expect(Set(accepted.compactMap(\.made?.id)).count == 3)
  }
}
