import Calls
import Wire

/// Addresses as text that reads back unchanged.
enum RecordingAddress {
  /// `127.0.0.1:3490`, `[::1]:3490`, `unspec`, `unix:PATH` or `family:N`.
  static func text(_ address: SocketAddress) -> String {
    switch address {
    case .internet(let end): "\(end)"
    case .unspecified: "unspec"
    case .local(let path): "unix:" + JournalText.escaped(path, separators: ",")
    case .other(let family): "family:\(family)"
    }
  }

  static func address(_ text: some StringProtocol) -> SocketAddress? {
    if text == "unspec" { return .unspecified }
    if text.hasPrefix("unix:") { return .local(JournalText.unescaped(text.dropFirst(5))) }
    if text.hasPrefix("family:") { return Int32(text.dropFirst(7)).map { .other(family: $0) } }
    return endpoint(text).map { .internet($0) }
  }

  /// `127.0.0.1:3490` or `[::1]:3490`.
  static func endpoint(_ text: some StringProtocol) -> Endpoint? {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var address = text[..<colon]
    if address.first == "[", address.last == "]" {
      address = address.dropFirst().dropLast()
      return version6(address).map { Endpoint($0, port) }
    }
    return version4(address).map { Endpoint(.v4($0), port) }
  }

  private static func version4(_ text: some StringProtocol) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    return parts.reduce(UInt32?(0)) { sum, part in
      guard let sum, let byte = UInt8(part) else { return nil }
      return sum << 8 | UInt32(byte)
    }
  }

  private static func version6(_ text: some StringProtocol) -> IPAddress? {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard halves.count <= 2, let start = groups(halves[0]) else { return nil }
    guard halves.count == 2 else {
      return start.count == 8 ? address(start) : nil
    }
    guard let end = groups(halves[1]), start.count + end.count < 8 else { return nil }
    return address(start + [UInt16](repeating: 0, count: 8 - start.count - end.count) + end)
  }

  /// Groups of hexadecimal digits, the last of which may be an IPv4 address.
  private static func groups(_ text: some StringProtocol) -> [UInt16]? {
    if text.isEmpty { return [] }
    var groups: [UInt16] = []
    for part in text.split(separator: ":", omittingEmptySubsequences: false) {
      if let group = UInt16(part, radix: 16) {
        groups.append(group)
      } else if let last = version4(part) {
        groups += [UInt16(last >> 16), UInt16(truncatingIfNeeded: last)]
      } else {
        return nil
      }
    }
    return groups
  }

  private static func address(_ groups: [UInt16]) -> IPAddress {
    let halves = [groups[..<4], groups[4...]].map { half in
      half.reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    }
    return .v6(high: halves[0], low: halves[1])
  }
}
