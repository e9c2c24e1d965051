import Wire

/// The fragments of one packet: those behind the first have no ports, and its cause.
final class Fragments {
  let conversation: Conversation?
  let side: Side?
  let time: Instant
  /// Why the first one was sent, once that is found.
  var cause: Cause?

  init(_ conversation: Conversation?, _ side: Side?, at time: Instant) {
    self.conversation = conversation
    self.side = side
    self.time = time
  }
}

/// What the fragments of one packet have in common (RFC 791, section 3.2; RFC 8200, section 4.5).
struct FragmentKey: Hashable {
  var source: IPAddress
  var destination: IPAddress
  var identification: UInt32
  /// The protocol, which IPv6 does not count in.
  var proto: UInt8
}

extension Timeline {
  /// Nanoseconds for which fragments are waited for (RFC 791 and Linux: 30 s and less).
  private static let patienceForFragments: Int64 = 30_000_000_000

  /// Remembers a first fragment, for those that follow.
  mutating func noteFirst(_ draft: inout PacketDraft, _ conversation: Conversation?) {
    guard hasCalls, let (key, offset) = draft.row.packet.packet.fragmentPlace, offset == 0 else {
      return
    }
    let time = draft.row.packet.time
    if fragments.count >= 1024 {
      let old = time + -Timeline.patienceForFragments
      fragments = fragments.filter { $0.value.time > old }
      if fragments.count >= 1024 { fragments = [:] }
    }
    let all = Fragments(conversation, draft.row.sender, at: time)
    draft.fragments = all
    fragments[key] = all
  }

  /// Finds what a later fragment belongs to.
  func followFirst(_ draft: inout PacketDraft) -> Conversation? {
    let packet = draft.row.packet
    guard hasCalls, let (key, offset) = packet.packet.fragmentPlace, offset > 0,
      let all = fragments[key], packet.time - all.time <= Timeline.patienceForFragments
    else { return nil }
    draft.fragments = all
    draft.row.sender = all.side
    return all.conversation
  }
}

extension Packet {
  /// Where the packet is a fragment: of what, and its offset in bytes.
  fileprivate var fragmentPlace: (FragmentKey, offset: Int)? {
    switch network {
    case .ipv4(let header) where header.moreFragments || header.fragmentOffset > 0:
      let key = FragmentKey(
        source: header.source, destination: header.destination,
        identification: UInt32(header.identification), proto: header.proto)
      return (key, header.fragmentOffset)
    case .ipv6(let header):
      guard let offset = header.fragmentOffset, header.moreFragments || offset > 0 else {
        return nil
      }
      let key = FragmentKey(
        source: header.source, destination: header.destination,
        identification: header.fragmentIdentification, proto: 0)
      return (key, offset)
    default: return nil
    }
  }
}
