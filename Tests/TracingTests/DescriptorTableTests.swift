import Calls
import Testing

@testable import Tracing

@Suite struct DescriptorTableTests {
  private func interest(_ operation: UInt64, _ data: UInt8) throws -> EpollInterest {
    let word = [UInt8](repeating: data, count: 16)
    return try #require(
      EpollInterest(Registers(4, operation, 9, 0x100), architecture: .own) { _, _ in word })
  }

  /// Copies hold the same sockets; shared tables hold them once.
  @Test func copiesAndShares() {
    var book = SocketBook(usesInodes: false)
    let one = SocketID(7)
    let process = TracedProcess(10)
    process.set(3, .socket(one, .tcp), &book)
    let child = TracedProcess(11, forkedBy: process, sharing: false, &book)
    let sharer = TracedProcess(12, forkedBy: process, sharing: true, &book)
    sharer.set(4, .socket(one, .tcp), &book)
    #expect(process.sockets.count == 2 && child.sockets.count == 1)
    sharer.part(&book)
    sharer.set(3, nil, &book)
    sharer.set(4, nil, &book)
    #expect(process.sockets.count == 2 && !process.sharesTable)
    sharer.leaveTable(&book)
    process.leaveTable(&book)
    #expect(book.isHeld(one))
    child.leaveTable(&book)
    #expect(!book.isHeld(one))
  }

  /// An epoll instance watches a socket as long as anybody holds it, by whichever descriptor of the
  /// instance it is asked.
  @Test func epolls() throws {
    var book = SocketBook(usesInodes: false)
    let process = TracedProcess(10)
    let one = SocketID(7)
    process.set(9, .socket(one, .tcp), &book)
    process.table.epoll(4).watch(9, one, try interest(1, 1))
    let child = TracedProcess(11, forkedBy: process, sharing: false, &book)
    child.table.set(5, child.table.epoll(4))
    process.set(9, nil, &book)
    #expect(child.table.epolls[5]?.watched == [9])
    #expect(child.table.epolls[5]?.ready(0x0101_0101_0101_0101)?.socket == one)
    child.set(9, nil, &book)
    #expect(child.table.epolls[5]?.watched == [])
    process.set(4, nil, &book)
    #expect(process.table.epolls[4] == nil)
    child.table.forgetEpolls { $0 == 5 }
    #expect(Array(child.table.epolls.keys) == [5])
  }

  /// EPOLL_CTL_DEL, and a number that another socket has now.
  @Test func interests() throws {
    let instance = EpollInstance()
    instance.watch(9, SocketID(1), try interest(1, 1))
    instance.forget(9, SocketID(2))
    #expect(instance.watched == [9])
    instance.watch(9, SocketID(1), try interest(2, 1))
    #expect(instance.watched == [])
    #expect(instance.ready(0x0101_0101_0101_0101) == nil)
  }
}
