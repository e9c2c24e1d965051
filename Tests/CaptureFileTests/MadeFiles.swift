import Frames

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
