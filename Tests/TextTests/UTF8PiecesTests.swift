import Testing

@testable import Text

@Suite struct UTF8PiecesTests {
  @Test func everyScalarIsOnePiece() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let pieces = UTF8Piece.pieces(of: Array(String(scalar).utf8))
      if pieces != [.scalar(scalar)] { Issue.record("\(value): \(pieces)") }
    }
  }

  /// Valid bytes of the Swift library are valid here, and the others are not.
  @Test func twoAndThreeBytesByChance() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var state = seed
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Bytes from 0x80 on and some below, so that long forms are common.
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: state >> (UInt64($0) * 8 + 16)) | 0x80 }
      let pieces = UTF8Piece.pieces(of: bytes + [0x41])
      let isValid = !pieces.contains { if case .invalid = $0 { true } else { false } }
      #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil), "seed \(seed)")
      let length = pieces.reduce(0) { count, piece in
        if case .scalar(let scalar) = piece { count + String(scalar).utf8.count } else { count + 1 }
      }
      #expect(length == 5, "seed \(seed)")
      #expect(pieces.last == .scalar("A"), "seed \(seed)")
    }
  }

  @Test func aCharacterCutAtTheEndIsFound() {
    for text in ["é", "안", "😀"] {
      let bytes = Array(text.utf8)
      for kept in 1..<bytes.count {
        let pieces = UTF8Piece.pieces(of: [0x61] + bytes.prefix(kept))
        #expect(UTF8Piece.withoutCutEnd(pieces) == [.scalar("a")], "\(text), \(kept)")
      }
    }
  }

  @Test(
    arguments: [
      [0x61], [], [0x80], [0x61, 0x80, 0x80], [0xFF], [0xC0], [0xC3, 0x80, 0x80],
      [0x80, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func otherBytesStay(bytes: [UInt8]) {
    let pieces = UTF8Piece.pieces(of: bytes)
    #expect(Array(UTF8Piece.withoutCutEnd(pieces)) == pieces)
  }
}
