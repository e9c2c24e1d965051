/// The numbers of a made capture file, in either byte order.
struct MadeBytes: Hashable {
  var isBigEndian: Bool
  var bytes: [UInt8] = []

  mutating func add<Number: FixedWidthInteger & UnsignedInteger>(_ number: Number) {
    let highestFirst = stride(from: Number.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: number >> Number($0))
    }
    bytes += isBigEndian ? highestFirst : highestFirst.reversed()
  }
}

/// A pcap file: micro- or nanoseconds by its magic number.
struct MadePcap: Hashable {
  static let micro: UInt32 = 0xA1B2_C3D4
  static let nano: UInt32 = 0xA1B2_3C4D
  static let modified: UInt32 = 0xA1B2_CD34

  private var made: MadeBytes
  private let magic: UInt32
  var bytes: [UInt8] { made.bytes }

  init(
    magic: UInt32, isBigEndian: Bool, link: UInt32 = 1, snaplen: UInt32 = 262_144,
    version: (UInt16, UInt16) = (2, 4)
  ) {
    self.magic = magic
    made = MadeBytes(isBigEndian: isBigEndian)
    made.add(magic)
    made.add(version.0)
    made.add(version.1)
    made.add(UInt64(0))
    made.add(snaplen)
    made.add(link)
  }

  mutating func packet(
    _ seconds: UInt32, _ fraction: UInt32, _ bytes: [UInt8], length: UInt32? = nil,
    captured: UInt32? = nil
  ) {
    made.add(seconds)
    made.add(fraction)
    made.add(captured ?? UInt32(bytes.count))
    made.add(length ?? UInt32(bytes.count))
    // Interface, protocol, packet type and padding of the modified format.
    if magic == MadePcap.modified { made.add(UInt64(0x0102_0304_0506_0708)) }
    made.bytes += bytes
  }
}

/// A pcapng file.
struct MadePcapng: Hashable {
  private var made: MadeBytes
  var bytes: [UInt8] { made.bytes }

  init(isBigEndian: Bool) { made = MadeBytes(isBigEndian: isBigEndian) }

  /// Adds a block; `lastLength` is the length at its end, where it is to lie.
  mutating func block(_ type: UInt32, _ body: [UInt8], lastLength: UInt32? = nil) {
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
  func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    body {
      $0.add(code)
      $0.add(UInt16(value.count))
      $0.bytes += value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }
  }

  func option(_ code: UInt16, _ value: UInt64) -> [UInt8] { option(code, body { $0.add(value) }) }

  mutating func section(
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

  mutating func interface(link: UInt16, snaplen: UInt32 = 0, options: [UInt8] = []) {
    block(
      1,
      body {
        $0.add(link)
        $0.add(UInt16(0))
        $0.add(snaplen)
        $0.bytes += options
      })
  }

  /// An enhanced packet block, or the obsolete packet block with a drop count of 3.
  mutating func packet(
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

  mutating func simple(_ bytes: [UInt8], length: UInt32? = nil) {
    block(
      3,
      body {
        $0.add(length ?? UInt32(bytes.count))
        $0.bytes += bytes
      })
  }
}

/// A file of each kind, with packets of several lengths.
let specimenFiles: [(name: String, bytes: [UInt8])] = {
  var files: [(String, [UInt8])] = []
  for magic in [MadePcap.micro, MadePcap.nano, MadePcap.modified] {
    for isBigEndian in [true, false] {
      var file = MadePcap(magic: magic, isBigEndian: isBigEndian, snaplen: 96)
      for count in [0, 1, 14, 61] {
        file.packet(1_700_000_000, UInt32(count), [UInt8](repeating: 7, count: count), length: 90)
      }
      files.append(("pcap \(String(magic, radix: 16)) \(isBigEndian)", file.bytes))
    }
  }
  for isBigEndian in [true, false] {
    var file = MadePcapng(isBigEndian: isBigEndian)
    file.section(options: file.option(1, Array("a section".utf8)))
    file.interface(
      link: 1, snaplen: 96, options: file.option(2, Array("lo".utf8)) + file.option(9, [9]))
    file.packet(
      0, time: 5, [1, 2, 3], length: 9, options: file.option(1, Array("a packet".utf8)))
    file.block(0x0BAD, [1, 2, 3, 4])
    file.section(isBigEndian: !isBigEndian)
    file.interface(link: 101)
    file.interface(link: 276, snaplen: 4)
    file.packet(1, time: 6_000_000, [1, 2, 3, 4], isOld: true)
    file.simple([1, 2, 3, 4, 5])
    file.packet(0, time: 7_000_000, [])
    files.append(("pcapng \(isBigEndian)", file.bytes))
  }
  return files
}()
