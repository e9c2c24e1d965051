/// Whole sentences that sockline tells after a recording; the comment names the arguments.
enum Sentence: Hashable, Sendable, CaseIterable {
  /// {0} connection, {1} first end, {2} second FIN, {3} second end, {4} first FIN.
  case closedInThree
  /// {0} connection, {1} first end, {2} second FIN, {3} second end, {4} first FIN.
  case closedInFour
  /// {0} connection, {1} and {2} FINs.
  case closedAtOnce
  /// {0} connection, {1} first end, {2} its FIN, {3} the other end.
  case halfClosed
  /// {0} connection, {1} end, {2} RST.
  case reset
  /// {0} connection, {1} RST, {2} endpoint.
  case refused
  /// {0} connection.
  case unanswered
  /// {0} connection.
  case open
  /// {0} connection.
  case withoutPackets
  /// {0} flow.
  case datagrams
  case client
  case server
  /// {0} first, {1} last byte.
  case bytesOfStream
}

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
    }
  }
}
