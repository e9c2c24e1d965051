/// The part of a fragmented packet that a fragment holds (RFC 791, section 3.2; RFC 8200, section 4.5).
struct Piece: Hashable, Sendable {
  /// What is fragmented.
  var delivery: Delivery
  /// Bytes that it holds, by its headers.
  var length: Int
  /// Their place in the captured bytes, which may hold fewer.
  var captured: Range<Int>
  /// What tells the tunnels that it lies in from others.
  var tunnel: UInt64

  init(_ delivery: Delivery, _ part: Part, captured: Int, inside tunnels: [Tunnel]) {
    self.delivery = delivery
    length = part.length
    self.captured = part.range(inCaptured: captured)
    tunnel = tunnels.identity
  }

  /// The bytes of the whole that it fills.
  var range: Range<Int> { delivery.fragmentOffset..<(delivery.fragmentOffset + length) }

  /// What its fragments have in common.
  struct Key: Hashable {
    var source: IPAddress
    var destination: IPAddress
    var identification: UInt32
    /// The protocol, which IPv6 does not count in.
    var proto: UInt8
    var tunnel: UInt64
    var interface: Int
  }

  /// The key of the whole, on one of the capture's interfaces.
  func key(_ interface: Int) -> Key {
    Key(
      source: delivery.pseudo.source, destination: delivery.pseudo.destination,
      identification: delivery.identification,
      proto: delivery.isVersion6 ? 0 : delivery.pseudo.proto, tunnel: tunnel, interface: interface)
  }
}

extension Packet {
  /// What is known of the other fragments of a packet's whole.
  public struct Fragment: Hashable, Sendable {
    /// Bytes of the whole before it.
    public var offset: Int
    /// The number of the first packet that held a fragment of it; nil where this is the first one.
    public var first: Int?
    /// Where this one completes the whole: the numbers of the others, in the order in which they came.
    public var others: [Int] = []
    /// Whether it brings nothing that was not there before.
    public var isRepeated = false

    /// Whether the whole is there with this one.
    public var completes: Bool { !others.isEmpty }
  }
}
