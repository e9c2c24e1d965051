import Glibc
import Testing

@testable import Tracing

@Suite(.serialized) struct InheritedSocketsTests {
  /// Only sockets of the Internet that exec would hand on are meant.
  @Test func noOthers() {
    let stream = Int32(SOCK_STREAM.rawValue)
    let marked = Int32(SOCK_CLOEXEC.rawValue)
    let own = socket(AF_INET, stream | marked, 0)
    let local = socket(AF_UNIX, stream, 0)
    let inherited = [socket(AF_INET, stream, 0), socket(AF_INET6, stream, 0)]
    let found = InheritedSockets.numbers
    #expect(!found.contains(own) && !found.contains(local))
    for number in inherited where number >= 0 { #expect(found.contains(number)) }
    for number in inherited + [own, local] { close(number) }
  }
}
