import Calls

/// The names that programs know numbers of calls by: families, flags, options (socket(2) and the
/// pages it names).
enum CallNames {
  /// The address family of socket(2).
  static func family(_ number: Int32) -> String {
    HeaderNames.families.name(of: number) ?? "\(number)"
  }

  /// The type of socket(2) with its flags.
  static func type(_ number: Int32) -> String {
    let type = number & 0xF
    let name = HeaderNames.types.name(of: type) ?? "\(type)"
    return ([name] + HeaderNames.socketFlags.flags(number & ~0xF)).joined(separator: "|")
  }

  /// The protocol of socket(2); what the Internet families have as 0 is written so.
  static func proto(_ number: Int32, family: Int32) -> String {
    let isInternet = HeaderNames.families.name(of: family)?.hasPrefix("AF_INET") ?? false
    guard isInternet, number != 0 else { return "\(number)" }
    return HeaderNames.protocols.name(of: number) ?? "\(number)"
  }

  /// How shutdown(2) shuts.
  static func how(_ number: Int32) -> String {
    HeaderNames.shutdowns.name(of: number) ?? "\(number)"
  }

  /// The command of fcntl(2).
  static func command(_ number: Int32) -> String {
    HeaderNames.commands.name(of: number) ?? "\(number)"
  }

  /// The request of ioctl(2).
  static func request(_ number: Int32) -> String {
    HeaderNames.requests.name(of: number) ?? "0x" + String(UInt32(bitPattern: number), radix: 16)
  }

  /// The level of a socket option.
  static func level(_ option: SocketOption) -> String {
    HeaderNames.levels.name(of: option.level) ?? "\(option.level)"
  }

  /// The name of a socket option (socket(7), tcp(7), ip(7), ipv6(7), udp(7)).
  static func option(_ option: SocketOption) -> String {
    HeaderNames.options[option.level]?.name(of: option.name) ?? "\(option.name)"
  }
}
