import Glibc
import Timeline
import Tracing

/// A pipe that takes what a program prints, line by line, to the inbox.
struct ProgramOutput {
  /// The end that the program writes to.
  let writeEnd: Int32
  private let readEnd: Int32

  /// Bytes after which a line is told although it has no end.
  private static let longestLine = 4096

  /// Makes a pipe.
  init() throws(SessionError) {
    var ends: [Int32] = [-1, -1]
    // pipe fills the two descriptors.
    guard unsafe pipe(&ends) == 0 else { throw .tracing("pipe: error \(errno)") }
    // No program is started meanwhile: only this thread orders that.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  /// Reads on a thread of its own, until no process holds the other end. The caller's copy of the
  /// write end is closed.
  func read(of process: Int32, _ inbox: Inbox) {
    close(writeEnd)
    inbox.beginReading()
    Thread.start { [readEnd] in
      var line: [UInt8] = []
      var room = [UInt8](repeating: 0, count: 16_384)
      while true {
        // The kernel writes at most as many bytes as the room has.
        let count = unsafe Glibc.read(readEnd, &room, room.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        let time = Instant(Clock.now)
        for byte in room[..<count] {
          if byte != 0x0A { line.append(byte) }
          if byte == 0x0A || line.count >= ProgramOutput.longestLine {
            inbox.post(PrintedLine(time: time, process: process, text: text(line)))
            line = []
          }
        }
      }
      if !line.isEmpty {
        inbox.post(PrintedLine(time: Instant(Clock.now), process: process, text: text(line)))
      }
      close(readEnd)
      inbox.endReading()
    }
  }

  /// Closes both ends of a pipe that was not used.
  func discard() {
    close(readEnd)
    close(writeEnd)
  }
}

/// Bytes as text; those that are not UTF-8 are replaced.
private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
