import Foundation
import Process

/// The calls on Internet sockets that strace(1) shows of a program: what others see, to compare.
struct Strace {
  /// A call as strace prints it.
  struct Call {
    var thread: Int32
    var name: String
    /// The arguments, with what descriptors stand for (`-yy`).
    var arguments: [String]
    /// The number behind the equals sign, or `?`.
    var result: String
    /// The error's name, such as EAGAIN, or ERESTARTSYS behind a `?`.
    var error: String?
  }

  /// What is asked of strace: the calls that are recorded.
  static let traced = [
    "socket", "bind", "listen", "accept", "accept4", "connect", "shutdown", "close", "read",
    "write", "readv", "writev", "preadv2", "pwritev2", "sendto", "recvfrom", "sendmsg", "recvmsg",
    "sendmmsg", "recvmmsg", "sendfile", "splice", "dup", "dup2", "dup3", "fcntl", "setsockopt",
    "getsockopt", "getsockname", "getpeername", "poll", "ppoll", "select", "pselect6",
    "restart_syscall",
  ]

  /// Runs a command under strace, and gives its calls in order of their beginning.
  static func calls(of command: [String]) throws -> [Call] {
    let folder = try TemporaryFolder()
    let file = folder.path + "/calls"
    let outcome = try runText(
      [
        "strace", "-f", "-qq", "-yy", "-s", "8", "-e", "signal=none", "-e",
        "trace=" + traced.joined(separator: ","), "-o", file,
      ] + command)
    let text = String(decoding: try contents(of: file), as: UTF8.self)
    guard !text.isEmpty else { throw ProcessError.system(call: outcome.errorText, errno: 0) }
    return parse(text)
  }

  /// Reads its lines; of a call that was interrupted by another thread's line there are two.
  static func parse(_ text: String) -> [Call] {
    var calls: [Call?] = []
    var open: [Int32: (place: Int, start: String)] = [:]
    for line in text.split(separator: "\n") {
      guard let blank = line.firstIndex(of: " "), let thread = Int32(line[..<blank]) else {
        continue
      }
      let rest = line[blank...].drop { $0 == " " }
      if rest.hasPrefix("<... ") {
        guard let mark = rest.range(of: " resumed>"), let begun = open.removeValue(forKey: thread)
        else { continue }
        calls[begun.place] = call(thread, begun.start + rest[mark.upperBound...])
      } else if let mark = rest.range(of: " <unfinished ...>") {
        open[thread] = (calls.count, String(rest[..<mark.lowerBound]))
        calls.append(nil)
      } else {
        calls.append(call(thread, String(rest)))
      }
    }
    // A call that never returned.
    for (thread, begun) in open { calls[begun.place] = call(thread, begun.start + ") = ?") }
    return calls.compactMap { $0 }
  }

  private static func call(_ thread: Int32, _ text: String) -> Call? {
    guard let parenthesis = text.firstIndex(of: "("),
      let equals = text.range(of: " = ", options: .backwards)
    else { return nil }
    let words = text[equals.upperBound...].split(separator: " ")
    let result = words.first?.prefix { $0 != "<" && $0 != "(" } ?? ""
    let error = words.dropFirst().first.flatMap { $0.hasPrefix("E") ? String($0) : nil }
    let inside = text[text.index(after: parenthesis)..<equals.lowerBound]
      .reversed().drop { $0 == " " }.dropFirst().reversed()
    return Call(
      thread: thread, name: String(text[..<parenthesis]), arguments: split(String(inside)),
      result: String(result), error: error)
  }

  /// Splits at commas that stand outside of brackets and strings.
  private static func split(_ text: String) -> [String] {
    var (parts, part, depth, isText) = ([String](), "", 0, false)
    var before: Character = " "
    for character in text {
      if character == "\"", before != "\\" { isText.toggle() }
      if !isText {
        if "([{<".contains(character) { depth += 1 }
        // An arrow between two ends is no bracket.
        if ")]}".contains(character) || character == ">" && before != "-" { depth -= 1 }
      }
      if character == ",", depth == 0, !isText {
        parts.append(part)
        part = ""
      } else {
        part.append(character)
      }
      before = character
    }
    return (parts + [part]).map { $0.trimmingCharacters(in: .whitespaces) }
  }
}

extension Strace.Call {
  /// Whether a word names an Internet socket, as `5<TCP:[127.0.0.1:80]>` does.
  private func isSocket(_ word: String) -> Bool {
    word.contains(#/\d<(TCP|UDP|TCPv6|UDPv6):\[/#)
  }

  /// Whether the recorder tells of it too.
  var concernsSocket: Bool {
    switch name {
    case "socket": return arguments[0] == "AF_INET" || arguments[0] == "AF_INET6"
    case "poll": return arguments[2] != "0" && isSocket(arguments[0])
    case "ppoll": return isSocket(arguments[0])
    case "select", "pselect6": return arguments[1...3].contains { isSocket($0) }
    case "dup2", "dup3", "sendfile", "splice": return arguments.contains { isSocket($0) }
    case "fcntl": return isSocket(arguments[0]) && arguments[1].hasPrefix("F_DUPFD")
    default: return isSocket(arguments[0])
    }
  }

  /// Its descriptor, where the first argument is one.
  var descriptor: String? {
    switch name {
    case "socket", "poll", "ppoll", "select", "pselect6", "splice": nil
    default: arguments.first.map { String($0.prefix { $0.isNumber || $0 == "-" }) }
    }
  }
}
