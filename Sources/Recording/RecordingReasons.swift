import Timeline

extension Cause.Reason {
  /// The reason's name in a recording, which never changes: lower-case letters and hyphens.
  var recordedName: String {
    switch self {
    case .connect: "connect"
    case .fastOpen: "fast-open"
    case .fastOpenWithoutData: "fast-open-without-data"
    case .data: "data"
    case .dataAndFIN: "data-and-fin"
    case .fin: "fin"
    case .closeUnread: "close-unread"
    case .closeLinger: "close-linger"
    case .closeListener: "close-listener"
    case .abort: "abort"
    case .datagram: "datagram"
    case .exitFIN: "exit-fin"
    case .exitRST: "exit-rst"
    case .exitListener: "exit-listener"
    case .synAck: "syn-ack"
    case .handshakeAck: "handshake-ack"
    case .ackData: "ack-data"
    case .ackFIN: "ack-fin"
    case .windowUpdate: "window-update"
    case .duplicateAck: "duplicate-ack"
    case .challengeAck: "challenge-ack"
    case .probeAck: "probe-ack"
    case .refused: "refused"
    case .resetDead: "reset-dead"
    case .icmpError: "icmp-error"
    case .echoReply: "echo-reply"
    case .fastRetransmit: "fast-retransmit"
    case .timeout: "timeout"
    case .tailLossProbe: "tail-loss-probe"
    case .sentAgain: "sent-again"
    case .spurious: "spurious"
    case .keepAlive: "keep-alive"
    case .zeroWindowProbe: "zero-window-probe"
    case .releasedByAck: "released-by-ack"
    case .releasedByOption: "released-by-option"
    case .releasedByCall: "released-by-call"
    case .releasedByTimer: "released-by-timer"
    case .noCalls: "no-calls"
    case .notTraced: "not-traced"
    case .overlap: "overlap"
    case .overlapOfExits: "overlap-of-exits"
    case .beforeTrace: "before-trace"
    case .afterTrace: "after-trace"
    case .blind: "blind"
    case .unseen: "unseen"
    case .forgotten: "forgotten"
    case .noCallHasTheseBytes: "no-call-has-these-bytes"
    case .heldElsewhere: "held-elsewhere"
    case .nothingToAnswer: "nothing-to-answer"
    case .undecoded: "undecoded"
    case .otherProtocol: "other-protocol"
    case .subflow: "subflow"
    case .rewritten: "rewritten"
    case .notFollowed: "not-followed"
    case .membership: "membership"
    case .capturedAgain: "captured-again"
    }
  }

  /// The reason with a name; nil where it is none of these.
  init?(recordedName name: String) {
    guard let reason = Cause.Reason.named[name] else { return nil }
    self = reason
  }

  private static let named = Dictionary(
    uniqueKeysWithValues: Cause.Reason.allCases.map { ($0.recordedName, $0) })
}
