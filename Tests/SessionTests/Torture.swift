import Foundation
import Process

/// What the program `torture-send` says that it did, beside what sockline exports of it.
struct Torture {
  struct Packet: Decodable {
    struct Cause: Decodable {
      var kind: String
      var calls: [Int]
      var reason: String
    }
    var number: Int
    var `protocol`: String
    var src: String
    var flags: String?
    var seq: UInt32?
    var length: Int
    var cause: Cause
  }

  struct Call: Decodable {
    var id: Int
    var name: String
    var args: String
    var result: Int?
    var local: String?
    var offset: Int?
    var length: Int?
  }

  private struct Kind: Decodable { var type: String }

  /// A line of the program: what its words mean, torture.c tells.
  let lines: [[String]]
  private(set) var packets: [Packet] = []
  private(set) var calls: [Int: Call] = [:]
  /// The bytes of the packets by number.
  private(set) var frames: [Int: [UInt8]] = [:]
  let status: Int32
  let error: String

  /// Runs a part of the program.
  init(_ part: String, _ options: [String] = []) throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/torture.pcapng"
    let program = (Installed.shared?.programs ?? "")
    let outcome = try Live.run(
      ["run", "--private", "-q", "-w", file] + options + ["--", program, "torture-send", part])
    status = outcome.status
    error = outcome.errorText
    lines = outcome.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let exported = try Live.run(["export", "--format", "jsonl", file])
    let decoder = JSONDecoder()
    for line in exported.text.split(separator: "\n") {
      let data = Data(line.utf8)
      switch try decoder.decode(Kind.self, from: data).type {
      case "packet": packets.append(try decoder.decode(Packet.self, from: data))
      case "call":
        let call = try decoder.decode(Call.self, from: data)
        calls[call.id] = call
      default: break
      }
    }
    readFrames(try Live.run(["export", "--format", "pcap", file]).standardOutput)
  }

  private mutating func readFrames(_ file: [UInt8]) {
    func word(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(file[place + $1]) << (8 * $1) } }
    var place = 24
    while place + 16 <= file.count {
      let length = word(place + 8)
      frames[frames.count + 1] = Array(file[(place + 16)..<(place + 16 + length)])
      place += 16 + length
    }
  }

  /// The lines that begin with a word.
  func lines(_ word: String) -> [[String]] { lines.filter { $0.first == word } }

  static func port(_ end: String?) -> String {
    end?.split(separator: ":").last.map(String.init) ?? ""
  }

  /// The calls of the end at a port that moved bytes, in their order.
  func calls(at port: String, _ names: Set<String>) -> [Call] {
    calls.values.filter { names.contains($0.name) && Torture.port($0.local) == port }
      .filter { ($0.result ?? 0) > 0 }.sorted { $0.id < $1.id }
  }

  /// The number that the program wrote at the beginning of a datagram.
  func mark(_ packet: Packet) -> Int? {
    guard let frame = frames[packet.number], frame.count > 62 else { return nil }
    let start = frame[12] == 8 ? 42 : 62
    guard frame.count >= start + 6 else { return nil }
    return Int(String(decoding: frame[start..<(start + 6)], as: UTF8.self))
  }
}
