public import Wire

/// A packet as a capture file stores it.
public struct CaptureRecord: Hashable, Sendable {
  /// When it was captured: nanoseconds since the epoch, 0 or more.
  public var time: Int64
  /// Its place among the packets of its files by a clock that does not go back, if known.
  public var order: Int64?
  /// The file, where several are read together, counted from 0.
  public var file = 0
  /// Whether the file gives the time; pcapng's simple packets have none.
  public var hasTime = true
  /// Bytes on the wire, at least as many as were captured.
  public var frameLength: Int
  /// The type of header that the bytes begin with.
  public var link: LinkType
  /// The interface, counted from 0 over all sections of the file.
  public var interface: Int
  /// The most bytes of a packet that the capture kept; 0 means no limit.
  public var snaplen: Int
  /// What was captured.
  public var bytes: [UInt8]
  /// The comments on the packet (pcapng), raw: escape before showing.
  public var comments: [String] = []
  /// The packet's number in the file (pcapng's `epb_packetid`), which survives cutting.
  public var identifier: UInt64?

  /// Makes a record.
  public init(
    time: Int64, frameLength: Int, link: LinkType, interface: Int = 0, snaplen: Int = 0,
    bytes: [UInt8], comments: [String] = []
  ) {
    self.time = time
    self.frameLength = frameLength
    self.link = link
    self.interface = interface
    self.snaplen = snaplen
    self.bytes = bytes
    self.comments = comments
  }
}

/// What a capture file contains: packets, and journal entries between them.
public enum CaptureItem: Hashable, Sendable {
  /// A packet.
  case packet(CaptureRecord)
  /// An entry of a systemd journal (pcapng's block type 9).
  case journal(JournalEntry)
}

/// An interface as a capture file describes it.
public struct CaptureInterface: Hashable, Sendable {
  /// The type of header that its packets begin with.
  public var link: LinkType
  /// The most bytes of a packet that were kept; 0 means no limit.
  public var snaplen: Int
  /// Its name, such as `lo`, raw: escape before showing; nil where the file has none.
  public var name: String?
  /// Its description, raw: escape before showing; nil where the file has none.
  public var description: String?
  /// The unit of its times.
  var resolution = TimeResolution.microseconds
  /// Seconds to add to its times.
  var timeOffset: Int64 = 0

  /// Makes an interface.
  public init(link: LinkType, snaplen: Int, name: String? = nil) {
    self.link = link
    self.snaplen = snaplen
    self.name = name
  }
}
