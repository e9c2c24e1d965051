import Wire

/// A query for the socket at one end of a flow, as the kernel expects it (sock_diag(7)).
struct SocketOwnerQuestion: Hashable {
  /// The transport protocols that have sockets of this kind.
  enum Transport: UInt8 {
    case tcp = 6
    case udp = 17
  }

  var transport: Transport
  /// The end that is asked for.
  var local: Endpoint
  /// The other end; nil asks for a socket that listens.
  var peer: Endpoint?

  private enum Message {
    static let headerSize = 16
    /// `sizeof(struct inet_diag_req_v2)`
    static let requestSize = 56
    /// `SOCK_DIAG_BY_FAMILY`
    static let byFamily: UInt16 = 20
    /// `NLM_F_REQUEST`
    static let isRequest: UInt16 = 1
    /// `NLMSG_ERROR`
    static let error: UInt16 = 2
    static let type = 4
    static let sequence = 8
    /// Where `idiag_inode` is, after the header and 68 bytes of `struct inet_diag_msg`.
    static let inode = 16 + 68
  }

  /// The message: a header of netlink(7), then the question.
  ///
  ///     +------------+---------+-----------+--------------+---------+
  ///     | length (4) | type (2) | flags (2) | sequence (4) | port (4) |
  ///     +------------+----------+-----------+--------------+----------+
  ///     | family (1) | protocol (1) | extensions (1) | 0 (1) | states (4) |
  ///     +------------+--------------+----------------+-------+------------+
  ///     | ports (2, 2) | addresses (16, 16) | interface (4) | cookie (8) |
  ///     +--------------+--------------------+---------------+------------+
  func bytes(sequence: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    append(UInt32(Message.headerSize + Message.requestSize), to: &bytes)
    append(Message.byFamily, to: &bytes)
    append(Message.isRequest, to: &bytes)
    append(sequence, to: &bytes)
    append(UInt32(0), to: &bytes)
    // AF_INET 2, AF_INET6 10; all states, no extensions.
    bytes += [isVersion6 ? 10 : 2, transport.rawValue, 0, 0]
    append(UInt32.max, to: &bytes)
    let other = peer ?? Endpoint(isVersion6 ? .v6(high: 0, low: 0) : .v4(0), 0)
    // The kernel looks for the receiver of a datagram from source to destination: so the two are
    // swapped.
    let ends = transport == .udp ? [other, local] : [local, other]
    for end in ends { bytes += [UInt8(end.port >> 8), UInt8(truncatingIfNeeded: end.port)] }
    for end in ends { bytes += end.address.sixteenBytes }
    append(UInt32(0), to: &bytes)
    // INET_DIAG_NOCOOKIE
    append(UInt64.max, to: &bytes)
    return bytes
  }

  private var isVersion6: Bool {
    if case .v6 = local.address { true } else { false }
  }

  /// Adds a number in this machine's byte order, as netlink has them.
  private func append<Number: FixedWidthInteger & UnsignedInteger>(
    _ number: Number, to bytes: inout [UInt8]
  ) {
    let isLittle = Number(littleEndian: 1) == 1
    for index in 0..<(Number.bitWidth / 8) {
      let shift = 8 * (isLittle ? index : Number.bitWidth / 8 - 1 - index)
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// What the kernel answers.
  enum Answer: Hashable {
    /// A socket with this inode; 0 where no process holds it, or none does yet.
    case inode(UInt32)
    /// There is none, or access is not permitted: errno(3).
    case error(Int32)
  }

  /// Reads an answer; nil where it does not answer the query with that sequence number.
  static func answer(in bytes: [UInt8], sequence: UInt32) -> Answer? {
    guard bytes.count >= Message.headerSize + 4,
      number(in: bytes, at: Message.sequence) == sequence
    else { return nil }
    switch type(of: bytes) {
    case Message.error:
      return .error(-Int32(bitPattern: number(in: bytes, at: Message.headerSize)))
    case Message.byFamily:
      guard bytes.count >= Message.inode + 4 else { return nil }
      return .inode(number(in: bytes, at: Message.inode))
    default: return nil
    }
  }

  /// The type of a message: two bytes in this machine's byte order.
  private static func type(of bytes: [UInt8]) -> UInt16 {
    let pair = (UInt16(bytes[Message.type]), UInt16(bytes[Message.type + 1]))
    return UInt16(littleEndian: 1) == 1 ? pair.1 << 8 | pair.0 : pair.0 << 8 | pair.1
  }

  /// Four bytes in this machine's byte order.
  private static func number(in bytes: [UInt8], at index: Int) -> UInt32 {
    let isLittle = UInt32(littleEndian: 1) == 1
    return (0..<4).reduce(0) { number, place in
      number | UInt32(bytes[index + place]) << UInt32(8 * (isLittle ? place : 3 - place))
    }
  }
}

extension IPAddress {
  /// The address in network byte order, IPv4 in the first four of sixteen bytes.
  fileprivate var sixteenBytes: [UInt8] {
    switch self {
    case .v4(let value):
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
        + [UInt8](repeating: 0, count: 12)
    case .v6(let high, let low):
      [high, low].flatMap { half in
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
      }
    }
  }
}
