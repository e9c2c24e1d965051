import CaptureFile
import Testing

@Suite struct CaptureFileErrorTests {
  @Test(
    arguments: [
      (CaptureFileError(.empty), "x.pcap is empty: it has no capture."),
      (
        CaptureFileError(.text),
        "x.pcap is a text file, not a capture: pcap and pcapng files can be read."
      ),
      (
        CaptureFileError(.compressed(.zstd)),
        "x.pcap is compressed with zstd: decompress it with zstdcat first."
      ),
      (
        CaptureFileError(.unknownMagic([0x7F, 0x45, 0x4C, 0x06])),
        "x.pcap is not a readable capture: it begins with 7f 45 4c 06, unlike pcap or pcapng; editcap -F pcapng converts other formats."
      ),
      (
        CaptureFileError(.unknownVersion(major: 2, minor: 9)),
        "x.pcap has version 2.9 of its format, which is not known, at byte 0, before the first packet."
      ),
      (
        CaptureFileError(.cut(need: 90, have: 16), offset: 1234, packet: 9),
        "x.pcap is truncated: 90 bytes are needed, 16 are there, at byte 1234, after packet 9."
      ),
      (
        CaptureFileError(.badLength(5), offset: 24),
        "x.pcap is damaged: a length of 5 bytes is impossible, at byte 24, before the first packet."
      ),
      (
        CaptureFileError(.lengthsDiffer(16, 20), offset: 28, packet: 1),
        "x.pcap is damaged: a block gives its length as 16 bytes, and at its end as 20, at byte 28, after packet 1."
      ),
      (
        CaptureFileError(.badByteOrder(0x1A2B), offset: 0),
        "x.pcap is damaged: 0x1a2b is not a byte-order mark, at byte 0, before the first packet."
      ),
      (
        CaptureFileError(.unknownInterface(3), offset: 28, packet: 1),
        "x.pcap is damaged: a packet of interface 3, which is not described, at byte 28, after packet 1."
      ),
    ] as [(CaptureFileError, String)])
  func sentences(error: CaptureFileError, sentence: String) {
    #expect(error.sentence(file: "x.pcap") == sentence)
  }
}
