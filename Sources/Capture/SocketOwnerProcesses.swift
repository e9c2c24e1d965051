import CPcap
import Glibc

/// Which processes hold sockets, by /proc/pid/fd (proc_pid_fd(5)).
struct SocketOwnerProcesses {
  /// The inodes that are wanted and not found yet.
  private var wanted: Set<UInt32>
  /// The owners that were found.
  private(set) var found: [UInt32: SocketOwner] = [:]
  /// Whether any process could not be examined for lack of permission.
  private(set) var isRefused = false
  /// Whether all wanted inodes have been found.
  var isDone: Bool { wanted.isEmpty }

  init(looking inodes: Set<UInt32>) { wanted = inodes }

  /// Examines one process.
  ///
  /// C: `opendir`, `readdir`, `readlink`
  mutating func look(at process: Int32) {
    let folder = "/proc/\(process)/fd"
    guard let descriptors = SocketOwnerProcesses.names(in: folder) else {
      // Otherwise the process has ended meanwhile.
      if errno == EACCES || errno == EPERM { isRefused = true }
      return
    }
    for descriptor in descriptors where !isDone {
      guard let inode = SocketOwnerProcesses.inode("\(folder)/\(descriptor)"),
        wanted.contains(inode), let name = SocketOwnerProcesses.name(process)
      else { continue }
      wanted.remove(inode)
      found[inode] = SocketOwner(process: process, name: name)
    }
  }

  /// All processes, youngest first: they live the shortest, and of those that share a socket the
  /// youngest is usually the one that works with it.
  static var all: [Int32] {
    (names(in: "/proc") ?? []).compactMap { Int32($0) }.sorted(by: >)
  }

  /// Examines processes until everything is found.
  mutating func look(at processes: some Sequence<Int32>) {
    for process in processes where !isDone { look(at: process) }
  }

  /// The name of a process, nil where it is gone.
  static func name(_ process: Int32) -> String? {
    guard let file = unsafe fopen("/proc/\(process)/comm", "re") else { return nil }
    defer { unsafe fclose(file) }
    var room = [UInt8](repeating: 0, count: 64)
    // fread writes at most as many bytes as the buffer has.
    let count = unsafe fread(&room, 1, room.count, file)
    let name = room[..<count].prefix { $0 != 0x0A }
    return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
  }

  /// The inode of the socket that a descriptor refers to; nil where it is something else.
  private static func inode(_ path: String) -> UInt32? {
    let room = 64
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      // readlink writes at most `room` bytes and returns how many.
      count = unsafe start.withMemoryRebound(to: CChar.self, capacity: room) {
        max(0, unsafe readlink(path, $0, room))
      }
    }
    return inode(of: bytes)
  }

  /// Reads `socket:[662418]`.
  static func inode(of link: [UInt8]) -> UInt32? {
    let start = Array("socket:[".utf8)
    guard link.starts(with: start), link.last == UInt8(ascii: "]") else { return nil }
    return UInt32(String(decoding: link[start.count...].dropLast(), as: UTF8.self))
  }

  /// The names in a directory; nil where it cannot be read, with the reason in `errno`.
  private static func names(in path: String) -> [String]? {
    guard let folder = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    // An entry is valid until the next call, and its name ends with a zero byte.
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name.first != "." { names.append(name) }
    }
    return names
  }
}
