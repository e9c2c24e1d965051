import Glibc

/// What /proc tells of a process (proc(5)).
enum ProcessFiles {
  /// Its name: the first 15 bytes of the program's, or what it called itself. Raw.
  static func name(_ process: Int32) -> String {
    let bytes = read("/proc/\(process)/comm", limit: 64)
    return String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }

  /// Its command line, as it was started. Raw.
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

  /// The descriptors of a process, at most so many, in order.
  static func descriptors(of process: Int32, atMost limit: Int) -> [Int32] {
    guard let folder = unsafe opendir("/proc/\(process)/fd") else { return [] }
    defer { unsafe closedir(folder) }
    var numbers: [Int32] = []
    while numbers.count < limit, let entry = unsafe readdir(folder) {
      // The kernel ends each name with a zero.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if let number = Int32(name) { numbers.append(number) }
    }
    return numbers.sorted()
  }

  /// Whether the program is one of 64 bits, by the fifth byte of its file (elf(5)).
  static func isNative(_ process: Int32) -> Bool {
    let header = read("/proc/\(process)/exe", limit: 5)
    return header.count < 5 || header[4] == 2
  }

  /// What a symbolic link of /proc says; nil when there is none.
  static func link(_ path: String) -> String? {
    let room = 256
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      // readlink writes at most `room` bytes and says how many.
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
        // The room is as large as is said.
        count = max(0, unsafe Glibc.read(file, room.baseAddress, room.count))
      }
      if piece.isEmpty { break }
      result += piece
    }
    return result
  }
}
