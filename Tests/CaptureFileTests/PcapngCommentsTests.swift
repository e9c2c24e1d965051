import CaptureFile
import Process
import Testing

@Suite struct PcapngCommentsTests {
  /// The bytes of a recording.
  private let recording: [UInt8]

  init() throws { recording = try contents(of: SavedCapture.folder + "demo-tcp.pcapng") }

  /// A section header and interface of the byte order asked for, and packets of four bytes.
  private static func file(isBigEndian: Bool, packets: Int, options: [UInt8] = []) -> [UInt8] {
    func number(_ value: UInt64, _ count: Int) -> [UInt8] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
      return isBigEndian ? bytes.reversed() : bytes
    }
    func block(_ type: UInt64, _ body: [UInt8]) -> [UInt8] {
      let length = number(UInt64(body.count + 12), 4)
      return number(type, 4) + length + body + length
    }
    let section =
      number(0x1A2B_3C4D, 4) + number(1, 2) + number(0, 2) + [UInt8](repeating: 0xFF, count: 8)
    var bytes = block(0x0A0D_0D0A, section) + block(1, number(101, 2) + number(0, 2) + number(0, 4))
    for packet in 0..<packets {
      let head = number(0, 4) + number(0, 4) + number(UInt64(packet), 4) + number(3, 4)
      bytes += block(6, head + number(3, 4) + [1, 2, 3, 0] + options)
    }
    return bytes
  }

  private static func copy(
    _ bytes: [UInt8], _ comments: [Int: [String]], isRecording: Bool, by piece: Int = 7
  ) -> (bytes: [UInt8], left: [Int: [String]]) {
    var copier = PcapngComments(comments, isRecording: isRecording)
    var copy: [UInt8] = []
    var start = 0
    while start < bytes.count {
      copy += copier.copy(Array(bytes[start..<min(start + piece, bytes.count)]))
      start += piece
    }
    return (copy + copier.finish(), copier.left)
  }

  private static func comments(_ bytes: [UInt8]) throws -> [[String]] {
    var reader = CaptureReader()
    reader.append(bytes)
    var comments: [[String]] = []
    while let record = try reader.next() { comments.append(record.comments) }
    try reader.finish()
    return comments
  }

  @Test(arguments: [1, 7, 4096]) func withoutCommentsTheBytesStay(piece: Int) {
    let copy = Self.copy(recording, [:], isRecording: true, by: piece)
    #expect(copy.bytes == recording)
  }

  @Test func whatEndsInABlockIsCopiedAsItIs() {
    let cut = Array(recording.dropLast(9))
    #expect(Self.copy(cut, [:], isRecording: true).bytes == cut)
  }

  /// The cause stands in the last comment, and stays there.
  @Test func commentsStandBeforeTheCause() throws {
    let before = try Self.comments(recording)
    let (bytes, left) = Self.copy(
      recording, [3: ["one", "둘"], 1: ["call 9: no cause"]], isRecording: true)
    let after = try Self.comments(bytes)
    #expect(left == [:])
    #expect(after[2] == ["one", "둘"] + before[2])
    #expect(after[0] == ["call 9: no cause"] + before[0])
    #expect(after[1] == before[1] && after[3...] == before[3...])
  }

  @Test(arguments: [false, true]) func eitherByteOrder(isBigEndian: Bool) throws {
    let file = Self.file(isBigEndian: isBigEndian, packets: 3)
    let (bytes, left) = Self.copy(file, [2: ["second"], 4: ["none"]], isRecording: false)
    #expect(try Self.comments(bytes) == [[], ["second"], []])
    #expect(left == [4: ["none"]])
  }

  /// A section that says its length would be wrong by what is added.
  @Test func theLengthOfASectionIsNotClaimed() {
    var file = Self.file(isBigEndian: false, packets: 1)
    file.replaceSubrange(16..<24, with: [64, 0, 0, 0, 0, 0, 0, 0])
    let (bytes, _) = Self.copy(file, [1: ["x"]], isRecording: false)
    #expect(Array(bytes[16..<24]) == [UInt8](repeating: 0xFF, count: 8))
  }

  /// Whatever the bytes are, the copy has at least as many, and nothing crashes.
  @Test func survivesDamage() {
    for place in stride(from: 0, to: recording.count, by: 11) {
      var bytes = recording
      bytes[place] ^= 0xFF
      let copy = Self.copy(bytes, [1: ["x"], 5: ["y"]], isRecording: true, by: 999)
      #expect(copy.bytes.count >= bytes.count)
    }
  }
}
