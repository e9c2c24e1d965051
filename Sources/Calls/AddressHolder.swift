public import Wire

/// A socket that had an address which a call wanted, found when the kernel refused it: EADDRINUSE.
public struct AddressHolder: Hashable, Sendable {
  /// The address that it had.
  public var local: Endpoint
  /// The other end; nil for a socket that listens, or that has none.
  public var peer: Endpoint?
  /// Its TCP state as the kernel numbers them, 1 ESTABLISHED to 11 CLOSING (net/tcp_states.h); 7
  /// for a UDP socket.
  public var state: UInt8
  /// The process that holds it; nil where none does (TIME-WAIT), or where /proc does not show it.
  public var process: Int32?
  /// That process's name (comm), raw: escape before showing.
  public var name: String?

  /// Makes a holder without a process.
  public init(local: Endpoint, peer: Endpoint? = nil, state: UInt8) {
    self.local = local
    self.peer = peer
    self.state = state
  }
}
