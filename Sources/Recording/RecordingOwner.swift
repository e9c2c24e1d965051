public import Calls
public import Timeline
public import Wire

/// A process that held the socket at one end of a connection for which no call was recorded, as the
/// kernel reported during the capture.
public struct RecordedOwner: Hashable, Sendable {
  /// The time of the connection's first row: the owner belongs to the first connection with these
  /// ends from then on.
  public var time: Instant
  /// TCP or UDP.
  public var kind: TransportKind
  /// The end that the socket is at.
  public var local: Endpoint
  /// The other end.
  public var peer: Endpoint
  /// The process; its name is raw: escape before showing.
  public var process: ProcessName

  /// Makes an owner.
  public init(
    time: Instant, kind: TransportKind, local: Endpoint, peer: Endpoint, process: ProcessName
  ) {
    self.time = time
    self.kind = kind
    self.local = local
    self.peer = peer
    self.process = process
  }
}

extension RecordedOwner {
  /// The owners that a connection has when it first appears.
  static func owners(of facts: Connection, at time: Instant) -> [RecordedOwner] {
    func owner(_ process: ProcessName?, _ local: Endpoint, _ peer: Endpoint) -> RecordedOwner? {
      process.map {
        RecordedOwner(time: time, kind: facts.kind, local: local, peer: peer, process: $0)
      }
    }
    return [
      owner(facts.clientProcess, facts.client, facts.server),
      owner(facts.serverProcess, facts.server, facts.client),
    ].compactMap { $0 }
  }

  /// The entry's message to people. Raw: the entry escapes it.
  var message: String { "\(process.name)[\(process.id)] holds the socket of \(local) to \(peer)" }

  /// The fields of the entry besides those that every entry has.
  var fields: RecordingFields {
    var fields = RecordingFields()
    fields.put("SOCK_KIND", RecordingFields.name(of: kind))
    fields.put("SOCK_LOCAL", "\(local)")
    fields.put("SOCK_PEER", "\(peer)")
    return fields
  }

  /// Reads an entry with that time; nil where it is incomplete.
  init?(_ values: RecordingValues, at time: Instant) {
    let kinds: [String: TransportKind] = ["tcp": .tcp, "udp": .udp]
    guard let kind = values.raw("SOCK_KIND").flatMap({ kinds[$0] }),
      let local = values.raw("SOCK_LOCAL").flatMap({ RecordingAddress.endpoint($0) }),
      let peer = values.raw("SOCK_PEER").flatMap({ RecordingAddress.endpoint($0) }),
      let process = values.number(RecordingField.process, Int32.self),
      let name = values.text(RecordingField.name)
    else { return nil }
    self.init(
      time: time, kind: kind, local: local, peer: peer,
      process: ProcessName(id: process, name: name))
  }
}
