import Process
import Testing

/// `--host`: the network is not sockline's alone. Others send there, and ports are taken.
@Suite(.needs(isAllowedToCapture, "capturing needs root"), .serialized) struct LiveHostTests {
  /// Others, who are never still: a server on the port of the demo with a client that comes again and
  /// again, datagrams to a port that nobody has, and a group that is joined and left.
  private static let others = """
    import itertools, os, socket, threading, time
    def serve():
        listener = socket.create_server(("127.0.0.1", 3490))
        open("taken", "w").close()
        while True:
            own, _ = listener.accept()
            own.sendall(own.recv(100))
            own.close()
    def call():
        while True:
            try:
                with socket.create_connection(("127.0.0.1", 3490)) as own:
                    own.sendall(b"foreign"); own.recv(100)
            except OSError: pass
            time.sleep(0.001)
    def scatter():
        own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for count in itertools.count():
            try: own.sendto(b"foreign", ("127.0.0.1", 9))
            except OSError: pass
            time.sleep(0.001)
    for body in (serve, call, scatter): threading.Thread(target=body, daemon=True).start()
    while not os.path.exists("enough"): time.sleep(0.01)
    """

  /// Runs a script between such others.
  private func amongOthers(_ script: String) throws -> Outcome {
    let folder = try TemporaryFolder()
    _ = try folder.write(Array(Self.others.utf8), to: "others.py")
    return try Live.script(
      """
      cd \(folder.path)
      python3 others.py & others=$!
      until [ -e taken ]; do sleep 0.02; done
      \(script)
      touch enough; wait $others
      """)
  }

  /// What is wrong with the ladder of a program whose ports the kernel chose.
  private func deviations(_ outcome: Outcome) -> [String] {
    var wrong: [String] = []
    let recorded = Recorded(outcome.text)
    if outcome.status != 0 { wrong.append("status \(outcome.status): \(outcome.errorText)") }
    for words in ["unexplained 0", "lost by the capture 0"] where !recorded.says(words) {
      wrong.append("not \(words)")
    }
    for packet in recorded.packets where packet.cause.hasPrefix("untraced") {
      wrong.append("\(packet.number) is another's")
    }
    let telling = recorded.packets.filter { $0.length > 0 || $0.flags == "SYN" }
    wrong += telling.filter { $0.calls.isEmpty }.map { "\($0.number): \($0.cause)" }
    let bytes = telling.reduce(0) { $0 + $1.length }
    if telling.count(where: { $0.flags == "SYN" }) != 1 || bytes != 143 {
      wrong.append("\(telling.count) packets and \(bytes) bytes of its own")
    }
    return wrong
  }

  @Test(.ownNetwork) func othersAreNotThePrograms() throws {
    let outcome = try amongOthers("$s run --host --lines -o /dev/stdout -- $p moves")
    #expect(deviations(outcome) == [], "\(outcome.text)")
    #expect(outcome.text.contains("of other programs not shown"), "\(outcome.text.suffix(600))")
  }

  /// With `--all` they are there, and nobody's.
  @Test(.ownNetwork) func othersAreDrawnWhereAllAreAskedFor() throws {
    let outcome = try amongOthers("$s run --host --all --lines -o /dev/stdout -- $p moves")
    #expect(outcome.status == 0)
    let recorded = Recorded(outcome.text)
    let foreign = recorded.packets.filter {
      $0.source.hasSuffix(":9") || $0.destination.hasSuffix(":9")
    }
    #expect(foreign.allSatisfy { $0.calls.isEmpty })
    #expect(recorded.says("unexplained 0"))
  }

  @Test(.ownNetwork) func aPortThatIsTakenIsAnError() throws {
    let outcome = try amongOthers("$s demo tcp --host; echo status $?")
    #expect(outcome.text.contains("EADDRINUSE"), "\(outcome.text)\(outcome.errorText)")
    #expect(!outcome.text.contains("status 0"))
  }

  /// On the machine itself, whatever happens there.
  @Test(.machinesNetwork) func theMachinesOwnNetwork() throws {
    let outcome = try Live.script("$s run --host --lines -o /dev/stdout -- $p moves")
    #expect(deviations(outcome) == [], "\(outcome.text)")
  }
}
