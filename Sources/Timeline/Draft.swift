import Calls
import Wire

/// A row that waits for what follows it to be known.
struct Draft {
  var time: Instant
  var content: Content
  var conversation: Conversation?

  enum Content {
    case packet(PacketDraft)
    case enter(CallID)
    case exit(CallID, made: SocketID?, ready: [SocketID], readFrom: Int?)
    case row(Row.Content)
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
  /// Bytes of the stream it carries, counted from 0.
  var bytes: Range<Int>?
  /// Bytes that had arrived at the sender's end by then (to tell unread ones).
  var arrived = 0

  enum Shape {
    case syn, synAck, handshakeAck
    case data, fin, reset
    case ackData, ackFIN, windowUpdate, duplicateAck, probeAck
    case again(wasFast: Bool)
    case keepAlive, zeroWindowProbe
    case datagram
    case icmpError, echoReply
    case other, undecoded
  }
}

/// A queue that gives away its front without moving the rest.
struct DraftQueue {
  private var items: [Draft?] = []
  private var head = 0

  var first: Draft? { head < items.count ? items[head] : nil }

  mutating func append(_ draft: Draft) { items.append(draft) }

  mutating func removeFirst() -> Draft {
    guard let draft = items[head] else { preconditionFailure("the front is taken once") }
    items[head] = nil
    head += 1
    if head > 1024, head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
    return draft
  }
}
