import Calls
import Wire

/// Addresses as strace writes them.
enum StraceAddress {
  /// `{sa_family=AF_INET, sin_port=htons(3490), sin_addr=inet_addr("127.0.0.1")}`; for IPv6
  /// `inet_pton(AF_INET6, "::1", &sin6_addr)`, with or without the field's name.
  static func address(_ value: StraceValue?) -> SocketAddress? {
    guard let value, let family = StraceNames.number(value["sa_family"]) else { return nil }
    switch family {
    case 0: return .unspecified
    case 1:
      let path = value["sun_path"]?.bytes ?? []
      return .local(String(decoding: path.prefix { $0 != 0 }, as: UTF8.self))
    case 2, 10:
      guard let port = port(value["sin_port"] ?? value["sin6_port"]),
        let address = value.fields.lazy.compactMap({ host($0.value) }).first
      else { return nil }
      return .internet(Endpoint(address, port))
    default: return .other(family: family)
    }
  }

  private static func port(_ value: StraceValue?) -> UInt16? {
    guard case .call("htons", let arguments)? = value else { return nil }
    return arguments.first?.number.flatMap { UInt16(exactly: $0) }
  }

  private static func host(_ value: StraceValue) -> IPAddress? {
    guard case .call(let name, let arguments) = value, name == "inet_addr" || name == "inet_pton"
    else { return nil }
    return arguments.lazy.compactMap(\.bytes).first.flatMap { host($0) }
  }

  /// Reads `127.0.0.1` or `::1` (RFC 4291, section 2.2).
  static func host(_ text: [UInt8]) -> IPAddress? {
    guard text.count <= 45 else { return nil }
    return text.contains(UInt8(ascii: ":")) ? six(text) : four(text[...]).map { .v4($0) }
  }

  private static func four(_ text: ArraySlice<UInt8>) -> UInt32? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard let byte = UInt8(String(decoding: part, as: UTF8.self)) else { return nil }
      value = value << 8 | UInt32(byte)
    }
    return value
  }

  private static func six(_ text: [UInt8]) -> IPAddress? {
    let halves = gap(text)
    guard let before = groups(halves.before), let after = groups(halves.after ?? []) else {
      return nil
    }
    let missing = 8 - before.count - after.count
    guard halves.after == nil ? missing == 0 : missing >= 0 else { return nil }
    let all = before + Array(repeating: 0, count: missing) + after
    func half(_ groups: ArraySlice<UInt16>) -> UInt64 {
      groups.reduce(0) { $0 << 16 | UInt64($1) }
    }
    return .v6(high: half(all[..<4]), low: half(all[4...]))
  }

  /// What comes before and after `::`.
  private static func gap(_ text: [UInt8]) -> (before: ArraySlice<UInt8>, after: ArraySlice<UInt8>?)
  {
    for index in text.indices.dropLast()
    where text[index] == UInt8(ascii: ":") && text[index + 1] == UInt8(ascii: ":") {
      return (text[..<index], text[(index + 2)...])
    }
    return (text[...], nil)
  }

  private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
    var groups: [UInt16] = []
    if text.isEmpty { return groups }
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for part in parts {
      if part.contains(UInt8(ascii: ".")) {
        guard let four = four(part) else { return nil }
        groups += [UInt16(truncatingIfNeeded: four >> 16), UInt16(truncatingIfNeeded: four)]
      } else {
        guard let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16) else {
          return nil
        }
        groups.append(group)
      }
    }
    return groups.count <= 8 ? groups : nil
  }
}

/// What `-yy` says about a descriptor that is a socket: `TCP:[127.0.0.1:1->127.0.0.1:2]`,
/// `UDP:[0.0.0.0:3490]`, or only its inode: `TCP:[12345]`, and with `-y` `socket:[12345]`.
struct StraceSocketNote: Hashable {
  var kind: TransportKind
  /// Whether the protocol is given; `-y` gives none.
  var hasKind = true
  var inode: UInt64?
  var local: Endpoint?
  var peer: Endpoint?

  /// Reads an annotation; nil where it does not describe an Internet socket.
  init?(_ annotation: String) {
    guard let open = annotation.firstIndex(of: "["), annotation.hasSuffix("]"),
      open > annotation.startIndex, annotation[annotation.index(before: open)] == ":"
    else { return nil }
    switch annotation[..<annotation.index(before: open)] {
    case "TCP", "TCPv6": kind = .tcp
    case "UDP", "UDPv6": kind = .udp
    case "socket":
      kind = .other
      hasKind = false
    default: return nil
    }
    let inside = Array(annotation[annotation.index(after: open)...].dropLast().utf8)
    if let number = UInt64(String(decoding: inside, as: UTF8.self)) {
      inode = number
      return
    }
    let arrow = inside.indices.dropLast().first {
      inside[$0] == UInt8(ascii: "-") && inside[$0 + 1] == UInt8(ascii: ">")
    }
    local = StraceSocketNote.end(inside[..<(arrow ?? inside.count)])
    peer = arrow.flatMap { StraceSocketNote.end(inside[($0 + 2)...]) }
    guard local != nil else { return nil }
  }

  /// `127.0.0.1:3490` or `[::1]:3490`, IPv4-mapped addresses as IPv4.
  private static func end(_ text: ArraySlice<UInt8>) -> Endpoint? {
    guard let colon = text.lastIndex(of: UInt8(ascii: ":")),
      let port = UInt16(String(decoding: text[(colon + 1)...], as: UTF8.self))
    else { return nil }
    var host = text[..<colon]
    if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
      host = host.dropFirst().dropLast()
    }
    return StraceAddress.host(Array(host)).map { Endpoint($0, port).unmapped }
  }
}
