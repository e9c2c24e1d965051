import Glibc
import Process
import Testing

/// Who runs sockline in a live test.
enum Invoker: String, CaseIterable, CustomTestStringConvertible {
  /// Root, or whoever runs the tests.
  case own
  /// A user with no rights at all.
  case ordinary
  /// Root for a user who called sudo, as sudo sets the environment.
  case underSudo
  /// The user that sudo was asked to become.
  case bySudo

  /// Ends a test that needs to be somebody who cannot be had here.
  func require() throws {
    if self != .own { try Machine.require(Machine.isRoot, "only root becomes another user") }
    if self == .bySudo { try Machine.require(Machine.has("sudo"), "sudo is not installed") }
  }

  var testDescription: String { rawValue }

  /// A number that no user has.
  static let number = "65534"

  /// What goes in front of a command.
  var prefix: [String] {
    switch self {
    case .own: []
    case .ordinary:
      ["setpriv", "--reuid=\(Invoker.number)", "--regid=\(Invoker.number)", "--clear-groups"]
    case .underSudo:
      ["env", "SUDO_UID=\(Invoker.number)", "SUDO_GID=\(Invoker.number)", "SUDO_USER=nobody"]
    case .bySudo: ["sudo", "-n", "-u", "#\(Invoker.number)"]
    }
  }
}

/// The built programs, in a folder that every user may enter; it goes when the tests end.
struct Installed: Sendable {
  static let shared = try? Installed()

  private let folder: String
  var sockline: String { folder + "/sockline" }
  var programs: String { folder + "/sockline-test-programs" }

  private init() throws {
    var template = Array("/tmp/sockline-installed-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ProcessError.system(call: "mkdtemp", errno: errno)
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let names = ["sockline", "SocklineDemo", "sockline-demo-c", "sockline-test-programs"]
    _ = try runText(["cp"] + names.map { Command.folder + "/" + $0 } + [folder])
    _ = try runText(["chmod", "755", folder] + names.map { [folder] in folder + "/" + $0 })
    atexit { Installed.shared?.remove() }
  }

  private func remove() { _ = try? runText(["rm", "-rf", folder]) }
}

/// Runs sockline live.
enum Live {
  /// The command line of an installed sockline.
  static func command(_ arguments: [String], as invoker: Invoker = .own) -> [String] {
    ["env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"] + invoker.prefix
      + [Installed.shared?.sockline ?? "sockline"] + arguments
  }

  /// Runs sockline to its end.
  static func run(
    _ arguments: [String], as invoker: Invoker = .own, input: [UInt8] = [],
    timeout: Duration = .seconds(300)
  ) throws -> Outcome {
    try OwnNetwork.requireChoice()
    try invoker.require()
    return try runText(command(arguments, as: invoker), input: input, timeout: timeout)
  }

  /// Runs a shell script in which `$s` is sockline and `$p` the test programs.
  static func script(_ text: String, timeout: Duration = .seconds(300)) throws -> Outcome {
    try OwnNetwork.requireChoice()
    return try runText(
      [
        "env", "PATH=/usr/bin:/bin:/usr/sbin:/sbin", "s=\(Installed.shared?.sockline ?? "")",
        "p=\(Installed.shared?.programs ?? "")", "sh", "-c", text,
      ], timeout: timeout)
  }

  /// One of the test programs, as an option of `pair` takes it.
  static func program(_ arguments: String) -> String {
    (Installed.shared?.programs ?? "") + " " + arguments
  }
}

/// What `--lines` says of a session.
struct Recorded {
  /// A packet's line.
  struct Packet {
    var number: Int
    var connection: String
    var source: String
    var destination: String
    /// `SYN seq=0 ...`
    var label: String
    /// Its cause, and the states that it changes.
    var cause: String

    /// Whether it is a retransmission.
    var isRetransmission: Bool {
      cause.contains("retransm") || cause.contains("tail loss probe")
    }
    /// Whether it is a retransmission, or repeats an answer.
    var isRepeated: Bool { isRetransmission || cause.contains("again") }
    /// `SYN`, `PSH,ACK`, `UDP`.
    var flags: String { String(label.prefix { $0 != " " }) }
    /// Bytes of payload.
    var length: Int { Recorded.number(after: "len=", in: label) ?? 0 }
    /// The calls that sent it.
    var calls: [Int] {
      guard cause.hasPrefix("sent by ") || cause.hasPrefix("bytes of ") else { return [] }
      let words = cause.prefix { $0 != ":" }.split { " ,".contains($0) }
      return words.compactMap { $0.first == "c" ? Int($0.dropFirst()) : nil }
    }
  }

  /// A call's line.
  struct Call {
    var number: Int
    var connection: String
    var process: String
    /// `connect(fd 3, 127.0.0.1:3490) = 0`
    var text: String
    /// What comes after it.
    var notes: String

    var name: String { String(text.prefix { $0 != "(" }) }
    var result: Int? {
      text.ranges(of: ") = ").last.flatMap {
        Int(text[$0.upperBound...].drop { "fd ".contains($0) }.prefix { $0.isNumber })
      }
    }
  }

  var packets: [Packet] = []
  var calls: [Int: Call] = [:]
  let text: String

  init(_ text: String) {
    self.text = text
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "  ").map(String.init)
      guard fields.count > 4 else { continue }
      let rest = fields[5...].joined(separator: "  ")
      if let number = Int(fields[1]) {
        let ends = fields[3].split(separator: " ").map(String.init)
        guard ends.count == 3 else { continue }
        packets.append(
          Packet(
            number: number, connection: fields[2], source: ends[0], destination: ends[2],
            label: fields[4], cause: rest))
      } else if fields[1].first == "c", let number = Int(fields[1].dropFirst()) {
        calls[number] = Call(
          number: number, connection: fields[2], process: fields[3], text: fields[4],
          notes: rest)
      }
    }
  }

  /// The names of the calls that sent a packet.
  func names(_ packet: Packet) -> [String] { packet.calls.map { calls[$0]?.name ?? "?" } }

  /// Whether the footer says so.
  func says(_ words: String) -> Bool { text.contains(words) }

  static func number(after words: String, in text: String) -> Int? {
    text.firstRange(of: words).flatMap {
      Int(text[$0.upperBound...].prefix { $0.isNumber })
    }
  }
}
