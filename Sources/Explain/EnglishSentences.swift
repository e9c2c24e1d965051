extension English {
  /// The text of a sentence, with `{0}`, `{1}` where arguments go.
  static func template(of sentence: Sentence) -> String {
    switch sentence {
    case .closedInThree:
      "{0} closed, {1} first, in 3 segments: {2} is the {3}'s FIN and its acknowledgement of {4}."
    case .closedInFour:
      "{0} closed, {1} first, in 4 segments: {4} was acknowledged before {2}, the {3}'s FIN."
    case .closedAtOnce: "{0} closed by both ends at once: the FINs {1} and {2} crossed."
    case .halfClosed: "{0} is half closed: {2} is the {1}'s FIN, the {3} has sent none."
    case .reset: "{0} was reset by the {1}, with RST {2}."
    case .refused: "{0} was refused: RST {1} says that nobody listens on {2}."
    case .unanswered: "{0} was never made: no SYN,ACK came."
    case .open: "{0} was open when the recording ended."
    case .withoutPackets: "{0}: no packets were captured."
    case .datagrams:
      "{0}: no handshake, no close, no connection; sending succeeds whether or not anybody receives."
    case .client: "client"
    case .server: "server"
    case .bytesOfStream: "bytes {0} to {1} of the stream"
    case .legendCall: "sent by a call"
    case .legendKernel: "sent by the kernel"
    case .legendInside: "{0} inside a call, {1} several"
    case .legendSilent: "- a call that sends no packet"
    case .withoutCalls: "calls were not recorded: packets only, and which packet each one answers"
    case .relativeNumbers: "seq and ack relative"
    case .rawNumbers: "seq and ack raw"
    case .bothNumbers: "seq and ack relative(raw)"
    case .clientNumber: "client {0}"
    case .serverNumber: "server {0}"
    case .initialNumbers: "ISN {0}"
    case .datagramsOnly: "no handshake, no connection: each datagram stands alone"
    case .beganBefore: "began before the recording"
    case .streamOfBytes:
      "TCP carries bytes, not messages: a write may need several packets, "
        + "a read may take several writes."
    case .handshake: "handshake {0} ms"
    case .noData: "no data"
    case .eachWay: "{0} each way"
    case .bothWays: "{0} to the server, {1} back"
    case .sentAgain: "{0} sent again"
    case .packets: "{0}"
    case .packetsAndCalls: "{0}, {1}"
    case .unexplained: "unexplained {0}"
    case .nothingLost: "lost by the capture 0"
    case .others: "{0} of other programs not shown: --all shows them"
    case .lostByKernel: "lost by the kernel {0}"
    case .lostByBoth: "lost by the kernel {0}, by the interface {1}"
    case .manyConnections: "{0}, {1} reset"
    case .tracingAdded: "tracing added about {0} to each traced call"
    case .tracingStretched: "tracing stretched calls about {0}x"
    case .tracingCost:
      "tracing added about {0} to each traced call, and stretched calls about {1}x"
    }
  }
}
