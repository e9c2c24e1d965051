import Calls
import Glibc
import Wire

/// Who holds an address that a call was refused: the kernel's tables, read right after the refusal.
///
/// Reading them takes about a millisecond, during which the program is stopped; so for programs
/// that try one port after another they are read only a few times.
struct AddressHolders {
  /// Refusals that may still be looked into.
  private var left = 32

  /// The sockets that have the address, listening ones first, at most `limit`.
  ///
  /// - Parameters:
  ///   - endpoint: what the call wanted.
  ///   - process: the process, in whose network namespace the address is.
  mutating func find(
    _ endpoint: Endpoint, _ kind: TransportKind, of process: Int32, limit: Int = 4
  ) -> [AddressHolder] {
    guard left > 0, endpoint.port != 0 else { return [] }
    left -= 1
    let wanted = endpoint.unmapped
    let found = ProcNetSocket.all(kind, of: process).filter {
      AddressHolders.conflicts($0.local, wanted)
    }.sorted { $0.state == ProcNetSocket.listens && $1.state != ProcNetSocket.listens }
    let sockets = found.prefix(limit)
    let owners = AddressHolders.owners(of: Set(sockets.map(\.inode).filter { $0 != 0 }))
    return sockets.map { socket in
      var holder = AddressHolder(
        local: socket.local, peer: socket.peer.port == 0 ? nil : socket.peer, state: socket.state)
      if let owner = owners[socket.inode] {
        holder.process = owner
        holder.name = ProcessFiles.name(owner)
      }
      return holder
    }
  }

  /// Whether two addresses cannot both be bound: the same port, and the same host or a wildcard.
  static func conflicts(_ one: Endpoint, _ other: Endpoint) -> Bool {
    one.port == other.port
      && (one.address == other.address || one.address.isUnspecified
        || other.address.isUnspecified)
  }

  /// Processes by the inodes of sockets that they hold (proc_pid_fd(5)); where several share a
  /// socket, the one with the lowest ID.
  private static func owners(of inodes: Set<UInt64>) -> [UInt64: Int32] {
    var owners: [UInt64: Int32] = [:]
    for process in ProcessFiles.numbers(in: "/proc") {
      if owners.count == inodes.count { break }
      let folder = "/proc/\(process)/fd"
      for descriptor in ProcessFiles.numbers(in: folder, atMost: 65_536) {
        guard let inode = ProcessFiles.socket("\(folder)/\(descriptor)"), inodes.contains(inode),
          owners[inode] == nil
        else { continue }
        owners[inode] = process
      }
    }
    return owners
  }
}
