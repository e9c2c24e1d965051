import Foundation

/// A recording as `export --format jsonl` writes it: what the live tests calculate with.
struct ExportedRun {
  struct Cause: Decodable {
    var kind: String
    var calls: [Int]
    var packet: Int?
    var offset: Int?
    var length: Int?
    var reason: String?
  }

  struct Packet: Decodable {
    var number: Int
    var timeNs: Int
    var `protocol`: String
    var src: String
    var dst: String
    var flags: String?
    var seq: UInt32?
    var ack: UInt32?
    var length: Int?
    var connection: Int?
    var cause: Cause

    func has(_ flag: Character) -> Bool { flags != "none" && flags?.contains(flag) == true }
    var isTCP: Bool { self.protocol == "tcp" }
    /// Whether it opens, carries or ends something.
    var isNews: Bool { isTCP && ((length ?? 0) > 0 || has("S") || has("F") || has("R")) }
  }

  struct Call: Decodable {
    var id: Int
    var name: String
    var pid: Int
    var result: Int?
    var enterNs: Int
    var exitNs: Int?
    var connection: Int?
    var local: String?
    var offset: Int?
    var length: Int?
    var packets: [Int]

    static let writing: Set = [
      "write", "writev", "pwritev2", "send", "sendto", "sendmsg", "sendmmsg", "sendfile", "splice",
    ]
    var writes: Bool { Self.writing.contains(name) }
    /// Its place in the stream that it wrote to or read from.
    var bytes: Range<Int>? {
      guard let offset, let length, length > 0 else { return nil }
      return offset..<(offset + length)
    }
  }

  struct Connection: Decodable {
    var id: Int
    var `protocol`: String
    var client: String
    var server: String
    var close: String?
  }

  struct Recording: Decodable {
    var lost: Int?
    var complete: Bool
  }

  private struct Kind: Decodable { var type: String }

  var recording: Recording?
  var packets: [Packet] = []
  var calls: [Int: Call] = [:]
  var connections: [Int: Connection] = [:]

  init(_ text: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    for line in text.split(separator: "\n") {
      let data = Data(line.utf8)
      switch try decoder.decode(Kind.self, from: data).type {
      case "recording": recording = try decoder.decode(Recording.self, from: data)
      case "packet": packets.append(try decoder.decode(Packet.self, from: data))
      case "call":
        let call = try decoder.decode(Call.self, from: data)
        calls[call.id] = call
      case "connection":
        let connection = try decoder.decode(Connection.self, from: data)
        connections[connection.id] = connection
      default: break
      }
    }
  }
}

extension ExportedRun {
  /// One direction of a connection, with its segments in the order of the capture.
  struct Stream {
    var connection: Int
    var source: String
    var initial: UInt32
    var segments: [(packet: Packet, bytes: Range<Int>)] = []
    /// Bytes by the highest sequence number.
    var size: Int { segments.map(\.bytes.upperBound).max() ?? 0 }
    var hasFIN: Bool { segments.contains { $0.packet.has("F") } }
  }

  /// The directions of all connections whose SYN was captured.
  func streams() -> [Stream] {
    var streams: [String: Stream] = [:]
    for packet in packets where packet.isTCP {
      guard let connection = packet.connection, let number = packet.seq else { continue }
      let key = "\(connection) \(packet.src)"
      if packet.has("S") {
        if streams[key] == nil {
          streams[key] = Stream(connection: connection, source: packet.src, initial: number)
        }
        continue
      }
      guard let initial = streams[key]?.initial, !packet.has("R") else { continue }
      // No stream of the tests is longer than 2 GiB; a keep-alive probe stands one before.
      let start = Int(Int32(truncatingIfNeeded: Int64(number) - Int64(initial) - 1))
      guard (packet.length ?? 0) > 0 || packet.has("F") else { continue }
      streams[key]?.segments.append((packet, start..<(start + (packet.length ?? 0))))
    }
    return streams.values.sorted { ($0.connection, $0.source) < ($1.connection, $1.source) }
  }
}
