import Glibc

/// A file that has no name any more, and goes with its last descriptor.
final class TemporaryFile {
  let descriptor: Int32

  init() throws {
    let name = "/tmp/sockline-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ProcessError.system(call: "open", errno: errno) }
    unlink(name)
  }

  deinit { close(descriptor) }

  /// Writes `bytes` and goes back to the start.
  func fill(with bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw ProcessError.system(call: "write", errno: errno) }
      done += count
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  /// What the file holds; the position stays where it is.
  func contents() -> [UInt8] {
    var result: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(descriptor, &piece, piece.count, off_t(result.count))
      guard count > 0 else { return result }
      result += piece[..<count]
    }
  }
}

/// A folder for the files of a test; it goes with the value.
public final class TemporaryFolder {
  /// Its path.
  public let path: String

  /// Makes an empty folder that every user may enter.
  public init() throws {
    var template = Array("/tmp/sockline-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ProcessError.system(call: "mkdtemp", errno: errno)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o755)
  }

  deinit { _ = try? RunningProcess(["rm", "-rf", path]).wait() }

  /// Writes a file, and gives its path.
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = path + "/" + name
    let descriptor = creat(file, 0o644)
    guard descriptor >= 0 else { throw ProcessError.system(call: "creat", errno: errno) }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { throw ProcessError.system(call: "write", errno: errno) }
      done += count
    }
    return file
  }
}

/// The bytes of a file.
public func contents(of file: String) throws -> [UInt8] {
  guard let stream = fopen(file, "rb") else {
    throw ProcessError.system(call: "fopen", errno: errno)
  }
  defer { fclose(stream) }
  var result: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&piece, 1, piece.count, stream)
    guard count > 0 else { return result }
    result += piece[..<count]
  }
}
