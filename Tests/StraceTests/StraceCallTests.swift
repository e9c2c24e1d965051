import Calls
import Testing
import Wire

@testable import Strace

@Suite struct StraceCallTests {
  /// The call that a line tells.
  private func call(_ line: String) throws -> StraceCall {
    guard case .call(let name, let text) = StraceLine(Array(line.utf8)).content else {
      throw NoCall(line: line)
    }
    return StraceCall(thread: 1, name: name, text, keeping: 16)
  }

  private struct NoCall: Error { var line: String }

  private let server = Endpoint(.loopback4, 3490)

  @Test func connect() throws {
    let call = try call(
      "connect(3<TCP:[12345]>, {sa_family=AF_INET, sin_port=htons(3490), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 EINPROGRESS (Operation now in progress) <0.000123>"
    )
    #expect(call.arguments.descriptor == 3)
    #expect(call.arguments.address == .internet(server))
    #expect(call.outcome?.error == Errno(115))
    #expect(call.outcome?.result == -115)
    #expect(call.duration == 123_000)
    #expect(call.notes.first?.socket?.inode == 12345)
  }

  @Test func sixWithItsName() throws {
    for name in ["", "sin6_addr="] {
      let call = try call(
        "bind(3, {sa_family=AF_INET6, sin6_port=htons(7), sin6_flowinfo=htonl(0), \(name)inet_pton(AF_INET6, \"2001:db8::1\", &sin6_addr), sin6_scope_id=0}, 28) = 0"
      )
      let host = IPAddress.v6(high: 0x2001_0DB8_0000_0000, low: 1)
      #expect(call.arguments.address == .internet(Endpoint(host, 7)))
    }
  }

  @Test func acceptTellsBothEnds() throws {
    let call = try call(
      "accept4(3<TCPv6:[[::]:80]>, {sa_family=AF_INET6, sin6_port=htons(9), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"::ffff:127.0.0.1\", &sin6_addr), sin6_scope_id=0}, [128 => 28], SOCK_CLOEXEC|SOCK_NONBLOCK) = 4<TCPv6:[[::ffff:127.0.0.1]:80->[::ffff:127.0.0.1]:9]> <0.000010>"
    )
    let flags: Int32 = 0o2004000
    #expect(call.arguments.flags == flags)
    #expect(call.outcome?.result == 4)
    #expect(call.resultNote?.local == Endpoint(.loopback4, 80))
    #expect(call.resultNote?.peer == Endpoint(.loopback4, 9))
  }

  @Test func bytes() throws {
    let write = try call(#"write(4, "a\"\\\n\0011\x41"..., 300) = 200"#)
    #expect(write.arguments.payload == Array("a\"\\\n\u{1}1A".utf8))
    #expect(write.arguments.count == 300)
    #expect(write.outcome?.result == 200)
    let vector = try call(
      #"writev(4, [{iov_base="one", iov_len=3}, {iov_base="", iov_len=0}, {iov_base="two", iov_len=30}], 3) = 33"#
    )
    #expect(vector.arguments.count == 33)
    #expect(vector.arguments.payload == Array("onetwo".utf8))
    let read = try call(#"recvfrom(4, "back", 64, MSG_PEEK|MSG_DONTWAIT, NULL, NULL) = 4"#)
    #expect(read.arguments.flags == 0x42)
    #expect(read.outcome?.payload == Array("back".utf8))
  }

  /// More pieces than strace prints: the result says what was offered at least.
  @Test func piecesThatAreNotTold() throws {
    let call = try call(
      #"sendmsg(4, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="x", iov_len=1}, ...], msg_iovlen=40, msg_controllen=0, msg_flags=0}, MSG_NOSIGNAL) = 40"#
    )
    #expect(call.arguments.count == 40)
    #expect(call.arguments.flags == 0x4000)
  }

  @Test func severalMessages() throws {
    let call = try call(
      #"sendmmsg(4<UDP:[0.0.0.0:59388]>, [{msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(3490), sin_addr=inet_addr("127.0.0.1")}, msg_namelen=16, msg_iov=[{iov_base="first", iov_len=5}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, msg_len=5}, {msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="second", iov_len=6}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, msg_len=6}], 2, 0) = 2"#
    )
    #expect(call.arguments.messageLengths == [5, 6])
    #expect(call.arguments.addresses == [.internet(server), nil])
    #expect(call.outcome?.messageLengths == [5, 6])
  }

  @Test func waits() throws {
    let poll = try call(
      "poll([{fd=5<TCP:[1]>, events=POLLIN}, {fd=-1}, {fd=6, events=POLLOUT}], 3, 5000) = 1 ([{fd=6, revents=POLLOUT}])"
    )
    #expect(poll.arguments.watched == [5, 6])
    #expect(poll.arguments.timeout == 5000)
    #expect(poll.outcome?.ready == [6])
    let select = try call(
      "select(8, [3 7], [4], NULL, {tv_sec=1, tv_usec=500}) = 2 (in [7], out [4], left {tv_sec=0, tv_usec=9})"
    )
    #expect(select.arguments.watched == [3, 4, 7])
    #expect(select.arguments.timeout == 1001)
    #expect(select.outcome?.ready == [4, 7])
    let epoll = try call(
      "epoll_wait(4, [{events=EPOLLIN, data={u32=1, u64=18446744069414584321}}], 1, -1) = 1")
    guard case .found(let data) = epoll.effect else { throw NoCall(line: "epoll") }
    #expect(data == [18_446_744_069_414_584_321])
  }

  @Test func options() throws {
    let cork = try call("setsockopt(4, SOL_TCP, TCP_CORK, [0], 4) = 0")
    #expect(cork.arguments.option == SocketOption(level: 6, name: 3))
    #expect(cork.arguments.value == 0)
    let linger = try call("setsockopt(4, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8) = 0")
    #expect(linger.arguments.value == 1)
    #expect(linger.arguments.lingerSeconds == 0)
  }

  @Test func children() throws {
    func isThread(_ line: String) throws -> Bool? {
      if case .cloned(let isThread, _) = try call(line).effect { isThread } else { nil }
    }
    #expect(
      try isThread(
        "clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 7")
        == false)
    #expect(
      try isThread(
        "clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, stack=0x7f} => {parent_tid=[7]}, 88) = 7")
        == true)
    #expect(try isThread("vfork() = 7") == false)
  }

