import CPcap
import Glibc
public import Wire

/// Finds out which process owns the socket at each end of a flow, as packets of it are captured.
///
/// The kernel knows a socket as long as it is open, and /proc knows who holds it: so the kernel is
/// asked at the first packets of a flow, and its answer is kept. The owner of a socket that lives
/// shorter than that stays unknown. Create it in the network namespace of the capture.
public struct SocketOwners {
  private let socket: SocketOwnerSocket?
  private var flows = Recent<FlowEnds, Flow>()
  /// Owners by the inode of their socket; nil where none was found.
  private var owners = Recent<UInt32, SocketOwner?>()
  /// Inodes whose owners are wanted, each with a likely process.
  private var wanted: [UInt32: Int32?] = [:]
  private var ownAddresses: Set<IPAddress> = []
  private var nextLook: Int64 = 0
  private var nextAddresses: Int64 = 0
  /// Whether an owner stayed unknown because its process may not be examined.
  public private(set) var isRefused = false

  /// Packets of a flow after which its ends are not asked for again.
  private static let attempts = 8
  /// The youngest processes, which are examined whenever something is wanted.
  private static let young = 24
  /// Examining the others may take one part in this many of the time: each look takes milliseconds.
  private static let share: Int64 = 4

  /// Makes one; where the kernel does not say, no owner is found.
  public init() { socket = SocketOwnerSocket() }

  /// Takes a packet that has just been captured, and asks the kernel for the sockets of its ends.
  ///
  /// - Parameter now: nanoseconds of a clock that never steps.
  public mutating func note(_ packet: Packet, at now: Int64) {
    guard let socket, let source = packet.source?.unmapped,
      let destination = packet.destination?.unmapped,
      let transport = SocketOwnerQuestion.Transport(packet)
    else { return }
    let key = FlowEnds(transport, source, destination)
    let isNew = packet.tcp.map { $0.flags.contains(.syn) && !$0.flags.contains(.ack) } ?? false
    var flow = isNew ? Flow() : flows[key] ?? Flow()
    guard flow.attempts < SocketOwners.attempts, !flow.isKnown else { return }
    flow.attempts += 1
    for (end, local, peer) in [(\Flow.low, key.low, key.high), (\Flow.high, key.high, key.low)]
    where flow[keyPath: end].socket == nil && isOwn(local.address, now) {
      let question = SocketOwnerQuestion(transport: transport, local: local, peer: peer)
      ask(&flow[keyPath: end], question, socket)
    }
    flows[key] = flow
  }

  /// Looks for the processes that hold the sockets noted since; call it after the packets that
  /// arrived together, so that all of them are still open.
  public mutating func find(at now: Int64) {
    guard !wanted.isEmpty else { return }
    // An accepted socket belongs to the listener's process, or is at least counted as its.
    let accepted = wanted.filter { $0.value != nil }
    if !accepted.isEmpty {
      var processes = SocketOwnerProcesses(looking: Set(accepted.keys))
      processes.look(at: Set(accepted.values.compactMap { $0 }))
      settle(accepted.keys, processes)
    }
    guard !wanted.isEmpty else { return }
    var processes = SocketOwnerProcesses(looking: Set(wanted.keys))
    let all = SocketOwnerProcesses.all
    processes.look(at: all.prefix(SocketOwners.young))
    if !processes.isDone {
      guard now >= nextLook else { return settle(processes.found.keys, processes) }
      let begun = SocketOwners.clock
      processes.look(at: all.dropFirst(SocketOwners.young))
      nextLook = now + (SocketOwners.clock - begun) * SocketOwners.share
      if !processes.isDone, processes.isRefused { isRefused = true }
    }
    settle(wanted.keys, processes)
  }

  /// Keeps what was found, and for the other inodes that nobody was.
  private mutating func settle(
    _ inodes: some Collection<UInt32>, _ processes: SocketOwnerProcesses
  ) {
    for inode in inodes {
      owners[inode] = .some(processes.found[inode])
      wanted[inode] = nil
    }
  }

  /// Who owns the socket of `local`, as far as is known now; nil where nobody was found.
  ///
  /// A connection that no process has accepted belongs to the process that listens.
  public func owner(isTCP: Bool, local: Endpoint, peer: Endpoint) -> SocketOwner? {
    let key = FlowEnds(isTCP ? .tcp : .udp, local, peer)
    guard let flow = flows[key] else { return nil }
    let end = local == key.low ? flow.low : flow.high
    return [end.socket, end.listener].lazy
      .compactMap { $0.flatMap { owners[$0] ?? nil } }.first
  }

  // MARK: one end

  /// Asks for the socket of an end, and for the listening one there.
  private mutating func ask(
    _ end: inout Flow.End, _ question: SocketOwnerQuestion, _ socket: SocketOwnerSocket
  ) {
    if question.transport == .tcp, end.listener == nil {
      var listener = question
      listener.peer = nil
      if case .inode(let inode) = socket.ask(listener), inode != 0 {
        end.listener = inode
        want(inode, perhaps: nil)
      }
    }
    guard case .inode(let inode) = socket.ask(question), inode != 0 else { return }
    end.socket = inode
    want(inode, perhaps: end.listener.flatMap { owners[$0] ?? nil }?.process)
  }

  private mutating func want(_ inode: UInt32, perhaps process: Int32?) {
    if owners[inode] == nil { wanted[inode] = .some(process) }
  }

  /// Whether an address is one of this machine's: only those have sockets here, though one that
  /// listens on all addresses would seem to match others too.
  private mutating func isOwn(_ address: IPAddress, _ now: Int64) -> Bool {
    if address.isLoopback || ownAddresses.contains(address) { return true }
    guard now >= nextAddresses else { return false }
    nextAddresses = now + 1_000_000_000
    let devices = (try? Device.all()) ?? []
    ownAddresses = Set(devices.flatMap(\.internetAddresses).map(\.unmapped))
    return ownAddresses.contains(address)
  }

  private static var clock: Int64 {
    var time = timespec()
    // `time` is a timespec, as clock_gettime(2) fills it.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// What is known about a flow.
  private struct Flow {
    var low = End()
    var high = End()
    var attempts = 0

    var isKnown: Bool { low.socket != nil && high.socket != nil }

    /// The inodes at one end.
    struct End {
      var socket: UInt32?
      var listener: UInt32?
    }
  }
}

extension SocketOwnerQuestion.Transport {
  /// The transport of a packet; nil where it has no sockets of this kind.
  fileprivate init?(_ packet: Packet) {
    if packet.tcp != nil {
      self = .tcp
    } else if packet.udp != nil {
      self = .udp
    } else {
      return nil
    }
  }
}
