extension UDP {
  /// Bytes of the header.
  static let size = 8

  private enum Field {
    static let source = 0
    static let destination = 2
    static let length = 4
    static let checksum = 6
  }

  /// Reads the header at the start of `bytes`.
  static func decode(_ bytes: Span<UInt8>, _ part: Part) throws(DecodeError) -> UDP {
    try bytes.require(size, for: .udp, in: part)
    return UDP(
      source: bytes.uint16(at: Field.source),
      destination: bytes.uint16(at: Field.destination),
      length: bytes.uint16(at: Field.length),
      checksum: bytes.uint16(at: Field.checksum))
  }
}
