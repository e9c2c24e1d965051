import Calls
import Wire

/// The arguments and outcomes of calls, to and from fields.
extension RecordingFields {
  /// The arguments of a call.
  mutating func put(_ arguments: CallArguments) {
    put("SOCK_FD", arguments.descriptor)
    put("SOCK_OTHER", arguments.other)
    put("SOCK_FAMILY", arguments.family)
    put("SOCK_TYPE", arguments.type)
    put("SOCK_PROTO", arguments.proto)
    put("SOCK_COUNT", arguments.count)
    put("SOCK_FLAGS", arguments.flags)
    put("SOCK_BACKLOG", arguments.backlog)
    put("SOCK_OPTION", arguments.option.map { "\($0.level):\($0.name)" })
    put("SOCK_VALUE", arguments.value)
    put("SOCK_LINGER", arguments.lingerSeconds)
    put("SOCK_RECEIVES", arguments.receives ? "1" : nil)
    put("SOCK_TIMEOUT", arguments.timeout)
    put("SOCK_WATCHED", list: arguments.watched)
    put("SOCK_EXCLUSIVE", arguments.wakesOne.map { $0 ? "1" : "0" })
    put("SOCK_ADDRESS", arguments.address.map { RecordingAddress.text($0) })
    put("SOCK_LENGTHS", list: arguments.messageLengths)
    if !arguments.addresses.isEmpty {
      let texts = arguments.addresses.map { $0.map { RecordingAddress.text($0) } ?? "-" }
      put("SOCK_ADDRESSES", texts.joined(separator: ","))
    }
    put("SOCK_CLOSES", held: arguments.closes)
    put("SOCK_PASSED", list: arguments.passed.map(\.rawValue))
    put("SOCK_SEGMENTS", list: arguments.segmentSizes)
    put("SOCK_HEX", hexadecimal: arguments.payload)
    put("SOCK_NULLS", arguments.nulls)
    put("SOCK_ROOM", arguments.addressRoom)
    put("SOCK_BEFORE", arguments.beganBefore ? "1" : nil)
    put("SOCK_AGAIN", arguments.again)
    if let source = arguments.source { put(source) }
  }

  /// The outcome of a call.
  mutating func put(_ outcome: CallOutcome) {
    let error = outcome.error?.rawValue
    // As a program sees it; the register has the negative error number.
    let isUsual = error.map { outcome.result == -Int64($0) } ?? false
    put(RecordingField.result, isUsual ? -1 : outcome.result)
    put(RecordingField.error, error)
    if error != nil, !isUsual { put("SOCK_R_RESULT", outcome.result) }
    put("SOCK_R_ADDRESS", outcome.address.map { RecordingAddress.text($0) })
    put("SOCK_R_LENGTHS", list: outcome.messageLengths)
    put("SOCK_R_READY", list: outcome.ready)
    put("SOCK_R_VALUE", outcome.value)
    put("SOCK_R_PAUSED", outcome.paused.map { $0 ? "1" : "0" })
    put("SOCK_R_TRAPPED", outcome.isTrapped ? "1" : nil)
    put("SOCK_R_HEX", hexadecimal: outcome.payload)
    put(
      "SOCK_R_HOLDERS",
      texts: outcome.holders.flatMap { holder in
        [
          "\(holder.local)", holder.peer.map { "\($0)" } ?? "", "\(holder.state)",
          holder.process.map { "\($0)" } ?? "", holder.name ?? "",
        ]
      })
  }

  /// What the kernel said about a socket, under names that begin with `prefix`.
  mutating func put(_ prefix: String, _ facts: SocketFacts?) {
    guard let facts else { return }
    put(prefix, "COOKIE", facts.id.rawValue)
    put(prefix, "KIND", RecordingFields.name(of: facts.kind))
    put(prefix, "LOCAL", facts.local)
    put(prefix, "PEER", facts.peer)
    put(prefix, "STATE", facts.state)
    put(prefix, "STREAM", facts.streamOffset)
    put(prefix, "READ", facts.readOffset)
    put(prefix, "WAITING", facts.queue?.waiting)
    put(prefix, "QUEUE", facts.queue?.backlog)
  }

  static func name(of kind: TransportKind) -> String { kind.rawValue }
}

