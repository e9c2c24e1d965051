import Calls
import Foundation
import Process
import Testing

@testable import Tracing

/// The calls on Internet sockets, each with descriptor and result, are those that strace sees.
@Suite(.serialized, .ownNetwork) struct StraceTests {
  private static let names: [Int32: String] = [
    EAGAIN: "EAGAIN", EINTR: "EINTR", ECONNREFUSED: "ECONNREFUSED", EINPROGRESS: "EINPROGRESS",
    EPIPE: "EPIPE", ECONNRESET: "ECONNRESET", ENOTCONN: "ENOTCONN", EDESTADDRREQ: "EDESTADDRREQ",
    EPERM: "EPERM", EACCES: "EACCES", ENETDOWN: "ENETDOWN", ENOSYS: "ENOSYS",
    EADDRINUSE: "EADDRINUSE", ENOPROTOOPT: "ENOPROTOOPT", EBADF: "EBADF", EINVAL: "EINVAL",
  ]

  /// One line a call, as `write(5) = -1 EPIPE`, by thread, in an order that both have.
  private func lines(_ recording: Recording) -> [[String]] {
    var threads: [Int32: [String]] = [:]
    for call in recording.calls where Strace.traced.contains(call.call.rawValue) {
      let descriptor = call.call == .splice ? nil : call.arguments.descriptor
      var result = call.outcome.map { "\($0.result)" } ?? "?"
      if let error = call.outcome?.error {
        result =
          error.isInterruption
          ? Self.interrupted : "-1 \(Self.names[error.rawValue] ?? "\(error.rawValue)")"
      }
      threads[call.thread, default: []].append(
        "\(call.call.rawValue)(\(descriptor.map { "\($0)" } ?? "")) = \(result)")
    }
    return threads.values.sorted { $0.joined() < $1.joined() }
  }

  private func lines(_ calls: [Strace.Call]) -> [[String]] {
    var threads: [Int32: [String]] = [:]
    for call in named(calls) where call.concernsSocket {
      let result = call.result + (call.error.map { " \($0)" } ?? "")
      threads[call.thread, default: []].append("\(call.name)(\(call.descriptor ?? "")) = \(result)")
    }
    return threads.values.sorted { $0.joined() < $1.joined() }
  }

  /// What a call that a signal interrupted gives back. strace shows `? ERESTARTSYS` whether it begins
  /// again or gives EINTR to its program, which the recorder tells apart.
  private static let interrupted = "interrupted"

  /// strace shows restart_syscall() where a call goes on, which the recorder tells by its own name.
  private func named(_ calls: [Strace.Call]) -> [Strace.Call] {
    var last: [Int32: Strace.Call] = [:]
    return calls.map { call in
      var call = call
      if call.name == "restart_syscall", let before = last[call.thread] {
        call.name = before.name
        call.arguments = before.arguments
      }
      if call.error?.hasPrefix("ERESTART") == true {
        last[call.thread] = call
        call.result = Self.interrupted
        call.error = nil
      }
      return call
    }
  }

  private func compare(_ command: [String], hasChildren: Bool = false) throws {
    let ours = try Recording.of(command)
    #expect(ours.problems == [])
    let theirs = try Strace.calls(of: command)
    var (left, right) = (lines(ours), lines(theirs))
    if hasChildren {
      // When a child ends is chance, and whether the SIGCHLD that nobody heeds disturbs a call.
      left = left.map { $0.filter { !$0.hasSuffix(Self.interrupted) } }
      right = right.map { $0.filter { !$0.hasSuffix(Self.interrupted) } }
    }
    #expect(left.flatMap { $0 }.count > 1)
    #expect(left.map(Self.renamed) == right.map(Self.renamed))
  }

  /// A thread's calls with a name for what accept() gives: its number is chance where another thread
  /// looks into /proc meanwhile.
  private static func renamed(_ calls: [String]) -> [String] {
    var number: String?
    return calls.map { call in
      if call.hasPrefix("accept("), let result = call.components(separatedBy: " = ").last,
        Int(result) ?? -1 >= 0
      {
        number = result
        return call.dropLast(result.count) + "accepted"
      }
      return number.map { call.replacingOccurrences(of: "(\($0))", with: "(accepted)") } ?? call
    }
  }

