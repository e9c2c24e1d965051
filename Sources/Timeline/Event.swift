public import Calls
public import Wire

/// A packet as it was captured.
///
/// It is as small as a reference, since rows and drafts hand it on; changing one makes another.
public struct CapturedPacket: Hashable, Sendable {
  /// What is known of it.
  @usableFromInline struct Facts: Hashable, Sendable {
    @usableFromInline var number: Int
    @usableFromInline var time: Instant
    @usableFromInline var stamp: Instant
    @usableFromInline var frameLength: Int
    @usableFromInline var capturedLength: Int
    @usableFromInline var interface: Int
    @usableFromInline var file: Int
    @usableFromInline var packet: Packet
    @usableFromInline var comments: [String]
  }

  @usableFromInline final class Storage: Sendable {
    @usableFromInline let facts: Facts
    init(_ facts: Facts) { self.facts = facts }
  }

  @usableFromInline var storage: Storage

  /// Makes a captured packet.
  public init(
    number: Int, time: Instant, stamp: Instant? = nil, frameLength: Int, capturedLength: Int,
    interface: Int = 0, file: Int = 0, packet: Packet, comments: [String] = []
  ) {
    storage = Storage(
      Facts(
        number: number, time: time, stamp: stamp ?? time, frameLength: frameLength,
        capturedLength: capturedLength, interface: interface, file: file, packet: packet,
        comments: comments))
  }

  private mutating func change(_ body: (inout Facts) -> Void) {
    var facts = storage.facts
    body(&facts)
    storage = Storage(facts)
  }

  /// Whether both are the same packet with the same headers.
  public static func == (one: CapturedPacket, other: CapturedPacket) -> Bool {
    one.storage === other.storage || one.storage.facts == other.storage.facts
  }

  /// Feeds all that is known to a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(storage.facts) }
}

extension CapturedPacket {
  /// Its number in the capture, from 1.
  public var number: Int {
    @inlinable get { storage.facts.number }
    set { change { $0.number = newValue } }
  }

  /// When it was captured, in the order of all events: never before the packet before it.
  public var time: Instant {
    @inlinable get { storage.facts.time }
    set { change { $0.time = newValue } }
  }

  /// When it was captured as the file says, which may be wrong.
  public var stamp: Instant {
    @inlinable get { storage.facts.stamp }
    set { change { $0.stamp = newValue } }
  }

  /// Bytes on the wire, with the link header.
  public var frameLength: Int {
    @inlinable get { storage.facts.frameLength }
    set { change { $0.frameLength = newValue } }
  }

  /// Bytes captured.
  public var capturedLength: Int {
    @inlinable get { storage.facts.capturedLength }
    set { change { $0.capturedLength = newValue } }
  }

  /// The interface it was seen on, numbered from 0.
  public var interface: Int {
    @inlinable get { storage.facts.interface }
    set { change { $0.interface = newValue } }
  }

  /// The file it is from, where several are read together, numbered from 0.
  public var file: Int {
    @inlinable get { storage.facts.file }
    set { change { $0.file = newValue } }
  }

  /// The decoded headers.
  public var packet: Packet {
    @inlinable _read { yield storage.facts.packet }
    set { change { $0.packet = newValue } }
  }

  /// What somebody wrote about it in the file, raw: escape before showing.
  public var comments: [String] {
    @inlinable get { storage.facts.comments }
    set { change { $0.comments = newValue } }
  }
}

/// What the timeline is made from: packets and calls, merged in the order of time.
public enum Event: Hashable, Sendable {
  /// A packet.
  case packet(CapturedPacket)
  /// Something a recorder of calls saw.
  case call(CallEvent)
  /// A line that a traced program printed.
  case printed(PrintedLine)

  /// When it happened.
  public var time: Instant {
    switch self {
    case .packet(let packet): packet.time
    case .call(let event): Instant(event.time)
    case .printed(let line): line.time
    }
  }
}

/// A line that a traced program printed on its standard output or standard error.
public struct PrintedLine: Hashable, Sendable {
  /// When it was read.
  public var time: Instant
  /// The program's process, as it was started.
  public var process: Int32
  /// The line without its end, raw: escape before showing.
  public var text: String

  /// Makes a line.
  public init(time: Instant, process: Int32, text: String) {
    self.time = time
    self.process = process
    self.text = text
  }
}
