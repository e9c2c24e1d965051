import CaptureFile
import Glibc
import Process
import Wire

/// The program that was built beside these tests.
enum Command {
  /// The folder of the built programs: that of the test bundle.
  static var folder: String {
    var room = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &room, room.count)
    let path = String(
      decoding: room.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  static var path: String { folder + "/sockline" }

  /// Runs sockline with `arguments` and an environment of its own. In a folder of $PATH that may
  /// not be looked at, a program that is missing would be one that may not be executed.
  static func run(
    _ arguments: [String], input: [UInt8] = [], environment: [String] = []
  ) throws -> Outcome {
    try runText(
      ["env", "-u", "NO_COLOR", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"] + environment + [path]
        + arguments, input: input)
  }

  /// What a person would see of a run: both streams and the status.
  static func transcript(_ arguments: [String], input: [UInt8] = []) throws -> String {
    let outcome = try run(arguments, input: input)
    let shown = (["sockline"] + arguments).joined(separator: " ")
    return "$ \(shown)\n\(outcome.text)\(outcome.errorText)[\(outcome.status)]\n\n"
  }
}

/// A capture of one small conversation on the loopback, made byte by byte.
struct MadeCapture {
  /// Nanoseconds since the epoch of the first packet: 2023-11-14 22:13:20 UTC.
  static let start: Int64 = 1_700_000_000_000_000_000

  private var writer = PcapWriter(link: .ethernet, snaplen: 65_535)
  private(set) var bytes: [UInt8]

  init(link: LinkType = .ethernet) {
    writer.link = link
    bytes = writer.header()
  }

  /// Adds an echo over TCP of ten packets, `spacing` nanoseconds apart.
  mutating func addEcho(clientPort: UInt16 = 51_514, at time: Int64 = start, spacing: Int64 = 5_000)
  {
    let (syn, ack, fin, push): (UInt8, UInt8, UInt8, UInt8) = (0x02, 0x10, 0x01, 0x08)
    let hello = Array("Hello, server".utf8)
    let answer = Array("Hello, client".utf8)
    let segments: [(fromClient: Bool, seq: UInt32, ack: UInt32, flags: UInt8, data: [UInt8])] = [
      (true, 0, 0, syn, []), (false, 0, 1, syn | ack, []), (true, 1, 1, ack, []),
      (true, 1, 1, push | ack, hello), (false, 1, 14, ack, []),
      (false, 1, 14, push | ack, answer), (true, 14, 14, ack, []),
      (true, 14, 14, fin | ack, []), (false, 14, 15, fin | ack, []), (true, 15, 15, ack, []),
    ]
    let isn: (client: UInt32, server: UInt32) = (305_419_896, 882_093_311)
    for (index, segment) in segments.enumerated() {
      let ports: (UInt16, UInt16) = segment.fromClient ? (clientPort, 3490) : (3490, clientPort)
      let own = segment.fromClient ? isn.client : isn.server
      let peer = segment.fromClient ? isn.server : isn.client
      let acknowledgement = segment.flags & ack != 0 ? peer &+ segment.ack : 0
      add(
        ipv4(
          big(ports.0) + big(ports.1) + big(own &+ segment.seq) + big(acknowledgement)
            + [0x50, segment.flags, 0xFF, 0xFF, 0, 0, 0, 0] + segment.data),
        at: time + Int64(index) * spacing)
    }
  }

  /// Adds an IP packet.
  mutating func add(_ packet: [UInt8], at time: Int64) {
    let frame =
      writer.link == .ethernet ? [UInt8](repeating: 0, count: 12) + [0x08, 0x00] + packet : packet
    bytes += writer.record(timeNanoseconds: time, frameLength: frame.count, bytes: frame)
  }

  private func ipv4(_ segment: [UInt8]) -> [UInt8] {
    [0x45, 0] + big(UInt16(20 + segment.count)) + [0, 1, 0x40, 0, 64, 6, 0, 0, 127, 0, 0, 1]
      + [127, 0, 0, 1] + segment
  }

  private func big<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<(Number.bitWidth / 8)).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}

/// A pcapng file of several interfaces, made block by block (draft-ietf-opsawg-pcapng).
struct MixedCapture {
  private(set) var bytes: [UInt8] = []
  private var microseconds: UInt64 = 1_700_000_000_000_000

  init() {
    let unknownLength: [UInt8] = [UInt8](repeating: 0xFF, count: 8)
    add(block: 0x0A0D_0D0A, [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0] + unknownLength)
  }

  /// An interface description block.
  mutating func describe(link: UInt16) { add(block: 1, little(link) + [0, 0, 0, 0, 0, 0]) }

  /// An enhanced packet block, a microsecond after the one before.
  mutating func add(_ frame: [UInt8], interface: UInt32) {
    microseconds += 1
    let time = little(UInt32(microseconds >> 32)) + little(UInt32(truncatingIfNeeded: microseconds))
    let length = little(UInt32(frame.count))
    add(block: 6, little(interface) + time + length + length + frame)
  }

  /// A simple packet block, which has no time.
  mutating func addSimple(_ frame: [UInt8]) { add(block: 3, little(UInt32(frame.count)) + frame) }

  private mutating func add(block type: UInt32, _ body: [UInt8]) {
    let padding = [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let length = little(UInt32(12 + body.count + padding.count))
    bytes += little(type) + length + body + padding + length
  }

  private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}
