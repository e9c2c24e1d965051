/// The numbers of a made capture file, in either byte order.
public struct MadeBytes: Hashable {
  /// Whether the highest byte of a number comes first.
  public var isBigEndian: Bool
  /// The bytes so far.
  public var bytes: [UInt8] = []

  /// Makes a file without bytes.
  public init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Adds a number.
  public mutating func add<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
    let highestFirst = stride(from: Number.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: number >> Number($0))
    }
    bytes += isBigEndian ? highestFirst : highestFirst.reversed()
  }
}

/// A pcapng file, made block by block.
public struct MadePcapng: Hashable {
  private var made: MadeBytes
  /// The file so far.
  public var bytes: [UInt8] { made.bytes }

  /// Makes a file without blocks.
  public init(isBigEndian: Bool) { made = MadeBytes(isBigEndian: isBigEndian) }

  /// Adds a block; `lastLength` is the length at its end, where it is to lie.
  public mutating func block(_ type: UInt32, _ body: [UInt8], lastLength: UInt32? = nil) {
    let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let length = UInt32(padded.count + 12)
    made.add(type)
    made.add(length)
    made.bytes += padded
    made.add(lastLength ?? length)
  }

  /// Numbers and bytes one after the other, in the file's order.
  private func body(_ build: (inout MadeBytes) -> Void) -> [UInt8] {
    var body = MadeBytes(isBigEndian: made.isBigEndian)
    build(&body)
    return body.bytes
  }

  /// An option, padded.
  public func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    body {
      $0.add(code)
      $0.add(UInt16(value.count))
      $0.bytes += value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }
  }

  /// An option that is a number.
  public func option(_ code: UInt16, _ value: UInt64) -> [UInt8] {
    option(code, body { $0.add(value) })
  }

  /// Adds the header of a section.
  public mutating func section(
    isBigEndian: Bool? = nil, version: (UInt16, UInt16) = (1, 0), mark: UInt32 = 0x1A2B_3C4D,
    options: [UInt8] = []
  ) {
    made.isBigEndian = isBigEndian ?? made.isBigEndian
    block(
      0x0A0D_0D0A,
      body {
        $0.add(mark)
        $0.add(version.0)
        $0.add(version.1)
        $0.add(UInt64.max)
        $0.bytes += options
      })
  }

  /// Adds the description of an interface.
  public mutating func interface(link: UInt16, snaplen: UInt32 = 0, options: [UInt8] = []) {
    block(
      1,
      body {
        $0.add(link)
        $0.add(UInt16(0))
        $0.add(snaplen)
        $0.bytes += options
      })
  }

  /// Adds an enhanced packet block, or the obsolete packet block with a drop count of 3.
  public mutating func packet(
    _ interface: UInt32, time: UInt64, _ bytes: [UInt8], length: UInt32? = nil,
    captured: UInt32? = nil, options: [UInt8] = [], isOld: Bool = false
  ) {
    let padding = [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    block(
      isOld ? 2 : 6,
      body {
        if isOld {
          $0.add(UInt16(interface))
          $0.add(UInt16(3))
        } else {
          $0.add(interface)
        }
        $0.add(UInt32(time >> 32))
        $0.add(UInt32(truncatingIfNeeded: time))
        $0.add(captured ?? UInt32(bytes.count))
        $0.add(length ?? UInt32(bytes.count))
        $0.bytes += bytes + padding + options
      })
  }

  /// Adds a simple packet block.
  public mutating func simple(_ bytes: [UInt8], length: UInt32? = nil) {
    block(
      3,
      body {
        $0.add(length ?? UInt32(bytes.count))
        $0.bytes += bytes
      })
  }
}
