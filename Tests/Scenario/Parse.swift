import Wire

extension Endpoint {
  /// Reads `127.0.0.1:3490`, `[::1]:3490` or `[::ffff:127.0.0.1]:3490`; a test's own text, so a
  /// wrong one ends the test.
  public init(parsing text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { preconditionFailure("no port in \(text)") }
    var address = text[..<colon]
    if address.first == "[" { address = address.dropFirst().dropLast() }
    self.init(IPAddress(parsing: String(address)), port)
  }
}

extension IPAddress {
  /// Reads dotted decimal, or the hexadecimal form with at most one `::`.
  public init(parsing text: String) {
    if !text.contains(":") {
      let bytes = text.split(separator: ".").compactMap { UInt32($0) }
      precondition(bytes.count == 4, "no address: \(text)")
      self = .v4(bytes.reduce(0) { $0 << 8 | $1 })
      return
    }
    if text.hasPrefix("::ffff:"), text.contains(".") {
      guard case .v4(let value) = IPAddress(parsing: String(text.dropFirst(7))) else {
        preconditionFailure("no address: \(text)")
      }
      self = .v6(high: 0, low: 0xFFFF_0000_0000 | UInt64(value))
      return
    }
    var groups = text.split(separator: ":", omittingEmptySubsequences: false).map {
      $0.isEmpty ? nil : UInt64($0, radix: 16)
    }
    while groups.count > 8, let empty = groups.firstIndex(of: nil) { groups.remove(at: empty) }
    if let gap = groups.firstIndex(of: nil) {
      let rest = groups.enumerated().filter { $0.offset != gap && $0.element == nil }.count
      let zeros = [UInt64?](repeating: 0, count: 8 - groups.count + 1 + rest)
      groups.replaceSubrange(gap...gap, with: zeros)
      groups.removeAll { $0 == nil }
    }
    precondition(groups.count == 8, "no address: \(text)")
    let numbers = groups.map { $0 ?? 0 }
    self = .v6(
      high: numbers[..<4].reduce(0) { $0 << 16 | $1 },
      low: numbers[4...].reduce(0) { $0 << 16 | $1 })
  }
}
