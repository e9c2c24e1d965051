import Glibc

/// Reads a file or standard input in pieces.
struct Input: ~Copyable {
  /// What stands for standard input in place of a path.
  static let standardInput = "-"

  /// The descriptor, to be waited for.
  let descriptor: Int32
  /// The path, for errors.
  let path: String

  /// Opens a file; `-` is standard input.
  init(_ path: String) throws(SessionError) {
    self.path = path
    if path == Input.standardInput {
      descriptor = 0
      return
    }
    // The path is a string that ends with a zero byte, as long as the call lasts.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path, errno) }
  }

  /// Whether a path leads to the very file that is read, which is a regular one.
  ///
  /// C: `fstat`, `stat`
  func isSame(as other: String) -> Bool {
    var own = stat()
    var found = stat()
    // Both calls fill the structure they are given.
    guard unsafe fstat(descriptor, &own) == 0, unsafe stat(other, &found) == 0 else { return false }
    let isRegular = own.st_mode & S_IFMT == S_IFREG
    return isRegular && own.st_dev == found.st_dev && own.st_ino == found.st_ino
  }

  /// Bytes of the file; nil where it is a pipe or a device.
  ///
  /// C: `fstat`
  var size: Int? {
    var found = stat()
    // The call fills the structure it is given.
    guard unsafe fstat(descriptor, &found) == 0, found.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return Int(found.st_size)
  }

  deinit { if descriptor > 0 { close(descriptor) } }

  /// Whether it is a regular file: what it holds is there, and a read does not wait.
  ///
  /// C: `fstat`
  var isRegular: Bool {
    var own = stat()
    // The call fills the structure it is given.
    return unsafe fstat(descriptor, &own) == 0 && own.st_mode & S_IFMT == S_IFREG
  }

  /// Whether a read would not wait: there are bytes, or the end, or an error.
  ///
  /// C: `poll`
  var isReady: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // The kernel writes `revents` of the one entry it is told of.
    return unsafe poll(&entry, 1, 0) != 0
  }

  /// The next bytes, at most `limit`; empty at the end.
  ///
  /// A pipe gives what is there, so that a capture can be followed while it grows.
  ///
  /// - Parameter start: bytes to begin the result with.
  func read(_ limit: Int, behind start: [UInt8] = []) throws(SessionError) -> [UInt8] {
    while true {
      var status = 0
      let room = start.count + limit
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        for index in start.indices { unsafe buffer[index] = start[index] }
        // The buffer has room for `limit` bytes behind those of `start`.
        let place = unsafe buffer.baseAddress.map { unsafe $0 + start.count }
        status = unsafe Glibc.read(descriptor, place, limit)
        count = start.count + max(0, status)
      }
      if status >= 0 { return bytes }
      guard errno == EINTR else { throw .file(path, errno) }
    }
  }
}

/// A text of the system, such as a setting below /proc/sys.
enum SystemFile {
  /// The first bytes of a file, at most 64 KiB; nil where it cannot be read.
  static func text(_ path: String) -> String? {
    guard let input = try? Input(path), let bytes = try? input.read(65_536) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The whole number that a file holds.
  static func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.split(whereSeparator: \.isWhitespace).first ?? "") }
  }
}
