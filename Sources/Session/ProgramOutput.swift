import Glibc

/// A pipe that a program prints into. The tracer tells the lines, at the moment they are written;
/// here they are only taken out, so that the program can go on.
struct ProgramOutput {
  /// The end that the program writes to.
  let writeEnd: Int32
  /// The pipe's number, by which the tracer knows it.
  let inode: UInt64

  /// Makes a pipe, and a thread that empties it until no process holds the write end.
  init() throws(SessionError) {
    var ends: [Int32] = [-1, -1]
    // pipe fills the two descriptors.
    guard unsafe pipe(&ends) == 0 else { throw .tracing("pipe: error \(errno)") }
    // No program is started meanwhile: only this thread orders that.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let readEnd = ends[0]
    writeEnd = ends[1]
    var status = stat()
    // fstat fills the one structure it is given.
    _ = unsafe fstat(readEnd, &status)
    inode = UInt64(status.st_ino)
    Thread.start { ProgramOutput.empty(readEnd) }
  }

  /// Closes the write end here, once the program has its own.
  func handOver() { close(writeEnd) }

  private static func empty(_ descriptor: Int32) {
    var room = [UInt8](repeating: 0, count: 65_536)
    while true {
      // The kernel writes at most as many bytes as the room has.
      let count = unsafe read(descriptor, &room, room.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
    }
    close(descriptor)
  }
}
