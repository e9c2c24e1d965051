/// The header of a frame of a wireless network (IEEE 802.11, clause 9).
///
///     +-------------------+--------------+-------------------+--------------+
///     | frame control (2) | duration (2) | addresses (3 × 6) | sequence (2) |
///     +-------------------+--------------+-------------------+--------------+
///     | fourth address (6), between two stations of the network itself      |
///     +---------------------------------------------------------------------+
///     | quality of service (2), high throughput (4), where flags say so     |
///     +---------------------------------------------------------------------+
private enum WLAN {
  /// Bytes of the header of a data frame without the parts that may be missing.
  static let size = 24
  static let sequenceField = 22

  // The second byte.
  static let isForDistribution: UInt8 = 0x01
  static let isFromDistribution: UInt8 = 0x02
  static let isProtected: UInt8 = 0x40
  static let hasOrder: UInt8 = 0x80

  // Bits of a data frame's subtype.
  static let hasNoData: UInt8 = 4
  static let hasQuality: UInt8 = 8

  /// The bit of the quality of service that tells several frames in one.
  static let isAggregate: UInt8 = 0x80
  /// Bytes before each of them: destination, source, length.
  static let subframeSize = 14

  static let managementNames: [UInt8: String] = [
    0: "association request", 1: "association response", 2: "reassociation request",
    3: "reassociation response", 4: "probe request", 5: "probe response",
    6: "timing advertisement", 8: "beacon", 9: "ATIM", 10: "disassociation", 11: "authentication",
    12: "deauthentication", 13: "action", 14: "action",
  ]
  static let controlNames: [UInt8: String] = [
    2: "trigger", 4: "beamforming poll", 5: "NDP announcement", 7: "control wrapper",
    8: "block ack request", 9: "block ack", 10: "PS-poll", 11: "RTS", 12: "CTS", 13: "ACK",
    14: "CF-end", 15: "CF-end",
  ]

  /// Bytes of the header of a data frame, by its first two bytes.
  static func headerLength(_ subtype: UInt8, _ flags: UInt8) -> Int {
    let hasFourth = flags & isForDistribution != 0 && flags & isFromDistribution != 0
    let hasQuality = subtype & hasQuality != 0
    return size + (hasFourth ? 6 : 0) + (hasQuality ? 2 : 0)
      + (hasQuality && flags & hasOrder != 0 ? 4 : 0)
  }
}

extension Packet {
  /// Reads a frame of a wireless network.
  ///
  /// - Parameter isPadded: whether the adapter filled the header up to a multiple of four bytes.
  mutating func readWLAN(
    _ frame: Span<UInt8>, _ part: Part, isPadded: Bool = false
  ) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(2, for: .wlan, in: part)
    let (first, flags) = (bytes.uint8(at: 0), bytes.uint8(at: 1))
    let (kind, subtype) = (first >> 2 & 3, first >> 4)
    guard first & 3 == 0 else {
      throw DecodeError(layer: .wlan, offset: part.offset, reason: .badVersion(Int(first & 3)))
    }
    guard kind == 2 else {
      let names = kind == 0 ? WLAN.managementNames : WLAN.controlNames
      let name = kind == 3 ? "extension" : names[subtype] ?? (kind == 0 ? "management" : "control")
      return setName("802.11 " + name, part.dropping(2), captured: frame.count)
    }
    var size = WLAN.headerLength(subtype, flags)
    try bytes.require(size, for: .wlan, in: part)
    let isAggregate =
      subtype & WLAN.hasQuality != 0
      && bytes.uint8(at: size - (flags & WLAN.hasOrder != 0 ? 6 : 2)) & WLAN.isAggregate != 0
    let piece = bytes.uint8(at: WLAN.sequenceField) & 15
    if isPadded { size = (size + 3) & ~3 }
    let rest = part.dropping(size)
    if subtype & WLAN.hasNoData != 0 {
      return setName("802.11 null function", rest, captured: frame.count)
    }
    if flags & WLAN.isProtected != 0 {
      return setName("802.11 data, encrypted", rest, captured: frame.count)
    }
    if piece > 0 { return setName("802.11 fragment", rest, captured: frame.count) }
    guard isAggregate else { return try readLLC(frame, rest) }
    // Of several frames in one, the first is read.
    let subframe = frame.extracting(rest.range(inCaptured: frame.count))
    try subframe.require(WLAN.subframeSize, for: .wlan, in: rest)
    let inner = rest.dropping(WLAN.subframeSize)
    let length = min(inner.length, Int(subframe.uint16(at: WLAN.subframeSize - 2)))
    try readLLC(frame, inner.ending(after: length, limit: .frameLength))
  }

  /// Reads a frame behind a radiotap header (https://www.radiotap.org).
  ///
  ///     +-------------+---------+------------+-------------------------+--------+
  ///     | version (1) | pad (1) | length (2) | what is there (4, more) | fields |
  ///     +-------------+---------+------------+-------------------------+--------+
  ///
  /// Numbers stand with the lower byte first. Of the fields only the flags are read.
  mutating func readRadiotap(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(8, for: .radiotap, in: part)
    guard bytes.uint8(at: 0) == 0 else {
      throw DecodeError(
        layer: .radiotap, offset: part.offset, reason: .badVersion(Int(bytes.uint8(at: 0))))
    }
    let length = Int(bytes.littleUInt16(at: 2))
    guard length >= 8 else {
      throw DecodeError(layer: .radiotap, offset: part.offset, reason: .badLength(length))
    }
    try bytes.require(length, for: .radiotap, in: part)
    let present = bytes.littleUInt32(at: 4)
    var place = 4
    // The highest bit of each word says that another one follows.
    while place + 4 <= length, bytes.littleUInt32(at: place) & 0x8000_0000 != 0 { place += 4 }
    place += 4
    // Bit 0 is a clock of eight bytes, which stand at a multiple of eight; bit 1 the flags.
    if present & 1 != 0 { place = (place + 7) & ~7 + 8 }
    let flags = present & 2 != 0 && place < length ? bytes.uint8(at: place) : 0
    try readWLAN(frame, part.dropping(length), isPadded: flags & 0x20 != 0)
  }

  /// Reads a frame behind the header of the AVS drivers: magic number (4), length (4), and fields.
  mutating func readAVS(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(8, for: .avs, in: part)
    let length = Int(bytes.uint32(at: 4))
    guard length >= 8, length <= 4096 else {
      throw DecodeError(layer: .avs, offset: part.offset, reason: .badLength(length))
    }
    try bytes.require(length, for: .avs, in: part)
    try readWLAN(frame, part.dropping(length))
  }

  /// Reads a frame behind the header of the Prism drivers, 144 bytes, in whose place AVS's may stand.
  mutating func readPrism(_ frame: Span<UInt8>, _ part: Part) throws(DecodeError) {
    let bytes = frame.extracting(part.range(inCaptured: frame.count))
    try bytes.require(4, for: .prism, in: part)
    if bytes.uint32(at: 0) & 0xFFFF_F000 == 0x8021_1000 { return try readAVS(frame, part) }
    try bytes.require(144, for: .prism, in: part)
    try readWLAN(frame, part.dropping(144))
  }
}
