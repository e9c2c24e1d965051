extension TCP {
  /// Bytes of the header without options.
  static let size = 20
  /// Bytes of it with as many options as there can be.
  static let longestHeader = 60

  private enum Field {
    static let source = 0
    static let destination = 2
    static let sequence = 4
    static let acknowledgement = 8
    static let offsetAndFlags = 12
    static let window = 14
    static let checksum = 16
    static let urgentPointer = 18
  }

  /// Reads the header at the start of `bytes`, without its options.
  static func decode(_ bytes: Span<UInt8>, _ part: Part) throws(DecodeError) -> TCP {
    try bytes.require(size, for: .tcp, in: part)
    let word = bytes.uint16(at: Field.offsetAndFlags)
    return TCP(
      source: bytes.uint16(at: Field.source),
      destination: bytes.uint16(at: Field.destination),
      sequence: SequenceNumber(bytes.uint32(at: Field.sequence)),
      acknowledgement: SequenceNumber(bytes.uint32(at: Field.acknowledgement)),
      headerLength: Int(word >> 12) * 4,
      flags: TCPFlags(rawValue: word & 0x1FF),
      window: bytes.uint16(at: Field.window),
      checksum: bytes.uint16(at: Field.checksum),
      urgentPointer: bytes.uint16(at: Field.urgentPointer))
  }
}

extension TCPOptions {
  /// The kinds (IANA "TCP Option Kind Numbers").
  private enum Kind {
    static let end: UInt8 = 0
    static let noOperation: UInt8 = 1
    static let maximumSegmentSize: UInt8 = 2
    static let windowScale: UInt8 = 3
    static let sackPermitted: UInt8 = 4
    static let sackBlocks: UInt8 = 5
    static let timestamp: UInt8 = 8
    static let fastOpen: UInt8 = 34
  }

  /// Where a list of options is damaged: bytes from the start of the header, and the length there.
  struct Damage: Hashable, Sendable {
    var offset: Int
    var length: Int
  }

  /// Reads the list of options in `range`: pairs of kind and length, then data (RFC 9293,
  /// section 3.1).
  ///
  /// - Parameter isCut: whether the capture ends inside the list, so that an option which reaches
  ///   over the end is no damage.
  /// - Returns: the damage that ended the reading; what precedes it is kept.
  mutating func read(_ bytes: Span<UInt8>, _ range: Range<Int>, isCut: Bool) -> Damage? {
    var index = range.lowerBound
    while index < range.upperBound {
      let kind = bytes.uint8(at: index)
      if kind == Kind.end { return nil }
      if kind == Kind.noOperation {
        index += 1
        continue
      }
      guard index + 1 < range.upperBound else {
        return isCut ? nil : Damage(offset: index, length: 0)
      }
      let length = Int(bytes.uint8(at: index + 1))
      guard length >= 2, index + length <= range.upperBound else {
        return isCut && length >= 2 ? nil : Damage(offset: index, length: length)
      }
      readOption(kind, bytes, (index + 2)..<(index + length))
      index += length
    }
    return nil
  }

  /// Reads one option with its data in `range`; one whose length is not that of its kind is kept
  /// among the unknown.
  private mutating func readOption(_ kind: UInt8, _ bytes: Span<UInt8>, _ range: Range<Int>) {
    let start = range.lowerBound
    switch (kind, range.count) {
    case (Kind.maximumSegmentSize, 2): maximumSegmentSize = bytes.uint16(at: start)
    case (Kind.windowScale, 1): windowScale = bytes.uint8(at: start)
    case (Kind.sackPermitted, 0): sackPermitted = true
    case (Kind.sackBlocks, 8...) where range.count % 8 == 0:
      sackBlocks = stride(from: start, to: range.upperBound, by: 8).map { offset in
        SACKBlock(
          left: SequenceNumber(bytes.uint32(at: offset)),
          right: SequenceNumber(bytes.uint32(at: offset + 4)))
      }
    case (Kind.timestamp, 8):
      timestamp = TCPTimestamp(
        value: bytes.uint32(at: start), echo: bytes.uint32(at: start + 4))
    case (Kind.fastOpen, _): fastOpenCookie = bytes.array(range)
    default: others.append(UnknownTCPOption(kind: kind, data: bytes.array(range)))
    }
  }
}
