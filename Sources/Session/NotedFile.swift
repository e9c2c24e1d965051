import CaptureFile
import Render
import Timeline

/// A copy of a pcapng file, with notes as comments of its packets.
enum NotedFile {
  /// Copies the file.
  ///
  /// - Parameter isRecording: whether its packets bear their numbers.
  static func write(
    _ comments: [Int: [String]], from path: String, to copy: String, isRecording: Bool
  ) throws(SessionError) {
    let input = try CaptureInput(path)
    var copier = PcapngComments(comments, isRecording: isRecording)
    var output: Output?
    var start: [UInt8] = []
    while case .bytes(let bytes) = try input.next(packet: nil) {
      if let output {
        try write(copier.copy(bytes), output, copy)
        continue
      }
      start += bytes
      guard start.count >= 4 else { continue }
      guard PcapngComments.isPcapng(start) else { throw .noComments(path) }
      let opened = try opened(copy, isRecording)
      output = opened
      try write(copier.copy(start), opened, copy)
    }
    try input.finish(packet: nil)
    guard let output else { throw .noComments(path) }
    try write(copier.finish(), output, copy)
    output.close()
    if let number = copier.left.keys.min() { throw .noPlace(path, number) }
  }

  private static func opened(_ path: String, _ isPrivate: Bool) throws(SessionError) -> Output {
    let output = try Output.privateFile(path)
    if isPrivate { output.keepPrivate() }
    InvokingUser.own(output.descriptor)
    return output
  }

  private static func write(
    _ bytes: [UInt8], _ output: Output, _ path: String
  ) throws(SessionError) {
    guard !bytes.isEmpty else { return }
    let error = output.write(bytes)
    if error != 0 { throw .file(path, error) }
  }
}
