import Foundation
import Process
import Testing

@Suite(.ownNetwork) struct FailureTests {
  @Test(arguments: Language.allCases)
  func clientWithoutServer(language: Language) throws {
    let outcome = try DemoScript.run(#""$programs/\#(language.rawValue)" client tcp"#)
    #expect(outcome.status == 1)
    #expect(outcome.output == "connect: Connection refused\n")
  }

  @Test(arguments: Language.allCases, ["tcp", "udp"])
  func secondServer(language: Language, transport: String) throws {
    let outcome = try DemoScript.run(
      """
      "$programs/\(language.rawValue)" server \(transport) &
      \(DemoScript.untilBound)
      status=0
      "$programs/\(language.rawValue)" server \(transport) || status=$?
      kill $!
      exit $status
      """)
    #expect(outcome.status == 1)
    #expect(outcome.output == "bind: Address already in use\n")
  }

  /// The server comes right back: the side in TIME-WAIT is the client's.
  @Test(arguments: Language.allCases)
  func serverAgain(language: Language) throws {
    let outcome = try DemoScript.run(
      """
      for run in 1 2 3; do
        "$programs/\(language.rawValue)" server tcp >>said &
        \(DemoScript.untilBound)
        "$programs/\(language.rawValue)" client tcp
        wait $!
      done
      """)
    #expect(outcome.status == 0)
    #expect(
      outcome.output == String(repeating: "client: received Hello, client\n", count: 3))
  }

  /// Bytes that would command a terminal are printed as dots.
  @Test(arguments: Language.allCases)
  func hostileBytes(language: Language) throws {
    let outcome = try DemoScript.run(
      #"""
      "$programs/\#(language.rawValue)" server udp >said &
      \#(DemoScript.untilBound)
      python3 -c 'import socket
      endpoint = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      endpoint.sendto(b"\x1b[31mred\x00\x7f\xc3\xa9\n~", ("127.0.0.1", 3490))'
      wait $!
      """#)
    #expect(outcome.status == 0, "\(outcome.output)")
    let said = try #require(outcome.files["said"])
    #expect(said.hasSuffix("\nserver: received .[31mred.....~\n"))
  }

  @Test(arguments: Language.allCases, ["", "server", "server sctp", "server tcp now"])
  func usage(language: Language, arguments: String) throws {
    let outcome = try DemoScript.run(#""$programs/\#(language.rawValue)" \#(arguments)"#)
    #expect(outcome.status == 64)
    #expect(outcome.output == "usage: \(language.rawValue) server|client tcp|udp\n")
  }
}
