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
}
