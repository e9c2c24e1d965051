import Foundation
import Testing

@testable import Calls

@Suite struct HeaderNumbersTests {
  /// The numbers that the code asks for are those of their names: `/// MSG_PEEK.`, and below it the
  /// constant.
  @Test func numbersAreThoseOfTheirNames() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("Sources/Calls/HeaderNumbers.swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    let pattern = /\/\/\/ (?<macro>[A-Z0-9_]+)( of SOL_\w+)?\.\n[^\n]* = (?<value>[^\n]+)\n/
    let matches = text.matches(of: pattern)
    #expect(matches.count > 50)
    for match in matches {
      let value = match.value.split(whereSeparator: { "(),: ".contains($0) }).last ?? ""
      let number =
        value.hasPrefix("0x") ? Int32(value.dropFirst(2), radix: 16) : Int32(value)
      #expect(number == HeaderNames.number(of: String(match.macro)), "\(match.macro)")
    }
    #expect(SocketOption.deferAccept == SocketOption(level: 6, name: 9))
    #expect(Errno.refused == Errno(111))
    #expect(MessageFlag.fastOpen == 0x2000_0000)
  }

  /// At which arguments the recorder stops.
  @Test func stopsAreOfTheHeaders() throws {
    func number(_ name: String) throws -> UInt32 {
      UInt32(bitPattern: try #require(HeaderNames.number(of: name)))
    }
    func stops(_ name: String) -> SystemCallRow.Stops? {
      SystemCallTable.linux.row(named: name)?.stops
    }
    #expect(
      try stops("socket") == .among(argument: 0, number("AF_INET"), number("AF_INET6")))
    #expect(
      try stops("fcntl") == .among(argument: 1, number("F_DUPFD"), number("F_DUPFD_CLOEXEC")))
  }

  @Test func errorsHaveSentences() {
    #expect(HeaderNames.sentence(of: .refused) == "Connection refused")
    #expect(HeaderNames.sentence(of: Errno(41)) == nil)
    #expect(HeaderNames.errors.name(of: 11) == "EAGAIN")
    #expect(HeaderNames.errors.name(of: 95) == "EOPNOTSUPP")
    #expect(HeaderNames.signals.name(of: 29) == "SIGIO")
    for (_, number) in HeaderNames.errors.all {
      #expect(HeaderNames.sentence(of: Errno(number)) != nil, "\(number)")
    }
  }
}
