import Calls
import Explain
import Text
import Timeline
import Wire

/// The tracks of connections: a slice for each packet.
///
/// A packet takes no time, but a slice needs a width to be seen and to bind arrows: one microsecond, or
/// less where the next packet comes sooner. So packets wait for the one that follows.
struct PerfettoTracks {
  /// The packets of one moment.
  private struct Group {
    var time: Instant
    var packets: [Held]
  }

  private struct Held {
    var name: String
    var arguments: [ExportField]
    var arrows: [PerfettoArrow]
  }

  private var groups: [Int64: Group] = [:]
  private var isNamed = false

  /// The process that stands for the network: a number that Linux gives to none (PID_MAX_LIMIT is
  /// 2^22).
  private static let network: Int64 = 1 << 23
  /// Nanoseconds that a packet is drawn with.
  private static let width: Int64 = 1_000
  /// Packets that may wait at one moment; a file without times has all of them there.
  private static let limit = 256

  /// The thread that stands for a connection; 0 is for packets of none.
  private static func track(_ id: ConnectionID?) -> Int64 { network + Int64(id?.rawValue ?? 0) }

  /// Names the track of a connection.
  mutating func open(_ facts: Connection) -> [PerfettoEvent] {
    let kind = facts.kind == .tcp ? "TCP" : "UDP"
    let name = "\(kind) \(facts.id.rawValue)  \(facts.client) → \(facts.server)"
    return process()
      + [
        .named(
          "thread_name", name, process: PerfettoTracks.network,
          thread: PerfettoTracks.track(facts.id))
      ]
  }

  private mutating func process() -> [PerfettoEvent] {
    if isNamed { return [] }
    isNamed = true
    let (network, none) = (PerfettoTracks.network, PerfettoTracks.track(nil))
    return [
      .named("process_name", "packets", process: network, thread: none),
      .named("thread_name", "other packets", process: network, thread: none),
    ]
  }

  /// Takes a packet, and returns the events of those before it on its track.
  mutating func add(_ packet: PacketRow, _ row: Row, _ arrows: [PerfettoArrow]) -> [PerfettoEvent] {
    let track = PerfettoTracks.track(row.connection)
    let label = PacketLabel(row: packet, sequence: .relative, isDetailed: false).text(room: 60)
    let held = Held(name: label, arguments: arguments(packet), arrows: arrows)
    var events = process()
    if let group = groups[track] {
      if group.time == row.time, group.packets.count < PerfettoTracks.limit {
        groups[track]?.packets.append(held)
        return events
      }
      events += self.events(group, track, gap: row.time - group.time)
    }
    groups[track] = Group(time: row.time, packets: [held])
    return events
  }

  /// The last events of a connection.
  mutating func close(_ id: ConnectionID) -> [PerfettoEvent] {
    let track = PerfettoTracks.track(id)
    guard let group = groups.removeValue(forKey: track) else { return [] }
    return events(group, track, gap: PerfettoTracks.width)
  }

  /// The last events of all tracks.
  mutating func closeAll() -> [PerfettoEvent] {
    let tracks = groups.keys.sorted()
    return tracks.flatMap { track in
      groups.removeValue(forKey: track).map { events($0, track, gap: PerfettoTracks.width) } ?? []
    }
  }

  private func events(_ group: Group, _ track: Int64, gap: Int64) -> [PerfettoEvent] {
    let duration = max(1, min(PerfettoTracks.width, gap))
    return group.packets.flatMap { packet in
      var slice = PerfettoEvent(
        "X", packet.name, process: PerfettoTracks.network, thread: track)
      slice.time = group.time
      slice.duration = duration
      slice.more = [ExportField("cat", .text("packet"))]
      slice.arguments = packet.arguments
      let arrows = packet.arrows.flatMap { arrow in
        [
          arrow.first,
          arrow.last(process: PerfettoTracks.network, thread: track, at: group.time),
        ]
      }
      return [slice] + arrows
    }
  }

  private func arguments(_ row: PacketRow) -> [ExportField] {
    let cause = CauseText().full(row.cause)
    var fields = [
      ExportField("packet", .number(row.packet.number)),
      ExportField("from", .text(row.sender?.word)),
      ExportField("length", .number(row.packet.packet.payloadLength)),
      ExportField("cause", .text(row.cause.kind.rawValue)),
      ExportField("why", .text(cause.isEmpty ? nil : cause)),
    ]
    if let state = row.clientState {
      fields.append(ExportField("client_state", .text(state.rawValue)))
    }
    if let state = row.serverState {
      fields.append(ExportField("server_state", .text(state.rawValue)))
    }
    return fields
  }
}