  @Test(arguments: [
    ["moves"], ["datagrams"], ["descriptors"], ["waits"], ["signals", "fail"],
    ["signals", "restart"], ["signals", "handler"], ["signals", "stop"], ["signals", "poll"],
    ["signals", "polls"], ["signals", "reads"], ["signals", "receives"], ["signals", "accepts"],
    ["filters", "errno"], ["filters", "prctl"], ["filters", "trace"], ["filters", "notify"],
    ["filters", "log"], ["filters", "threads"], ["filters", "exec"], ["filters", "strict"],
    ["filters", "strict-broken"], ["leader", "exec"], ["leader", "gone"], ["leader", "gone-exec"],
    ["leader", "chain"], ["leader", "hidden"], ["children", "many", "4"],
    ["children", "thread"], ["bench", "ping", "50"], ["bench", "connections", "20"],
  ])
  func programs(_ arguments: [String]) throws {
    try compare([Recording.programs] + arguments, hasChildren: arguments.first == "children")
  }

  @Test func endings() throws { try compare([Recording.programs, "endings", "3490"]) }

  /// Both demos of both languages, server and client under one shell.
  @Test(arguments: ["SocklineDemo", "sockline-demo-c"], ["tcp", "udp"])
  func demos(_ program: String, _ transport: String) throws {
    let binary = Recording.folder + "/" + program
    // A server and, as soon as it is there, a client.
    try compare([
      "sh", "-c",
      """
      '\(binary)' server \(transport) &
      until grep -q ':0DA2 00000000:0000 0[A7]' /proc/net/\(transport); do :; done
      '\(binary)' client \(transport)
      wait
      """,
    ])
  }

  /// curl and Python's web server: how many bytes one recv gets is chance, so pieces are summed.
  @Test func webServer() throws {
    let port: UInt16 = 3490
    let folder = try TemporaryFolder()
    _ = try folder.write([UInt8](repeating: 97, count: 200_000), to: "file")
    let script = """
      cd '\(folder.path)'
      /usr/bin/python3 -m http.server -b 127.0.0.1 \(port) & server=$!
      until grep -q ':\(String(format: "%04X", port)) 00000000:0000 0A' /proc/net/tcp; do :; done
      held=$(ls -l /proc/$server/fd | grep -c socket:)
      curl -s -o /dev/null http://127.0.0.1:\(port)/file
      # Until the server has closed its end.
      until [ "$(ls -l /proc/$server/fd | grep -c socket:)" = "$held" ]; do :; done
      kill $server
      wait
      """
    let ours = try Recording.of(["sh", "-c", script])
    #expect(ours.problems == [])
    let theirs = try Strace.calls(of: ["sh", "-c", script])
    #expect(summed(lines(ours)) == summed(lines(theirs)))
    #expect(ours.calls(.recvfrom).compactMap(\.outcome?.result).max() ?? 0 > 0)
  }

  /// Calls in a row of one kind and descriptor as one with the sum of bytes; those that wait, or
  /// found nothing, left out.
  private func summed(_ threads: [[String]]) -> [[String]] {
    threads.map { lines in
      var sums: [(String, Int)] = []
      for line in lines where !line.contains("EAGAIN") && !line.hasPrefix("p") {
        guard let split = line.range(of: " = "), let count = Int(line[split.upperBound...]) else {
          sums.append((line, 0))
          continue
        }
        let call = String(line[..<split.lowerBound])
        if sums.last?.0 == call {
          sums[sums.count - 1].1 += count
        } else {
          sums.append((call, count))
        }
      }
      return sums.map { "\($0.0) = \($0.1)" }
    }.filter { !$0.isEmpty }
  }
}

extension Errno {
  /// Whether a signal interrupted the call: EINTR, or a number by which the kernel begins it again.
  fileprivate var isInterruption: Bool { rawValue == EINTR || (512...516).contains(rawValue) }
}
