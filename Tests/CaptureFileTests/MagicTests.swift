import Testing

@testable import CaptureFile

@Suite struct MagicTests {
  private func magic(_ bytes: [UInt8]) -> Magic? {
    var queue = ByteQueue()
    queue.append(bytes)
    return Magic(queue)
  }

  @Test func theKnownNumbers() {
    #expect(magic([0x0A, 0x0D, 0x0D, 0x0A]) == .pcapng)
    #expect(
      magic([0xA1, 0xB2, 0xC3, 0xD4])
        == .pcap(isBigEndian: true, .microseconds, recordHeaderSize: 16))
    #expect(
      magic([0xD4, 0xC3, 0xB2, 0xA1])
        == .pcap(isBigEndian: false, .microseconds, recordHeaderSize: 16))
    #expect(
      magic([0x4D, 0x3C, 0xB2, 0xA1])
        == .pcap(isBigEndian: false, .nanoseconds, recordHeaderSize: 16))
    #expect(
      magic([0xA1, 0xB2, 0xCD, 0x34])
        == .pcap(isBigEndian: true, .microseconds, recordHeaderSize: 24))
    #expect(magic([1, 2, 3, 4]) == nil)
  }

  @Test(
    arguments: [
      ([0x1F, 0x8B, 8, 0], CaptureFileError.Reason.compressed(.gzip)),
      ([0x42, 0x5A, 0x68, 0x39], .compressed(.bzip2)),
      ([0xFD, 0x37, 0x7A, 0x58], .compressed(.xz)),
      ([0x28, 0xB5, 0x2F, 0xFD], .compressed(.zstd)), (Array("GET / HTTP/1.1\r\n".utf8), .text),
      (Array("안녕하세요".utf8), .text),
      ([0x7F, 0x45, 0x4C, 0x46], .unknownMagic([0x7F, 0x45, 0x4C, 0x46])),
      (Array("text".utf8) + [0], .unknownMagic(Array("text".utf8))),
      ([0x1F, 0x8B], .compressed(.gzip)), ([0xA1, 0xB2], .text),
      ([0xA1, 0x00], .cut(need: 24, have: 2)),
      (Array("hi".utf8), .text), ([], .empty),
    ] as [([UInt8], CaptureFileError.Reason)])
  func otherFiles(bytes: [UInt8], reason: CaptureFileError.Reason) {
    for size in [1, 2, 3, 4, 5, Int.max] {
      #expect(Reading(bytes, pieceSize: size).error == CaptureFileError(reason))
    }
    // The same with much behind it, but for what is too short to tell.
    guard bytes.count >= 4 else { return }
    let long = bytes + [UInt8](repeating: bytes.last == 0 ? 0 : 0x61, count: 2_000)
    for size in [1, 100, 512, Int.max] {
      #expect(Reading(long, pieceSize: size).error == CaptureFileError(reason))
    }
  }
}
