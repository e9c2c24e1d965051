import CaptureFile

/// What a reader gives of a file: the packets, and the error that ended it.
struct Reading: Hashable {
  var records: [CaptureRecord] = []
  var error: CaptureFileError?
  var interfaces: [CaptureInterface] = []
  var comments: [String] = []

  /// Reads a whole file that arrives in pieces of `pieceSize` bytes.
  init(_ file: [UInt8], pieceSize: Int = .max) {
    var reader = CaptureReader()
    var index = 0
    do throws(CaptureFileError) {
      while index < file.count {
        let end = index + min(pieceSize, file.count - index)
        reader.append(Array(file[index..<end]))
        index = end
        while let record = try reader.next() { records.append(record) }
      }
      try reader.finish()
    } catch {
      self.error = error
    }
    interfaces = reader.interfaces
    comments = reader.comments
  }
}
