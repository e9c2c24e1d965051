/// A descriptor of a program that was already running when its recording began, and the socket that
/// it refers to.
public struct HeldSocket: Hashable, Sendable {
  /// The descriptor.
  public var descriptor: Int32
  /// The socket, with its state; `streamOffset` counts all bytes that the program had written.
  public var socket: SocketFacts
  /// Bytes of the stream that had been sent at least once, where that was certain at the event's
  /// time; nil where the kernel does not say, or was sending.
  public var sent: UInt64?
  /// Whether everything that the program had written was sent and acknowledged: what the socket
  /// sends next is new.
  public var isQuiet = false
  /// Bytes that had arrived and were not read yet (SIOCINQ, tcp(7)).
  public var unread: Int?
  /// For a listening socket: connections that waited for accept().
  public var queue: Int?

  /// Makes a descriptor about which only the socket is known.
  public init(_ descriptor: Int32, _ socket: SocketFacts) {
    self.descriptor = descriptor
    self.socket = socket
  }
}
