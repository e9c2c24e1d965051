/// Why a capture file cannot be read, or not any further.
public struct CaptureFileError: Error, Hashable, Sendable {
  /// What is wrong.
  public var reason: Reason
  /// Bytes from the start of the file to where the error is.
  public var offset: Int
  /// The number of the last good packet; nil where there is none.
  public var packet: Int?

  /// Makes an error.
  public init(_ reason: Reason, offset: Int = 0, packet: Int? = nil) {
    self.reason = reason
    self.offset = offset
    self.packet = packet
  }

  /// What can be wrong with a file.
  public enum Reason: Hashable, Sendable {
    /// The file has no bytes.
    case empty
    /// The file is text.
    case text
    /// The file is compressed.
    case compressed(Compression)
    /// The first four bytes are not those of any capture file.
    case unknownMagic([UInt8])
    /// The version of the format is not a known one.
    case unknownVersion(major: Int, minor: Int)
    /// The file ends inside something that needs `need` bytes, of which `have` are there.
    case cut(need: Int, have: Int)
    /// A recording has no end: the recorder was killed, or the disk was full.
    case unfinished
    /// A recording in a format later than the last known one.
    case laterRecording(format: Int, known: Int)
    /// An impossible length.
    case badLength(Int)
    /// A pcapng block gives its length twice, and differently.
    case lengthsDiffer(Int, Int)
    /// A pcapng section begins with an invalid byte-order magic.
    case badByteOrder(UInt32)
    /// A packet of an interface that the file has not described.
    case unknownInterface(Int)
  }

  /// The compressions that are recognised.
  public enum Compression: String, Hashable, Sendable {
    case gzip, bzip2, xz, zstd

    /// The program that writes the uncompressed file to its standard output.
    public var unpacker: String {
      switch self {
      case .gzip: "zcat"
      case .bzip2: "bzcat"
      case .xz: "xzcat"
      case .zstd: "zstdcat"
      }
    }
  }
}

extension CaptureFileError: CustomStringConvertible {
  /// What is wrong, as the end of a sentence that begins with the file's name.
  public var description: String {
    switch reason {
    case .empty: "is empty: it has no capture"
    case .text: "is a text file, not a capture: pcap and pcapng files can be read"
    case .compressed(let compression):
      "is compressed with \(compression.rawValue): decompress it with \(compression.unpacker) first"
    case .unknownMagic(let bytes):
      "is not a readable capture: it begins with "
        + bytes.map(CaptureFileError.hexadecimal).joined(separator: " ")
        + ", unlike pcap or pcapng; editcap -F pcapng converts other formats"
    case .unknownVersion(let major, let minor):
      "has version \(major).\(minor) of its format, which is not known" + place
    case .laterRecording(let format, let known):
      "is a recording of format \(format), and this sockline reads none later than \(known): "
        + "use a newer one"
    case .cut(let need, let have):
      "is truncated: \(need) bytes are needed, \(have) are there" + place
    case .unfinished: "was cut off: the end of the recording is missing" + place
    case .badLength(let length): "is damaged: a length of \(length) bytes is impossible" + place
    case .lengthsDiffer(let first, let last):
      "is damaged: a block gives its length as \(first) bytes, and at its end as \(last)" + place
    case .badByteOrder(let mark):
      "is damaged: 0x\(String(mark, radix: 16)) is not a byte-order mark" + place
    case .unknownInterface(let number):
      "is damaged: a packet of interface \(number), which is not described" + place
    }
  }

  /// The whole sentence.
  ///
  /// - Parameter file: the file's name, already escaped for where the sentence is shown.
  public func sentence(file: String) -> String { "\(file) \(description)." }

  /// Where in the file it is.
  private var place: String {
    let last = packet.map { "after packet \($0)" } ?? "before the first packet"
    return ", at byte \(offset), \(last)"
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
