import Calls
import Explain
import Golden
import Testing
import Timeline
import Wire

@Suite struct CallArgumentsTextTests {
  /// Arguments as a call of each kind has them.
  static func example(_ call: SystemCall) -> CallRecord {
    record(call) {
      let end = SocketAddress.internet(Endpoint(.loopback4, 3490))
      switch call {
      case .socket, .socketpair:
        $0.descriptor = nil
        $0.family = call == .socket ? 10 : 1
        $0.type = 1 | 0o4000 | 0o2_000_000
        $0.proto = 0
      case .bind, .connect: $0.address = end
      case .listen: $0.backlog = 10
      case .accept4: $0.flags = 0o2_004_000
      case .shutdown: $0.flags = 1
      case .write, .writev, .pwritev2, .send: payload(&$0)
      case .sendto, .sendmsg:
        payload(&$0)
        $0.address = end
        $0.flags = 0x4000
      case .sendmmsg:
        payload(&$0)
        $0.count = 26
        $0.messageLengths = [13, 13]
        $0.addresses = [end, end]
      case .read, .readv, .preadv2, .recv, .recvmsg, .recvmmsg: $0.count = 1024
      case .recvfrom:
        $0.count = 1024
        $0.flags = 0x42
      case .sendfile, .splice, .tee:
        $0.other = 5
        $0.count = 65_536
        $0.flags = 1
      case .dup2, .dup3, .closeRange, .epollCtl: $0.other = 7
      case .fcntl: $0.flags = 1030
      case .ioctl: $0.flags = 0x5421
      case .setsockopt:
        $0.option = SocketOption(level: 1, name: 13)
        $0.value = 1
        $0.lingerSeconds = 0
      case .getsockopt: $0.option = SocketOption(level: 6, name: 11)
      case .poll, .ppoll, .select, .pselect6:
        $0.descriptor = nil
        $0.watched = [3, 4, 5, 6, 7]
        $0.timeout = 500
      case .epollWait, .epollPwait, .epollPwait2: $0.timeout = -1
      case .accept, .close, .dup, .getsockname, .getpeername: break
      case .epollCreate1, .execve, .execveat, .ioUringSetup, .ioUringEnter, .unshare, .pidfdGetfd,
        .clone, .clone3, .prctl, .seccomp:
        $0.descriptor = nil
      }
    }
  }

  private static func payload(_ arguments: inout CallArguments) {
    arguments.payload = Array("Hello, server".utf8)
    arguments.count = 13
  }

  @Test func everyCallIsTheGoldenText() {
    var lines: [String] = []
    for call in SystemCall.allCases {
      let record = CallArgumentsTextTests.example(call)
      for isC in [false, true] {
        for detail in CallText.Detail.allCases {
          let text = CallText(record, isC: isC).text(detail, room: 200)
          lines.append("\(isC ? "C    " : "words") \(detail) \(text ?? "-")\n")
        }
      }
      lines.append("\n")
    }
    let difference = Golden.difference(of: lines.joined(), from: "calls.txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  @Test(arguments: SystemCall.allCases)
  func noTextIsWiderThanItsRoom(call: SystemCall) {
    let record = CallArgumentsTextTests.example(call)
    for room in 4..<60 {
      for detail in CallText.Detail.allCases {
        let text = CallText(record).text(detail, room: room)
        #expect((text?.count ?? 0) <= room)
      }
    }
  }
}
