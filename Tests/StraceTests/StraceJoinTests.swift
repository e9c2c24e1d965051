import Calls
import Testing
import Timeline
import Wire

@testable import Strace

@Suite struct StraceJoinTests {
  private let client = Endpoint(.loopback4, 40_000)
  private let server = Endpoint(.loopback4, 3490)

  /// A log of one client; its clock is ahead by so many microseconds.
  private func log(ahead: Int64 = 0, children: String = "") -> StraceLog {
    let start: Int64 = 1_700_000_000_000_000 + ahead
    let end = "[127.0.0.1:40000->127.0.0.1:3490]"
    let lines: [(Int64, String)] = [
      (0, "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[1]> <0.000010>"),
      (
        100,
        "connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(3490), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0 <0.000050>"
      ),
      (300, children), (400, "write(3<TCP:\(end)>, \"hello\", 5) = 5 <0.000020>"),
      (600, "read(3<TCP:\(end)>, \"back\", 64) = 4 <0.000300>"),
      (1200, "close(3<TCP:\(end)>) = 0 <0.000020>"), (1400, "exit_group(0) = ?"),
      (1500, "+++ exited with 0 +++"),
    ]
    var log = StraceLog(name: "log")
    for (offset, line) in lines where !line.isEmpty {
      let time = start + offset
      let micro = "\(time % 1_000_000)"
      let zeros = String(repeating: "0", count: 6 - micro.count)
      log.append(Array("7 \(time / 1_000_000).\(zeros)\(micro) \(line)\n".utf8))
    }
    log.finish()
    return log
  }

  /// What was captured meanwhile, by the capture's clock.
  private var flows: CapturedFlows {
    let segments: [(at: Int64, fromClient: Bool, flags: TCPFlags, sequence: UInt32, length: Int)] =
      [
        (140, true, .syn, 100, 0), (145, false, [.syn, .ack], 900, 0), (150, true, .ack, 101, 0),
        (430, true, [.psh, .ack], 101, 5), (435, false, .ack, 901, 0),
        (800, false, [.psh, .ack], 901, 4), (805, true, .ack, 106, 0),
        (1230, true, [.fin, .ack], 106, 0),
      ]
    var flows = CapturedFlows()
    for segment in segments {
      var packet = Packet()
      let ends = segment.fromClient ? (client, server) : (server, client)
      packet.network = .ipv4(
        IPv4(source: ends.0.address, destination: ends.1.address))
      packet.transport = .tcp(
        TCP(
          source: ends.0.port, destination: ends.1.port,
          sequence: SequenceNumber(segment.sequence), flags: segment.flags))
      packet.payloadLength = segment.length
      flows.take(packet, at: Instant(1_700_000_000_000_000_000 + segment.at * 1_000))
    }
    return flows
  }

  /// Nanoseconds since the start of the capture at which each event is.
  private func times(_ join: StraceJoin) -> [Int64] {
    join.events.map { $0.time - 1_700_000_000_000_000_000 }
  }

  @Test(arguments: [2_000_134, -3_600_000_000, 250] as [Int64])
  func theClockDoesNotMatter(ahead: Int64) throws {
    let join = try StraceJoin([log(ahead: ahead)], flows)
    #expect(times(join) == times(try StraceJoin([log(ahead: 1_000_000)], flows)))
    #expect(abs(join.ahead - ahead * 1_000) < 100_000)
    #expect(join.within < 300_000)
    #expect(join.contradictions == 0)
  }

  /// Where nothing says that there are two clocks there is one, though the packets allow others too.
  @Test(arguments: [0, 10, 29] as [Int64])
  func oneClockIsTakenForOne(ahead: Int64) throws {
    let join = try StraceJoin([log(ahead: ahead)], flows)
    #expect(join.ahead == 0)
    #expect(join.contradictions == 0)
    #expect(times(join)[0] == ahead * 1_000)
  }

  /// The first moment by which a packet would come before its call.
  @Test func anotherClockIsNot() throws {
    #expect(try StraceJoin([log(ahead: 41)], flows).ahead > 0)
  }

  @Test func packetsLieWithinTheirCalls() throws {
    let join = try StraceJoin([log()], flows)
    var entries: [SystemCall: Int64] = [:]
    var names: [Int: SystemCall] = [:]
    var returns: [SystemCall: Int64] = [:]
    for (event, time) in zip(join.events, times(join)) {
      switch event.what {
      case .entered(let id, let call, _, _):
        entries[call] = time
        names[id] = call
      case .returned(let id, _, _, _, _): returns[names[id] ?? .tee] = time
      default: break
      }
    }
    for (call, first, last) in [
      (SystemCall.connect, 140, 145), (.write, 430, 430), (.close, 1230, 1230),
    ] as [(SystemCall, Int64, Int64)] {
      #expect(try #require(entries[call]) < first * 1_000)
      #expect(try #require(returns[call]) > last * 1_000)
    }
    #expect(try #require(returns[.read]) > 800_000)
  }

