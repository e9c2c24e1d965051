public import Calls
public import Timeline

/// What a note is tied to, in words that survive a new recording of the same program.
public enum NoteAnchor: Hashable, Sendable {
  /// `packet 3`: a packet by its number.
  case packet(Int)
  /// `packet 7 window`: a field of a packet.
  case field(Int, Field)
  /// `call c6`: a call by its number.
  case call(CallID)
  /// `syn`, `syn-ack`, `fin client`, `rst server`: the first such segment.
  case segment(Segment, Side?)
  /// `data server 1:14`: the segment that carries the first of these bytes; counted as relative
  /// sequence numbers are, the first byte is 1, the end is not in it.
  case data(Side, Range<Int>)
  /// `call client connect 1`: the first connect() of the client's end.
  case nthCall(Side, SystemCall, Int)

  /// Segments that are told by their flags.
  public enum Segment: String, Hashable, Sendable, CaseIterable {
    case syn, synAck = "syn-ack", handshakeAck = "ack", fin, rst
  }

  /// Fields of a packet that a note can be about.
  public enum Field: String, Hashable, Sendable, CaseIterable {
    case sequence = "seq"
    case acknowledgement = "ack"
    case window, flags
    case length = "len"
    case options, time, ports
  }
}

/// A note: an anchor, perhaps in one connection of several, and a text.
public struct Note: Hashable, Sendable {
  /// The connection whose packets and calls count; nil: the first that has such a one.
  public var connection: Int?
  /// What it is tied to.
  public var anchor: NoteAnchor
  /// The anchor as it was written, raw.
  public var words: String
  /// What it says, raw: escape before showing.
  public var text: String

  /// Makes a note.
  public init(connection: Int? = nil, anchor: NoteAnchor, words: String, text: String) {
    self.connection = connection
    self.anchor = anchor
    self.words = words
    self.text = text
  }
}

/// Why a note is none.
public enum NoteError: Error, Hashable, Sendable {
  /// No colon parts the anchor from the text.
  case noText(String)
  /// What stands before the colon is no anchor.
  case noAnchor(String)
  /// Nothing in the recording is what the anchor names.
  case notThere(String)
}
