/// A program or library as a process has mapped it (/proc/PID/maps, proc(5)).
struct MappedFile: Hashable {
  /// The path, as the process sees it; raw.
  var path: String
  /// The file's inode number, to check that the path still leads to it.
  var inode: UInt64
  /// Where the beginning of the file is mapped.
  var base: UInt64

  /// The files that code was mapped from, each with its address, in address order.
  static func all(in maps: [UInt8]) -> [MappedFile] {
    var files: [MappedFile] = []
    // The last address at which the beginning of each file was mapped.
    var beginnings: [String: UInt64] = [:]
    for line in maps.split(separator: 0x0A) {
      let words = String(decoding: line, as: UTF8.self)
        .split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      guard words.count == 6, let inode = UInt64(words[4]), inode != 0,
        let start = UInt64(words[0].prefix { $0 != "-" }, radix: 16)
      else { continue }
      let path = String(words[5].drop { $0 == " " })
      if UInt64(words[2], radix: 16) == 0 { beginnings[path] = start }
      guard words[1].contains("x"), let base = beginnings[path] else { continue }
      let file = MappedFile(path: path, inode: inode, base: base)
      if !files.contains(file) { files.append(file) }
    }
    return files
  }
}