extension RecordingValues {
  /// The arguments of a call.
  var arguments: CallArguments {
    var arguments = CallArguments()
    arguments.descriptor = number("SOCK_FD")
    arguments.other = number("SOCK_OTHER")
    arguments.family = number("SOCK_FAMILY")
    arguments.type = number("SOCK_TYPE")
    arguments.proto = number("SOCK_PROTO")
    arguments.count = number("SOCK_COUNT")
    arguments.flags = number("SOCK_FLAGS")
    arguments.backlog = number("SOCK_BACKLOG")
    let option = (raw("SOCK_OPTION") ?? "").split(separator: ":").compactMap { Int32($0) }
    if option.count == 2 { arguments.option = SocketOption(level: option[0], name: option[1]) }
    arguments.value = number("SOCK_VALUE")
    arguments.lingerSeconds = number("SOCK_LINGER")
    arguments.receives = raw("SOCK_RECEIVES") == "1"
    arguments.timeout = number("SOCK_TIMEOUT")
    arguments.watched = list("SOCK_WATCHED")
    arguments.wakesOne = raw("SOCK_EXCLUSIVE").map { $0 == "1" }
    arguments.address = raw("SOCK_ADDRESS").flatMap { RecordingAddress.address($0) }
    arguments.messageLengths = list("SOCK_LENGTHS")
    arguments.addresses = (raw("SOCK_ADDRESSES") ?? "").split(separator: ",")
      .map { RecordingAddress.address($0) }
    arguments.closes = held("SOCK_CLOSES")
    arguments.passed = (list("SOCK_PASSED") as [UInt64]).map { SocketID($0) }
    arguments.segmentSizes = list("SOCK_SEGMENTS")
    arguments.payload = bytes("SOCK_HEX")
    arguments.nulls = number("SOCK_NULLS")
    arguments.addressRoom = number("SOCK_ROOM")
    arguments.beganBefore = raw("SOCK_BEFORE") == "1"
    arguments.again = number("SOCK_AGAIN")
    arguments.source = source
    return arguments
  }

  /// The outcome of a call; nil where it is not recorded.
  var outcome: CallOutcome? {
    guard let shown = number(RecordingField.result, Int64.self) else { return nil }
    let error = number(RecordingField.error, Int32.self)
    let result = number("SOCK_R_RESULT") ?? error.map { -Int64($0) } ?? shown
    var outcome = CallOutcome(result: result, error: error.map { Errno($0) })
    outcome.address = raw("SOCK_R_ADDRESS").flatMap { RecordingAddress.address($0) }
    outcome.messageLengths = list("SOCK_R_LENGTHS")
    outcome.ready = list("SOCK_R_READY")
    outcome.value = number("SOCK_R_VALUE")
    outcome.paused = raw("SOCK_R_PAUSED").map { $0 == "1" }
    outcome.isTrapped = raw("SOCK_R_TRAPPED") == "1"
    outcome.payload = bytes("SOCK_R_HEX")
    outcome.holders = holders
    return outcome
  }

  /// The sockets that had an address: five texts for each.
  private var holders: [AddressHolder] {
    let texts = texts("SOCK_R_HOLDERS")
    return stride(from: 0, to: texts.count - texts.count % 5, by: 5).compactMap { index in
      guard let local = RecordingAddress.endpoint(texts[index]), let state = UInt8(texts[index + 2])
      else { return nil }
      var holder = AddressHolder(
        local: local, peer: RecordingAddress.endpoint(texts[index + 1]), state: state)
      holder.process = Int32(texts[index + 3])
      holder.name = texts[index + 4].isEmpty ? nil : texts[index + 4]
      return holder
    }
  }

  /// What the kernel said about a socket.
  func facts(_ prefix: String) -> SocketFacts? {
    guard let cookie = number(prefix + "COOKIE", UInt64.self) else { return nil }
    let kind = raw(prefix + "KIND").flatMap { TransportKind(rawValue: $0) } ?? .other
    var facts = SocketFacts(id: SocketID(cookie), kind: kind)
    facts.local = raw(prefix + "LOCAL").flatMap { RecordingAddress.endpoint($0) }
    facts.peer = raw(prefix + "PEER").flatMap { RecordingAddress.endpoint($0) }
    facts.state = number(prefix + "STATE")
    facts.streamOffset = number(prefix + "STREAM")
    facts.readOffset = number(prefix + "READ")
    if let waiting = number(prefix + "WAITING", UInt32.self),
      let backlog = number(prefix + "QUEUE", UInt32.self)
    {
      facts.queue = AcceptQueue(waiting: Int(waiting), backlog: Int(backlog))
    }
    return facts
  }

  /// Sockets by their cookies.
  func sockets(_ name: String) -> [SocketID] { list(name, UInt64.self).map { SocketID($0) } }
}
