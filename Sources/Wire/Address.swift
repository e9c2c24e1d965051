/// An IPv4 or IPv6 address, as integers in host order.
public enum IPAddress: Hashable, Sendable {
  /// Four bytes, 127.0.0.1 being `0x7F00_0001`.
  case v4(UInt32)
  /// Sixteen bytes: the first eight and the last eight.
  case v6(high: UInt64, low: UInt64)

  /// 127.0.0.1
  public static let loopback4 = IPAddress.v4(0x7F00_0001)
  /// ::1
  public static let loopback6 = IPAddress.v6(high: 0, low: 1)

  /// The address with `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2) turned into `a.b.c.d`.
  public var unmapped: IPAddress {
    if case .v6(high: 0, let low) = self, low >> 32 == 0xFFFF {
      return .v4(UInt32(truncatingIfNeeded: low))
    }
    return self
  }

  /// Whether the address is 0.0.0.0 or ::.
  public var isUnspecified: Bool {
    switch self {
    case .v4(let value): value == 0
    case .v6(let high, let low): high == 0 && low == 0
    }
  }

  /// Whether the address lies in 127.0.0.0/8, or is ::1 or mapped to the former.
  public var isLoopback: Bool {
    switch unmapped {
    case .v4(let value): value >> 24 == 127
    case .v6(let high, let low): high == 0 && low == 1
    }
  }
}

/// An address and a port: one end of a conversation.
public struct Endpoint: Hashable, Sendable {
  /// The address of the host.
  public var address: IPAddress
  /// The port of TCP or UDP, 0 where none is known.
  public var port: UInt16

  /// Makes an endpoint.
  public init(_ address: IPAddress, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  /// The endpoint with an IPv4-mapped address turned into IPv4.
  public var unmapped: Endpoint { Endpoint(address.unmapped, port) }
}

extension IPAddress: CustomStringConvertible {
  /// Dotted decimal, or the shortest hexadecimal form of RFC 5952.
  public var description: String {
    switch self {
    case .v4(let value):
      return AddressText.string(value)
    case .v6(let high, let low):
      if high == 0, low >> 32 == 0xFFFF { return "::ffff:\(unmapped)" }
      let groups = [high, low].flatMap { half in
        stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: half >> $0) }
      }
      let gap = IPAddress.longestZeros(groups)
      let text = groups.map { String($0, radix: 16) }
      guard let gap else { return text.joined(separator: ":") }
      return text[..<gap.lowerBound].joined(separator: ":") + "::"
        + text[gap.upperBound...].joined(separator: ":")
    }
  }

  /// The first longest run of two or more zero groups.
  private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
    var best: Range<Int>?
    var start = 0
    while start < groups.count {
      var end = start
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - start > max(1, best?.count ?? 0) { best = start..<end }
      start = max(end, start + 1)
    }
    return best
  }
}

extension Endpoint: CustomStringConvertible {
  /// `127.0.0.1:3490` or `[::1]:3490`.
  public var description: String {
    switch address {
    case .v4(let value):
      return AddressText.string(value, port: port)
    case .v6:
      return "[\(address)]:\(port)"
    }
  }
}

extension Endpoint {
  /// Adds the description, for rows by the hundred thousand.
  public func append(to bytes: inout [UInt8]) {
    guard case .v4(let value) = address else { return bytes.append(contentsOf: description.utf8) }
    AddressText.add(value, port: port, to: &bytes)
  }
}

/// The characters of an IPv4 address and a port: every row shown has two, and a string put together
/// of numbers costs several times as much.
private enum AddressText {
  static func string(_ address: UInt32, port: UInt16? = nil) -> String {
    var bytes: [UInt8] = []
    add(address, port: port, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Adds an address as four decimal numbers, with a port where there is one.
  static func add(_ address: UInt32, port: UInt16? = nil, to bytes: inout [UInt8]) {
    bytes.append(addingCapacity: 21) { out in
      put(address >> 24, to: &out)
      out.append(UInt8(ascii: "."))
      put(address >> 16 & 0xFF, to: &out)
      out.append(UInt8(ascii: "."))
      put(address >> 8 & 0xFF, to: &out)
      out.append(UInt8(ascii: "."))
      put(address & 0xFF, to: &out)
      guard let port else { return }
      out.append(UInt8(ascii: ":"))
      put(UInt32(port), to: &out)
    }
  }

  @inline(__always)
  private static func put(_ value: UInt32, to out: inout OutputSpan<UInt8>) {
    var unit: UInt32 = value < 10 ? 1 : value < 100 ? 10 : value < 1_000 ? 100 : 10_000
    if value >= 1_000, value < 10_000 { unit = 1_000 }
    while unit > 0 {
      out.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / unit % 10))
      unit /= 10
    }
  }
}