  @Test func interrupted() throws {
    let call = try call(
      "accept(3, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <1.5>")
    #expect(call.isInterrupted)
    #expect(call.outcome == nil)
    #expect(call.duration == 1_500_000_000)
  }

  // MARK: old versions

  /// socket() before version 4.11.
  @Test func families() throws {
    let call = try call("socket(PF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, IPPROTO_IP) = 5")
    #expect(call.arguments.family == 10)
    let type: Int32 = 0o4002
    #expect(call.arguments.type == type)
    #expect(try self.call("socket(PF_INET, SOCK_STREAM, IPPROTO_TCP) = 3").arguments.family == 2)
    #expect(try self.call("socket(PF_LOCAL, SOCK_STREAM, 0) = 3").arguments.family == 1)
  }

  /// sendmsg() and recvmsg() before version 4.16 (dnsmasq and redis, as people reported them).
  @Test func messages() throws {
    let send = try call(
      #"sendmsg(4, {msg_name(16)={sa_family=AF_INET, sin_port=htons(3490), sin_addr=inet_addr("127.0.0.1")}, msg_iov(2)=[{"abc", 3}, {"de", 2}], msg_controllen=0, msg_flags=0}, MSG_NOSIGNAL) = 5"#
    )
    #expect(send.arguments.address == .internet(server))
    #expect(send.arguments.count == 5 && send.arguments.payload == Array("abcde".utf8))
    let receive = try call(
      #"recvmsg(4, {msg_name(16)={sa_family=AF_INET, sin_port=htons(3490), sin_addr=inet_addr("127.0.0.1")}, msg_iov(1)=[{"abc"..., 4096}], msg_controllen=32, {cmsg_len=28, cmsg_level=SOL_IP, cmsg_type=, ...}, msg_flags=0}, 0) = 67"#
    )
    #expect(receive.outcome?.address == .internet(server) && receive.outcome?.result == 67)
    #expect(receive.outcome?.payload == Array("abc".utf8))
    let many = try call(
      #"sendmmsg(5, {{{msg_name(0)=NULL, msg_iov(1)=[{"one", 3}], msg_controllen=0, msg_flags=MSG_TRUNC|0x1e340010}, 3}, {{msg_name(0)=NULL, msg_iov(1)=[{"three", 5}], msg_controllen=0, msg_flags=0}, 5}}, 2, MSG_NOSIGNAL) = 2"#
    )
    #expect(many.arguments.messageLengths == [3, 5] && many.arguments.count == 8)
    #expect(many.outcome?.messageLengths == [3, 5])
    let passes = try call(
      #"sendmsg(4, {msg_name(0)=NULL, msg_iov(1)=[{"x", 1}], msg_controllen=24, {cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, {7}}, msg_flags=0}, 0) = 1"#
    )
    guard case .passes(let descriptors) = passes.effect else {
      Issue.record("\(passes.effect)")
      return
    }
    #expect(descriptors == [7])
  }

  /// Pieces, times and options without names: before version 4.16.
  @Test func structuresWithoutNames() throws {
    let write = try call(#"writev(3, [{"one", 3}, {"two!", 4}], 2) = 7"#)
    #expect(write.arguments.count == 7 && write.arguments.payload == Array("onetwo!".utf8))
    let select = try call(
      "select(4, [3], NULL, NULL, {5, 1})            = 1 (in [3], left {4, 999})")
    #expect(select.arguments.timeout == 5_001 && select.outcome?.ready == [3])
    let poll = try call("ppoll([{fd=3, events=POLLIN}], 1, {2, 500000000}, NULL, 8) = 0 (Timeout)")
    #expect(poll.arguments.timeout == 2_500)
    let linger = try call("setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=7}, 8) = 0")
    #expect(linger.arguments.value == 1 && linger.arguments.lingerSeconds == 7)
  }

  /// epoll before version 5.7.
  @Test func epollWithoutNames() throws {
    let control = try call("epoll_ctl(4, EPOLL_CTL_ADD, 3, {EPOLLIN|EPOLLET, {u32=9, u64=9}}) = 0")
    guard case .watches(3, data: 9) = control.effect else {
      Issue.record("\(control.effect)")
      return
    }
    for list in ["{{EPOLLIN, {u32=9, u64=9}}}", "[{EPOLLIN, {u32=9, u64=9}}]"] {
      let wait = try call("epoll_wait(4, \(list), 10, -1) = 1")
      guard case .found(let data) = wait.effect else {
        Issue.record("\(wait.effect)")
        continue
      }
      #expect(data == [9])
    }
  }
}
