import CaptureFile
import Timeline
import Wire

/// The pcap file that a live session saves its packets to, in the order of their numbers.
struct PacketFile {
  private let path: String
  private let output: Output
  private let writer: PcapWriter
  private var buffer: [UInt8]
  /// Bytes that were written.
  private(set) var size = 0

  /// Creates the file; only its owner may read it.
  init(_ path: String, link: LinkType, snaplen: Int) throws(SessionError) {
    self.path = path
    output = try Output.privateFile(path)
    output.keepPrivate()
    InvokingUser.own(output.descriptor)
    writer = PcapWriter(link: link, snaplen: snaplen)
    buffer = writer.header()
    try flush()
  }

  /// Adds a packet.
  mutating func add(_ frame: Frame) {
    buffer += writer.record(
      timeNanoseconds: frame.time, frameLength: frame.length, bytes: frame.bytes)
  }

  /// Writes what was added since; whole packets only, so that a cut file is readable.
  mutating func flush() throws(SessionError) {
    guard !buffer.isEmpty else { return }
    let error = output.write(buffer)
    size += buffer.count
    buffer.removeAll(keepingCapacity: true)
    if error != 0 { throw .file(path, error) }
  }

  /// Writes the rest and closes the file.
  mutating func close() throws(SessionError) {
    defer { output.close() }
    try flush()
  }
}
