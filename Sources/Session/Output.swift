import Glibc

/// Writes text to a file descriptor, in whole pieces.
public struct Output: Sendable {
  /// The descriptor: 1 standard output, 2 standard error.
  public let descriptor: Int32

  /// Standard output.
  public static let standard = Output(descriptor: 1)
  /// Standard error.
  public static let error = Output(descriptor: 2)

  /// Makes an output of a descriptor that is open for writing.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Creates a file for a picture or a text, or empties an existing one. Who may read a new one
  /// says the umask.
  public static func file(_ path: String) throws(SessionError) -> Output {
    try file(path, mode: 0o666)
  }

  /// Creates a file for packets and calls, which only its owner may read (0600), or empties an
  /// existing one.
  public static func privateFile(_ path: String) throws(SessionError) -> Output {
    try file(path, mode: 0o600)
  }

  private static func file(_ path: String, mode: mode_t) throws(SessionError) -> Output {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .file(path, errno) }
    return Output(descriptor: descriptor)
  }

  /// Writes all bytes.
  ///
  /// - Returns: 0, or the errno(3) that stopped it, such as EPIPE when the reader has gone.
  @discardableResult
  public func write(_ bytes: [UInt8]) -> Int32 {
    var start = 0
    while start < bytes.count {
      // The range handed over lies within `bytes`.
      let count = unsafe bytes[start...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      start += count
    }
    return 0
  }

  /// Writes lines, each with an end.
  @discardableResult
  public func write(lines: [String]) -> Int32 {
    lines.isEmpty ? 0 : write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Whether a terminal shows it.
  public var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The columns of the terminal behind it, if there is one.
  public var columns: Int? {
    var size = winsize()
    // TIOCGWINSZ fills a winsize (ioctl_tty(2)).
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Closes it.
  public func close() { _ = Glibc.close(descriptor) }
}

extension Output {
  /// A descriptor of /dev/null, for a program that has nothing to read.
  static let nowhere: Int32 = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
}
