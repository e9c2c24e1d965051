import Calls
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
    let child = TracedProcess(11, forkedBy: parent, &book)
    #expect(child.sockets == [id])
    parent.set(3, nil, &book)
    #expect(parent.sockets == [])
    #expect(parent.known(3) == nil)
    child.set(4, .socket(id, .tcp), &book)
    child.forgetAll(&book)
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

  /// A closed descriptor is watched by no instance any more, and is none.
  @Test func epolls() throws {
    var book = SocketBook(usesInodes: false)
    let process = TracedProcess(10)
    let word = [UInt8](repeating: 1, count: 16)
    let interest = try #require(
      EpollInterest(Registers(4, 1, 9, 0x100), architecture: .own) { _, _ in word })
    process.watch(9, by: 4, interest)
    process.watch(3, by: 4, interest)
    #expect(process.epolls[4]?.watched == [3, 9])
    let child = TracedProcess(11, forkedBy: process, &book)
    process.set(9, nil, &book)
    #expect(process.epolls[4]?.watched == [3])
    #expect(child.epolls[4]?.watched == [3, 9])
    process.set(4, nil, &book)
    #expect(process.epolls[4] == nil)
    child.forgetEpolls()
    #expect(child.epolls.isEmpty)
  }
}
