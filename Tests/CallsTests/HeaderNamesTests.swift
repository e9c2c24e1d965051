import Process
import Testing

@testable import Calls

@Suite struct HeaderNamesTests {
  /// What the compiler of this machine makes of its headers: `GROUP NAME NUMBER` a line.
  private static func headers() throws -> (kernel: [Int], rows: [[String]]) {
    let script = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let outcome = try RunningProcess(["python3", "/\(script)/Headers/constants.py"])
      .wait(timeout: .seconds(120))
    try #require(outcome.status == 0, "\(outcome.errorText)")
    let rows = outcome.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let kernel = try #require(rows.first?.last).split(separator: ".").compactMap { Int($0) }
    return (kernel, Array(rows.dropFirst()))
  }

  /// Each macro of the headers has its number here; what headers of a later kernel add may be missing.
  @Test func theHeadersSayTheSame() throws {
    let (kernel, rows) = try Self.headers()
    #expect(rows.count > 400)
    let own = HeaderNames.kernel.split(separator: ".").compactMap { Int($0) }
    let isLater = own.lexicographicallyPrecedes(kernel)
    for row in rows {
      try #require(row.count == 3)
      let group = try #require(HeaderNames.groups[row[0]], "\(row)")
      let number = group.number(of: row[1])
      if number == nil, isLater { continue }
      #expect(number.map { UInt32(bitPattern: $0) } == UInt32(row[2]), "\(row)")
    }
  }

  /// The program numbers that a reader meets, by the manual pages.
  @Test func optionsHaveTheirNames() {
    func name(_ level: Int32, _ option: Int32) -> String? {
      HeaderNames.options[level]?.name(of: option)
    }
    #expect(name(0, 8) == "IP_PKTINFO")
    #expect(name(0, 6) == "IP_RECVOPTS")
    #expect(name(0, 35) == "IP_ADD_MEMBERSHIP")
    #expect(name(0, 32) == "IP_MULTICAST_IF")
    #expect(name(0, 4) == "IP_OPTIONS")
    #expect(name(41, 59) == "IPV6_DSTOPTS")
    #expect(name(41, 20) == "IPV6_ADD_MEMBERSHIP")
    #expect(name(6, 19) == "TCP_REPAIR")
    #expect(name(6, 36) == "TCP_INQ")
    #expect(name(1, 20) == "SO_RCVTIMEO")
    #expect(name(1, 49) == "SO_INCOMING_CPU")
    #expect(name(17, 103) == "UDP_SEGMENT")
    #expect(name(136, 10) == "UDPLITE_SEND_CSCOV")
    #expect(name(263, 23) == "PACKET_IGNORE_OUTGOING")
    #expect(name(77, 1) == nil)
    #expect(HeaderNames.levels.name(of: 284) == "SOL_MPTCP")
    #expect(HeaderNames.protocols.name(of: 262) == "IPPROTO_MPTCP")
    #expect(HeaderNames.families.name(of: 1) == "AF_UNIX")
    #expect(HeaderNames.messageFlags.flags(0x840) == ["MSG_DONTWAIT", "MSG_CONFIRM"])
  }

  /// A name stands for one number, in whatever group; strace's other words for it too.
  @Test func aNameHasOneNumber() {
    var numbers: [String: Int32] = [:]
    for group in HeaderNames.groups.values {
      for (name, number) in group.all {
        #expect(numbers[name] ?? number == number, "\(name)")
        numbers[name] = number
      }
    }
    #expect(HeaderNames.number(of: "PF_INET") == 2)
    #expect(HeaderNames.number(of: "SO_RCVTIMEO_OLD") == 20)
    #expect(HeaderNames.number(of: "SOCK_CLOEXEC") == 0o2_000_000)
    #expect(HeaderNames.number(of: "NONSENSE") == nil)
  }
}