  /// The ends that -yy tells later are those of the connect() that has returned.
  @Test func namesAreFilledIn() throws {
    let join = try StraceJoin([log()], flows)
    let facts = join.events.compactMap { event -> SocketFacts? in
      if case .returned(_, _, let socket?, _, _) = event.what { socket } else { nil }
    }
    #expect(facts.first?.local == client)
    #expect(facts.first?.peer == server)
  }

  /// Where a child that the log does not show may hold the socket, no close() is known to end it.
  @Test func anUnseenChildMayHoldIt() throws {
    let clone = "clone(child_stack=NULL, flags=SIGCHLD) = 8 <0.000010>"
    let join = try StraceJoin([log(children: clone)], flows)
    let closes = join.events.filter {
      if case .entered(_, .close, _, _) = $0.what { true } else { false }
    }
    #expect(closes.isEmpty)
    let made = join.events.contains {
      if case .returned(_, _, _, .some, _) = $0.what { true } else { false }
    }
    #expect(!made, "bytes after a write that a child may have added to are not counted")
  }

  @Test func whatCannotBeJoined() {
    var empty = StraceLog(name: "log")
    empty.finish()
    #expect(throws: StraceError.empty("log")) { try StraceJoin([empty], flows) }
    #expect(throws: StraceError.noPackets) { try StraceJoin([log()], CapturedFlows()) }
  }

  /// Whatever stands in a log: no trap, and no more than it holds.
  @Test(arguments: 0..<40)
  func nonsense(seed: Int) {
    let pieces = [
      "7 1700000000.000100 ", "8 1700000000.000200 ", "[pid 9] ", "12:00:00.000001 ",
      "connect(", "3<TCP:[1]>", "3<TCP:[127.0.0.1:1->127.0.0.1:2]>", ", ", "{sa_family=AF_INET",
      "sin_port=htons(99999)", "}", "]", "[", "{", "\"\\", "\"", ") = ", "-1 ", "EAGAIN", "?",
      " <unfinished ...>", "<... connect resumed>", "clone(flags=CLONE_THREAD",
      "9223372036854775807",
      "-9223372036854775808", "splice(3, NULL, 4, NULL, 18446744073709551615, 0",
      "sendmmsg(3, [{msg_hdr={msg_iov=[{iov_len=-1}]}, msg_len=-5}]", "close_range(0, -1, 0",
      "recvmsg(3, {msg_control=[{cmsg_type=SCM_RIGHTS, cmsg_data=[1, 2]}]}",
      "+++ killed by SIGKILL",
      " +++", "--- SIGPIPE", "socket(AF_INET, SOCK_STREAM, 0", "dup2(3, 3", "exit_group(0",
      "epoll_ctl(3, EPOLL_CTL_ADD, 3, {data={u64=1}}", "\n", "\n", "\n", "\0", "\u{1b}[31m",
      "accept(3, NULL, NULL", "<9999999999.9>", " <0.000001>", "execve(\"/a\", [\"a\"], 0",
    ]
    var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    var text = ""
    for _ in 0..<600 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text += pieces[Int(state >> 33) % pieces.count]
    }
    var log = StraceLog(name: "log")
    log.append(Array(text.utf8))
    log.finish()
    _ = try? StraceJoin([log], flows)
    // The good log with the bad one's lines in between.
    var mixed = StraceLog(name: "log")
    mixed.append(Array(("7 1700000000.000000 socket(AF_INET, SOCK_STREAM, 0) = 3\n" + text).utf8))
    mixed.finish()
    _ = try? StraceJoin([mixed, self.log()], flows)
    #expect(mixed.lines <= 602)
  }

  // MARK: reasons

  private func log(of lines: [String]) -> StraceLog {
    var log = StraceLog(name: "log")
    for (index, line) in lines.enumerated() {
      log.append(Array("7 1700000000.00000\(index) \(line)\n".utf8))
    }
    log.finish()
    return log
  }

  private func error(_ lines: [String]) -> StraceError? {
    do throws(StraceError) {
      _ = try StraceJoin([log(of: lines)], flows)
      return nil
    } catch {
      return error
    }
  }

  /// Sockets that were opened before the log began: it tells nothing of them, which is not that there
  /// are none.
  @Test func theReasonIsTheRightOne() {
    #expect(error(["send(5, \"x\", 1, 0) = 1"]) == .unknownSockets)
    #expect(error(["shutdown(5, SHUT_WR) = 0"]) == .unknownSockets)
    #expect(
      error(["socket(PF_LOCAL, SOCK_STREAM, 0) = 5", "send(5, \"x\", 1, 0) = 1"]) == .noSockets)
    #expect(error(["getpid() = 7", "write(1, \"x\", 1) = 1"]) == .noSockets)
    #expect(
      error(["sendto(5<UNIX:[12]>, \"x\", 1, 0, NULL, 0) = 1"]) == .noSockets)
    for line in [
      "socket(PF_INET, SOCK_STREAM, IPPROTO_IP) = 3",
      #"sendto(5, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, 16) = 1"#,
      #"accept(5, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, [16]) = 6"#,
    ] {
      #expect(error([line, "close(9) = 0"]) == .nothingShared(knowsEnds: false), "\(line)")
    }
  }
}
