import Testing

@testable import Capture

@Suite struct PacketFilterErrorTests {
  /// What `PacketFilter` says of an expression that is wrong.
  private func failure(_ expression: String) -> PacketFilterError? {
    do {
      _ = try PacketFilter(expression, link: 1)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("tcp prt 3490", "prt"), ("tcp port htttp", "htttp"), ("tcp and and udp", "and"),
    ("tcp port 80 or udp prot 53", "prot"), ("port 70000", "70000"), ("tcp port 80)", ")"),
    ("(tcp port 80", "("), ("tcp and (udp or (icmp)", "("), ("tcp[13 & 2 != 0", "!="),
    ("tcp[13", "["), (" tcp and udp", "tcp and udp"),
    ("tcp[13] & & 2 != 0", "&"), ("ip host 1.2.3.4.5", "1.2.3.4.5"), ("not", ""), ("host", ""),
    ("tcp and", ""), ("tcp port", ""), ("tcp port 80 and (udp or )", ")"),
    ("net 10.0.0.0/40", "10.0.0.0/40"),
  ])
  func place(expression: String, wrong: String) throws {
    let error = try #require(failure(expression))
    let bytes = Array(expression.utf8)
    #expect(String(decoding: bytes[error.place], as: UTF8.self) == wrong, "\(error)")
    if wrong.isEmpty { #expect(error.place.lowerBound == bytes.count) }
    #expect(error.expression == expression)
    #expect(!error.message.isEmpty)
  }

  @Test func theSecondAndIsTheWrongOne() throws {
    #expect(try #require(failure("tcp and and udp")).place == 8..<11)
  }

  @Test func offsetsCountBytesOfUTF8() throws {
    let error = try #require(failure("tcp port 웹"))
    #expect(error.place == 9..<12)
  }

  @Test func aZeroByteIsAnError() throws {
    #expect(failure("tcp\0") != nil)
  }
}
