import Calls

/// Descriptors with the sockets that they refer to, to and from fields:
/// `fd/cookie/kind/local/peer/state`, with `-` for unknown values, separated by commas.
extension RecordingFields {
  mutating func put(_ name: String, held: [HeldDescriptor]) {
    guard !held.isEmpty else { return }
    let texts = held.map { RecordingFields.text(of: $0) }
    put(name, texts.joined(separator: ","))
  }

  private static func text(of held: HeldDescriptor) -> String {
    let facts = held.socket
    var parts: [String] = [String(held.descriptor), String(facts.id.rawValue)]
    parts.append(name(of: facts.kind))
    for end in [facts.local, facts.peer] { parts.append(end.map { "\($0)" } ?? "-") }
    parts.append(facts.state.map { String($0) } ?? "-")
    parts.append(facts.streamOffset.map { String($0) } ?? "-")
    return parts.joined(separator: "/")
  }
}

extension RecordingValues {
  /// Descriptors with their sockets; what cannot be read is left out.
  func held(_ name: String) -> [HeldDescriptor] {
    (raw(name) ?? "").split(separator: ",").compactMap { text in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 7, let descriptor = Int32(parts[0]), let cookie = UInt64(parts[1]) else {
        return nil
      }
      let kind = TransportKind(rawValue: parts[2]) ?? .other
      var facts = SocketFacts(id: SocketID(cookie), kind: kind)
      facts.local = RecordingAddress.endpoint(parts[3])
      facts.peer = RecordingAddress.endpoint(parts[4])
      facts.state = UInt8(parts[5])
      facts.streamOffset = UInt64(parts[6])
      return HeldDescriptor(descriptor, facts)
    }
  }
}
