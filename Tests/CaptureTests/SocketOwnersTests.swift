import Glibc
import Process
import Testing
import Wire

@testable import Capture

/// Sockets of this process on the loopback interface: asking for them needs no right.
@Suite(.ownNetwork) struct SocketOwnersTests {
  /// A packet between two ports of 127.0.0.1.
  private func packet(_ source: UInt16, _ destination: UInt16, isTCP: Bool) -> Packet {
    var packet = Packet()
    packet.network = .ipv4(IPv4(source: .loopback4, destination: .loopback4))
    packet.transport =
      isTCP
      ? .tcp(
        TCP(source: source, destination: destination, sequence: SequenceNumber(1), flags: .syn))
      : .udp(UDP(source: source, destination: destination, length: 8, checksum: 0))
    return packet
  }

  private func owner(
    _ owners: SocketOwners, isTCP: Bool, _ local: UInt16, _ peer: UInt16
  ) -> Int32? {
    owners.owner(
      isTCP: isTCP, local: Endpoint(.loopback4, local), peer: Endpoint(.loopback4, peer))?.process
  }

  @Test func bothEndsOfAConnection() throws {
    let server = try LoopbackSocket(datagrams: false)
    try server.listen()
    let client = try LoopbackSocket(datagrams: false)
    try client.connect(to: server.port)
    var owners = SocketOwners()
    owners.note(packet(client.port, server.port, isTCP: true), at: 0)
    owners.find(at: 0)
    #expect(owner(owners, isTCP: true, client.port, server.port) == getpid())
    // Nobody has accepted it: it is the listener's.
    #expect(owner(owners, isTCP: true, server.port, client.port) == getpid())
    #expect(owner(owners, isTCP: false, client.port, server.port) == nil)
    #expect(owner(owners, isTCP: true, client.port, 1) == nil)
    _ = try server.accept()
  }

  @Test func bothEndsOfDatagrams() throws {
    let receiver = try LoopbackSocket(datagrams: true)
    let sender = try LoopbackSocket(datagrams: true)
    var owners = SocketOwners()
    owners.note(packet(sender.port, receiver.port, isTCP: false), at: 0)
    owners.find(at: 0)
    #expect(owner(owners, isTCP: false, sender.port, receiver.port) == getpid())
    #expect(owner(owners, isTCP: false, receiver.port, sender.port) == getpid())
    #expect(!owners.isRefused)
  }

  @Test func anAddressElsewhereIsNobodysHere() throws {
    let receiver = try LoopbackSocket(datagrams: true)
    let elsewhere = IPAddress.v4(0xC000_0201)  // 192.0.2.1 (RFC 5737)
    var packet = Packet()
    packet.network = .ipv4(IPv4(source: elsewhere, destination: .loopback4))
    packet.transport = .udp(UDP(source: 53, destination: receiver.port, length: 8, checksum: 0))
    var owners = SocketOwners()
    owners.note(packet, at: 2_000_000_000)
    owners.find(at: 2_000_000_000)
    let local = Endpoint(.loopback4, receiver.port)
    let remote = Endpoint(elsewhere, 53)
    #expect(owners.owner(isTCP: false, local: local, peer: remote)?.process == getpid())
    #expect(owners.owner(isTCP: false, local: remote, peer: local) == nil)
  }
}
