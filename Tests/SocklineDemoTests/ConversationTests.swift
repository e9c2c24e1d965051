import Golden
import Process
import Testing

/// The languages the pair is written in.
enum Language: String, CaseIterable {
  case swift = "SocklineDemo"
  case c = "sockline-demo-c"
}

/// One conversation of a server and a client, held for real under strace.
struct Conversation {
  let outcome: DemoScript.Outcome

  init(server: Language, client: Language, transport: String) throws {
    let strace = "strace -f -e trace=network,read,write,close"
    outcome = try DemoScript.run(
      """
      \(strace) -o server-\(transport) "$programs/\(server.rawValue)" server \(transport) >said &
      \(DemoScript.untilBound)
      \(strace) -o client-\(transport) "$programs/\(client.rawValue)" client \(transport) >answered
      wait $!
      """)
  }

  /// The calls of one side on its sockets, without the numbers that differ from run to run.
  func calls(of trace: String) -> String {
    let lines = (outcome.files[trace] ?? "").split(separator: "\n")
      .map { $0.drop { $0.isNumber || $0 == " " } }
    // What comes before is the loader's and the run-time library's.
    let own = lines.drop { !$0.hasPrefix("socket(") }
      .filter { !$0.hasPrefix("write(1, ") }
    return own.map { line in
      line.replacing(/sin_port=htons\((\d+)\)/) { $0.1 == "3490" ? $0.0 : "sin_port=htons(chosen)" }
        .replacing(/\ +=/, with: " =") + "\n"
    }.joined()
  }

  /// The port that the kernel chose for the client, as the server's calls tell it.
  var chosenPort: Substring? {
    (outcome.files["server-tcp"] ?? outcome.files["server-udp"] ?? "")
      .matches(of: /sin_port=htons\((\d+)\)/).map(\.1).first { $0 != "3490" }
  }
}

@Suite(.ownNetwork) struct ConversationTests {
  static let mixtures = Language.allCases.flatMap { server in
    Language.allCases.map { client in (server, client) }
  }

  @Test(arguments: mixtures)
  func tcp(server: Language, client: Language) throws {
    let conversation = try Conversation(server: server, client: client, transport: "tcp")
    #expect(conversation.outcome.status == 0, "\(conversation.outcome.output)")
    let port = try #require(conversation.chosenPort)
    #expect(
      conversation.outcome.files["said"]
        == "server: got connection from 127.0.0.1 port \(port)\nserver: received Hello, server\n")
    #expect(conversation.outcome.files["answered"] == "client: received Hello, client\n")
    for side in ["server-tcp", "client-tcp"] {
      let difference = Golden.difference(of: conversation.calls(of: side), from: side + ".txt")
      #expect(difference == nil)
    }
  }

  @Test(arguments: mixtures)
  func udp(server: Language, client: Language) throws {
    let conversation = try Conversation(server: server, client: client, transport: "udp")
    #expect(conversation.outcome.status == 0, "\(conversation.outcome.output)")
    let port = try #require(conversation.chosenPort)
    #expect(
      conversation.outcome.files["said"]
        == "server: got datagram from 127.0.0.1 port \(port)\nserver: received Hello, server\n")
    #expect(conversation.outcome.files["answered"] == "client: received Hello, client\n")
    for side in ["server-udp", "client-udp"] {
      let difference = Golden.difference(of: conversation.calls(of: side), from: side + ".txt")
      #expect(difference == nil)
    }
  }
}
