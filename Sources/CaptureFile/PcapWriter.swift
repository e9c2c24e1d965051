public import Wire

/// Writes packets as a pcap file with times in nanoseconds, in this machine's byte order.
public struct PcapWriter: Hashable, Sendable {
  /// The type of header that the packets begin with.
  public var link: LinkType
  /// The most bytes of a packet that are kept; 0 means no limit.
  public var snaplen: Int

  /// Makes a writer.
  public init(link: LinkType, snaplen: Int) {
    self.link = link
    self.snaplen = snaplen
  }

  /// The bytes that the file begins with.
  public func header() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(PcapLayout.headerSize)
    append(Magic.nanoseconds, to: &bytes)
    append(UInt16(2), to: &bytes)
    append(UInt16(4), to: &bytes)
    append(UInt32(0), to: &bytes)
    append(UInt32(0), to: &bytes)
    append(UInt32(clamping: snaplen > 0 ? snaplen : PcapLayout.longestPacket(link)), to: &bytes)
    let number = link.isRaw ? LinkType.raw.rawValue : link.rawValue
    append(UInt32(bitPattern: number), to: &bytes)
    return bytes
  }

  /// The bytes of one packet.
  ///
  /// - Parameters:
  ///   - timeNanoseconds: when it was captured, since the epoch; a time before it, or after 2106,
  ///     which the format cannot represent, becomes the nearest one that it can.
  ///   - frameLength: bytes on the wire.
  ///   - bytes: what was captured; what exceeds `snaplen` is not written.
  public func record(
    timeNanoseconds: Int64, frameLength: Int, bytes: Span<UInt8>
  ) -> [UInt8] {
    let kept = snaplen > 0 ? min(bytes.count, snaplen) : bytes.count
    var record: [UInt8] = []
    record.reserveCapacity(16 + kept)
    let time = min(max(0, timeNanoseconds), Int64(UInt32.max) * 1_000_000_000 + 999_999_999)
    append(UInt32(time / 1_000_000_000), to: &record)
    append(UInt32(time % 1_000_000_000), to: &record)
    append(UInt32(clamping: kept), to: &record)
    append(UInt32(clamping: max(frameLength, bytes.count)), to: &record)
    for index in 0..<kept { record.append(bytes[index]) }
    return record
  }

  /// The bytes of one packet from an array.
  public func record(timeNanoseconds: Int64, frameLength: Int, bytes: [UInt8]) -> [UInt8] {
    record(timeNanoseconds: timeNanoseconds, frameLength: frameLength, bytes: bytes.span)
  }

  /// Adds a number in this machine's byte order.
  private func append<Number: FixedWidthInteger & UnsignedInteger>(
    _ number: Number, to bytes: inout [UInt8]
  ) {
    let highestFirst = number.bigEndian == number
    for index in 0..<(Number.bitWidth / 8) {
      let shift = 8 * (highestFirst ? Number.bitWidth / 8 - 1 - index : index)
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
