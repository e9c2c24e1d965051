import Calls
import Wire

/// A socket as a line of /proc/net/tcp, tcp6, udp or udp6 describes it (proc_net(5)).
struct ProcNetSocket: Hashable {
  var kind: TransportKind
  var local: Endpoint
  /// Port 0 where there is none.
  var peer: Endpoint
  /// The TCP state, 1 ESTABLISHED to 11.
  var state: UInt8
  var inode: UInt64

  /// Reads one line: number, local end, other end, state, ..., inode in the tenth column.
  init?(_ line: Substring, kind: TransportKind) {
    let columns = line.split(separator: " ", omittingEmptySubsequences: true)
    guard columns.count >= 10, let inode = UInt64(columns[9]),
      let local = ProcNetSocket.end(columns[1]), let peer = ProcNetSocket.end(columns[2]),
      let state = UInt8(columns[3], radix: 16)
    else { return nil }
    self.kind = kind
    self.local = local.unmapped
    self.peer = peer.unmapped
    self.state = state
    self.inode = inode
  }

  /// Reads an end: the address in words of four bytes, each in this machine's order, and the port.
  private static func end(_ text: Substring) -> Endpoint? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
    var words: [UInt32] = []
    var rest = parts[0]
    while !rest.isEmpty {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      words.append(UInt32(bigEndian: word))
      rest = rest.dropFirst(8)
    }
    switch words.count {
    case 1: return Endpoint(.v4(words[0]), port)
    case 4:
      return Endpoint(
        .v6(
          high: UInt64(words[0]) << 32 | UInt64(words[1]),
          low: UInt64(words[2]) << 32 | UInt64(words[3])), port)
    default: return nil
    }
  }

  /// The state of a socket that listens.
  static let listens: UInt8 = 10

  /// Finds a socket by its inode, in the network namespace of a process.
  static func find(inode: UInt64, of process: Int32) -> ProcNetSocket? {
    for kind in TransportKind.allCases {
      if let found = all(kind, of: process).first(where: { $0.inode == inode }) { return found }
    }
    return nil
  }

  /// The sockets of a protocol, in the network namespace of a process; a TCP socket that is bound
  /// but neither connected nor listening is in no table.
  static func all(_ kind: TransportKind, of process: Int32) -> [ProcNetSocket] {
    let names: [String] =
      switch kind {
      case .tcp: ["tcp", "tcp6"]
      case .udp: ["udp", "udp6"]
      case .udpLite: ["udplite", "udplite6"]
      case .icmp: ["icmp", "icmp6"]
      case .raw: ["raw", "raw6"]
      case .mptcp, .other: []
      }
    return names.flatMap { name in
      let bytes = ProcessFiles.read("/proc/\(process)/net/\(name)", limit: 16 << 20)
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
        .compactMap { ProcNetSocket($0, kind: kind) }
    }
  }
}
