import Glibc

/// The first three descriptors of this process.
enum StandardStreams {
  /// Fills the place of each that is closed, so that no file or socket opened later gets its
  /// number and is written into by mistake.
  ///
  /// What fills it fails as a closed one does, for the direction it is used in, and goes at exec:
  /// a program that is started finds it closed.
  ///
  /// C: `open`
  static func keepClosed() {
    for (number, wrongWay) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)] as [(Int32, Int32)] {
      guard fcntl(number, F_GETFD) < 0 else { continue }
      // It gets the lowest number that is free: this one.
      _ = unsafe open("/dev/null", wrongWay | O_CLOEXEC)
    }
  }
}
