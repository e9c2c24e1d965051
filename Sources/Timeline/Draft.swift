import Calls
import Wire

/// A row that waits for what follows it to be known.
///
/// A class, since a packet's draft is large and is only handed on.
final class Draft {
  let time: Instant
  private(set) var content: Content
  let conversation: Conversation?

  init(time: Instant, content: Content, conversation: Conversation? = nil) {
    self.time = time
    self.content = content
    self.conversation = conversation
  }

  enum Content {
    case packet(PacketDraft)
    case enter(CallID)
    case exit(CallID)
    case row(Row.Content)
    /// It was taken out, and has become a row.
    case taken
  }

  /// Takes the content out, so that it is not copied.
  func take() -> Content {
    var content = Content.taken
    swap(&content, &self.content)
    return content
  }
}

/// What the packets before it tell of a packet.
struct PacketDraft {
  var row: PacketRow
  /// What the headers alone say that it is.
  var shape: Shape
  /// The packet it answers or repeats.
  var reference: PacketMark?
  /// The last packet its sender had received before.
  var received: PacketMark?
  /// The acknowledgement that may have let out its data.
  var opener: PacketMark?
  /// Whether it left in one go with what that packet brought about: nothing waited in between.
  var isAtOnce = false
  /// Whether a later acknowledgement of its sender was captured before it.
  var isOvertaken = false
  /// Whether its sender waited for an acknowledgement.
  var followsFlight = false
  /// Bytes of the stream it carries, counted from 0.
  var bytes: Range<Int>?
  /// Bytes of the stream that its sender had sent before, the highest.
  var sent = 0
  /// Bytes of data in the largest packet that its sender has sent, this one among them.
  var largest = 0
  /// Up to which byte its sender could go when it sent data last.
  var edge = 0
  /// Up to which position of its stream the peer had acknowledged by then.
  var acknowledged = 0
  /// Bytes of data that had arrived at the sender's end by then (to tell unread ones).
  var arrived = 0
  /// When its sender had last sent new data, and how much.
  var previousData: Instant?
  var previousLength = 0
  /// The ends whose FIN waits, with the states that they have had since a call; told by the packet
  /// that came first since.
  var shut: [(side: Side, by: CallID, state: TCPState)] = []
  /// Whether the last packet that its sender sent was a keep-alive probe.
  var followsProbe = false
  /// The fragments that it is one of.
  var fragments: Fragments?

  enum Shape: Hashable {
    case syn, synAck, handshakeAck
    case data, fin, reset
    case ackData, ackFIN, windowUpdate, duplicateAck, challengeAck, probeAck
    case again(Repetition)
    /// What no packet carried before, though it must have been sent: it fills a hole that the peer
    /// had reported.
    case refill(Repetition)
    case keepAlive, zeroWindowProbe
    case datagram
    case icmpError, echoReply
    case copy
    case other, undecoded
  }

  /// In which way something is retransmitted, as far as the packets before tell.
  enum Repetition: Hashable {
    case fast, tail, timeout, alreadyAcknowledged
    /// None of these can be: not so soon after it was sent before.
    case unexplained
  }
}
