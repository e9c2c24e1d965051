/// A process that holds a socket.
public struct SocketOwner: Hashable, Sendable {
  /// The process ID.
  public var process: Int32
  /// Its name (comm), raw: escape before showing.
  public var name: String

  /// Makes an owner.
  public init(process: Int32, name: String) {
    self.process = process
    self.name = name
  }
}
