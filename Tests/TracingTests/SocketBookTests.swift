import Calls
import Glibc
import Testing
import Wire

@testable import Tracing

@Suite struct SocketBookTests {
  private let id = SocketID(7)

  @Test func closings() {
    var book = SocketBook(usesInodes: false)
    #expect(!book.isClosing(id))
    book.beginClosing(id)
    book.beginClosing(id)
    book.endClosing(id)
    #expect(book.isClosing(id))
    book.endClosing(id)
    #expect(!book.isClosing(id))
    book.endClosing(id)
    #expect(!book.isClosing(id))
  }

  @Test func holders() {
    var book = SocketBook(usesInodes: false)
    let parent = TracedProcess(10)
    parent.set(3, .socket(id, .tcp), &book)
    let child = TracedProcess(11, forkedBy: parent, sharing: false, &book)
    #expect(child.sockets == [id])
    parent.set(3, nil, &book)
    #expect(parent.sockets == [])
    #expect(parent.known(3) == nil)
    child.set(4, .socket(id, .tcp), &book)
    child.leaveTable(&book)
    #expect(child.sockets == [])
    #expect(book.facts(id, .tcp) == SocketFacts(id: id, kind: .tcp))
  }

  /// A descriptor that stands for another socket than before lets go of the old one.
  @Test func replaced() {
    var book = SocketBook(usesInodes: false)
    let process = TracedProcess(10)
    process.set(3, .socket(id, .tcp), &book)
    process.set(3, .socket(SocketID(8), .udp), &book)
    #expect(process.sockets == [SocketID(8)])
    process.set(3, .other, &book)
    #expect(process.sockets == [])
    if case .other = process.known(3) {} else { Issue.record("not a file") }
  }

  /// Without cookies an inode number that comes again, once its socket is gone, is another socket.
  @Test func inodesThatComeAgain() throws {
    var book = SocketBook(usesInodes: true)
    let own = TracedProcess(getpid())
    let descriptor = open(AF_INET, SOCK_STREAM)
    defer { close(descriptor) }
    func ask() throws -> SocketID {
      guard
        case .socket(let facts) = book.ask(own, descriptor, names: true, stream: false, kind: .tcp)
      else { throw Missing() }
      own.set(descriptor, .socket(facts.id, facts.kind), &book)
      return facts.id
    }
    let first = try ask()
    #expect(try ask() == first)
    own.set(descriptor, nil, &book)
    let second = try ask()
    #expect(second != first)
    #expect(try ask() == second)
  }

  private struct Missing: Error {}

  /// A socket that no program gets that another test starts just now.
  private func open(_ family: Int32, _ type: __socket_type) -> Int32 {
    socket(family, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  /// What is asked of this very process: a cookie, a file, and nothing.
  @Test func askedHere() throws {
    var book = SocketBook(usesInodes: false)
    let own = TracedProcess(getpid())
    let descriptor = open(AF_INET6, SOCK_DGRAM)
    defer { close(descriptor) }
    var cookie: UInt64 = 0
    var length = socklen_t(8)
    getsockopt(descriptor, SOL_SOCKET, SO_COOKIE, &cookie, &length)
    guard case .socket(let facts) = book.ask(own, descriptor, names: true, stream: true) else {
      Issue.record("no answer: is pidfd_getfd(2) refused?")
      return
    }
    #expect(facts.id == SocketID(cookie))
    #expect(facts.kind == .udp)
    #expect(facts.local?.port == 0)
    #expect(facts.peer == nil)
    #expect(facts.streamOffset == nil)
    let local = open(AF_UNIX, SOCK_STREAM)
    defer { close(local) }
    for other in [0, local] {
      guard case .other = book.ask(own, other, names: true, stream: true) else {
        Issue.record("\(other) is no socket of the Internet")
        continue
      }
    }
    // Neither a descriptor that is none nor a process that is gone changes how sockets are told.
    let absent: [(TracedProcess, Int32)] = [(own, 9999), (TracedProcess(Int32.max), 3)]
    for (process, number) in absent {
      guard case .absent = book.ask(process, number, names: true, stream: true) else {
        Issue.record("\(process.id) \(number)")
        continue
      }
    }
    #expect(!book.usesInodes)
  }

  /// A socket in a message is held, until it arrives or has been looked for in vain.
  @Test func inFlight() {
    var book = SocketBook(usesInodes: false)
    let one = SocketID(1)
    book.hold(one)
    book.launch(one)
    #expect(book.stranded == [])
    book.release(one)
    #expect(book.stranded == [one] && book.isHeld(one))
    book.hold(one)
    book.land(one)
    #expect(book.stranded == [] && book.isHeld(one))
    book.launch(one)
    book.release(one)
    for _ in 0..<3 { book.missed([one]) }
    #expect(book.stranded == [one])
    book.missed([one])
    #expect(book.stranded == [] && !book.isHeld(one))
  }
}
