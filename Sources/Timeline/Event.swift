public import Calls
public import Wire

/// A packet as it was captured.
public struct CapturedPacket: Hashable, Sendable {
  /// Its number in the capture, from 1.
  public var number: Int
  /// When it was captured, in the order of all events: never before the packet before it.
  public var time: Instant
  /// When it was captured as the file says, which may be wrong.
  public var stamp: Instant
  /// Bytes on the wire, with the link header.
  public var frameLength: Int
  /// Bytes captured.
  public var capturedLength: Int
  /// The interface it was seen on, numbered from 0.
  public var interface: Int
  /// The file it is from, where several are read together, numbered from 0.
  public var file = 0
  /// The decoded headers.
  public var packet: Packet
  /// What somebody wrote about it in the file, raw: escape before showing.
  public var comments: [String] = []

  /// Makes a captured packet.
  public init(
    number: Int, time: Instant, stamp: Instant? = nil, frameLength: Int, capturedLength: Int,
    interface: Int = 0, packet: Packet
  ) {
    self.number = number
    self.time = time
    self.stamp = stamp ?? time
    self.frameLength = frameLength
    self.capturedLength = capturedLength
    self.interface = interface
    self.packet = packet
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
