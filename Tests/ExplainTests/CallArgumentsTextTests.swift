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
      default: $0.descriptor = nil
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

  /// What the kernel writes for the caller, as strace prints it: NULL only where NULL was given.
  @Test func outParametersAreWhatWasPassed() {
    func text(
      _ call: SystemCall, nulls: UInt8?, room: Int32? = nil, from end: Endpoint? = nil,
      _ change: (inout CallArguments) -> Void = { _ in }
    ) -> String? {
      var record = record(call) {
        $0.nulls = nulls
        $0.addressRoom = room
        change(&$0)
      }
      if let end {
        record.outcome = CallOutcome(result: 4)
        record.outcome?.address = .internet(end)
      }
      return CallText(record, isC: true).text(.full, room: 200)
    }
    let end = Endpoint(.loopback4, 51514)
    let address = "{sa_family=AF_INET, sin_port=htons(51514), sin_addr=inet_addr(\"127.0.0.1\")}"
    #expect(text(.accept, nulls: 0b110) == "accept(3, NULL, NULL)")
    #expect(text(.bind, nulls: 0b10) == "bind(3, NULL)")
    #expect(text(.bind, nulls: 0) == "bind(3, …)")
    #expect(text(.connect, nulls: nil) == "connect(3, NULL)")
    #expect(text(.accept, nulls: 0, room: 16) == "accept(3, …, …)")
    #expect(text(.accept, nulls: nil) == "accept(3, …, …)")
    #expect(text(.accept, nulls: 0, room: 16, from: end) == "accept(3, \(address), [16])")
    #expect(
      text(.accept4, nulls: 0, room: 128, from: end) { $0.flags = 0o4000 }
        == "accept4(3, \(address), [128 => 16], SOCK_NONBLOCK)")
    #expect(text(.getsockname, nulls: 0, room: 16, from: end) == "getsockname(3, \(address), [16])")
    #expect(text(.recvfrom, nulls: 0b110000) { $0.count = 9 } == "recvfrom(3, …, 9, NULL, NULL)")
    #expect(
      text(.recvfrom, nulls: 0, room: 16, from: end) { $0.count = 9 }
        == "recvfrom(3, …, 9, \(address), [16])")
    #expect(
      text(.recvmsg, nulls: 0, from: end) { $0.count = 9 }
        == "recvmsg(3, {msg_name=\(address), msg_namelen=16, msg_iov=[{…, 9}], …})")
    #expect(
      text(.sendto, nulls: 0b10000) {
        $0.payload = [104, 105]; $0.count = 2; $0.flags = 0
      }
        == "sendto(3, \"hi\", 2, 0, NULL, 0)")
    #expect(
      text(.getsockopt, nulls: 0) { $0.option = SocketOption(level: 1, name: 4) }
        == "getsockopt(3, SOL_SOCKET, SO_ERROR, …, …)")
  }

  /// The number that the first bytes of a text or structure happen to make is not its value.
  @Test func onlyNumbersAreShownAsNumbers() {
    func text(_ level: Int32, _ name: Int32, _ value: Int32) -> String? {
      let record = record(.setsockopt) {
        $0.option = SocketOption(level: level, name: name)
        $0.value = value
      }
      return CallText(record).text(.full, room: 200)
    }
    #expect(text(6, 1, 1) == "setsockopt(fd 3, TCP_NODELAY, 1)")
    #expect(text(6, 13, 0x6F6E_6572) == "setsockopt(fd 3, TCP_CONGESTION)")
    #expect(text(0, 35, 0xEF) == "setsockopt(fd 3, IP_ADD_MEMBERSHIP)")
    #expect(text(1, 25, 0x6F6C) == "setsockopt(fd 3, SO_BINDTODEVICE)")
    #expect(text(0, 8, 1) == "setsockopt(fd 3, IP_PKTINFO, 1)")
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
