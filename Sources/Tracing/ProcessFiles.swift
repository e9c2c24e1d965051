import Glibc

/// What /proc says about a process (proc(5)).
enum ProcessFiles {
  /// Its name: the first 15 bytes of the program's, or what it named itself. Raw.
  static func name(_ process: Int32) -> String {
    let bytes = read("/proc/\(process)/comm", limit: 64)
    return String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }

  /// The command line it was started with. Raw.
  static func command(_ process: Int32) -> [String] {
    let bytes = read("/proc/\(process)/cmdline", limit: 4096)
    guard !bytes.isEmpty else { return [] }
    return bytes.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
      .dropLast(bytes.last == 0 ? 1 : 0)
  }

  /// The process that a thread belongs to, and that process's parent; nil when it is gone.
  static func family(ofThread thread: Int32) -> (process: Int32, parent: Int32)? {
    let text = String(decoding: read("/proc/\(thread)/status", limit: 4096), as: UTF8.self)
    func number(_ key: String) -> Int32? {
      text.split(separator: "\n").first { $0.hasPrefix(key) }
        .flatMap { Int32($0.dropFirst(key.count).drop { $0 == "\t" || $0 == " " }) }
    }
    guard let process = number("Tgid:"), let parent = number("PPid:") else { return nil }
    return (process, parent)
  }

  /// The numbers that name the files in a directory, in order; at most `limit`.
  static func numbers(in folder: String, atMost limit: Int = Int.max) -> [Int32] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var numbers: [Int32] = []
    while numbers.count < limit, let entry = unsafe readdir(stream) {
      // The name ends with a zero byte, within the entry, which is valid until the next readdir().
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if let number = Int32(name) { numbers.append(number) }
    }
    return numbers.sorted()
  }

  /// A line of /proc/PID/status without its key, such as `Tgid:`; nil where the process is gone.
  static func status(_ process: Int32, _ key: String) -> String? {
    let text = String(decoding: read("/proc/\(process)/status", limit: 4096), as: UTF8.self)
    return text.split(separator: "\n").first { $0.hasPrefix(key) }
      .map { String($0.dropFirst(key.count).drop { $0 == "\t" || $0 == " " }) }
  }

  /// The call that a waiting thread is in, and its first argument (proc_pid_syscall(5)).
  static func call(ofThread thread: Int32) -> (number: Int64, first: UInt64) {
    let text = String(decoding: read("/proc/\(thread)/syscall", limit: 256), as: UTF8.self)
    let words = text.split(separator: " ")
    guard words.count > 1, let number = Int64(words[0]),
      let first = UInt64(words[1].dropFirst(2), radix: 16)
    else { return (-1, 0) }
    return (number, first)
  }

  /// Its memory mappings: the text of its maps file.
  static func maps(_ process: Int32) -> [UInt8] {
    let file = unsafe open("/proc/\(process)/maps", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var result: [UInt8] = []
    // The kernel returns a page or less at once, whole lines.
    var piece = [UInt8](repeating: 0, count: 8_192)
    while result.count < mapsLimit {
      // The buffer is as large as stated.
      let count = unsafe Glibc.read(file, &piece, piece.count)
      if count <= 0 { break }
      result += piece[..<count]
    }
    return result
  }

  /// The most bytes of maps that are read.
  private static let mapsLimit = 4 << 20

  /// Whether the program is a 64-bit one, by the fifth byte of its file (elf(5)).
  static func isNative(_ process: Int32) -> Bool {
    let header = read("/proc/\(process)/exe", limit: 5)
    return header.count < 5 || header[4] == 2
  }

  /// Its descriptors that are sockets of any family, in order.
  static func sockets(of process: Int32) -> [Int32] { sockets(in: "/proc/\(process)/fd") }

  /// The descriptors in a directory of /proc that are sockets of any family, in order.
  static func sockets(in path: String) -> [Int32] {
    numbers(in: path).filter { link("\(path)/\($0)")?.hasPrefix("socket:[") ?? false }
  }

  /// The inode of the socket that a link in /proc/PID/fd refers to; nil where it is something else.
  static func socket(_ path: String) -> UInt64? {
    let prefix = "socket:["
    guard let link = link(path), link.hasPrefix(prefix) else { return nil }
    return UInt64(link.dropFirst(prefix.count).dropLast())
  }

  /// Whether a directory of descriptors exists, but it or its entries may not be read: the
  /// directory itself belongs to root in the process's user namespace.
  static func isHidden(_ folder: String) -> Bool {
    guard let stream = unsafe opendir(folder) else { return errno == EACCES || errno == EPERM }
    unsafe closedir(stream)
    guard let first = numbers(in: folder, atMost: 1).first else { return false }
    errno = 0
    return link("\(folder)/\(first)") == nil && (errno == EACCES || errno == EPERM)
  }

  /// The signals that a thread's process handles, and those that it ignores: a bit for each, the
  /// lowest for signal 1.
  static func signals(of thread: Int32) -> (caught: UInt64, ignored: UInt64) {
    func mask(_ key: String) -> UInt64 {
      status(thread, key).flatMap { UInt64($0, radix: 16) } ?? 0
    }
    return (mask("SigCgt:"), mask("SigIgn:"))
  }

  /// Whether a thread runs, or waits: is neither dead nor a zombie.
  static func isAlive(_ thread: Int32) -> Bool {
    status(thread, "State:").map { !"ZX".contains($0.prefix(1)) } ?? false
  }

  /// The target of a symbolic link in /proc; nil when there is none.
  static func link(_ path: String) -> String? {
    let room = 256
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      // readlink writes at most `room` bytes and returns how many.
      let got = unsafe start.withMemoryRebound(to: CChar.self, capacity: room) {
        unsafe readlink(path, $0, room)
      }
      count = max(0, got)
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// The first bytes of a file; none where it cannot be read.
  static func read(_ path: String, limit: Int) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var result: [UInt8] = []
    while result.count < limit {
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: limit - result.count) { room, count in
        // The buffer is as large as stated.
        count = max(0, unsafe Glibc.read(file, room.baseAddress, room.count))
      }
      if piece.isEmpty { break }
      result += piece
    }
    return result
  }
}
