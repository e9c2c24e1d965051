import Glibc
import Process
import Testing

@testable import Tracing

@Suite(.serialized, .ownNetwork) struct InheritedSocketsTests {
  /// Only sockets of the Internet that exec would hand on are meant. Other tests start programs
  /// meanwhile, so none is open here that they would get; `LiveHoldersTests` hands some on.
  @Test func noOthers() {
    let marked = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let own = [socket(AF_INET, marked, 0), socket(AF_INET6, marked, 0)].filter { $0 >= 0 }
    let local = socket(AF_UNIX, marked, 0)
    #expect(own.allSatisfy(InheritedSockets.isOfInternet))
    #expect(!InheritedSockets.isOfInternet(local) && !InheritedSockets.isOfInternet(2))
    let found = InheritedSockets.numbers
    #expect(!found.contains { (own + [local]).contains($0) })
    for number in own + [local] { close(number) }
  }
}
