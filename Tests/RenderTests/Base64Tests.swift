import Foundation
import Testing

@testable import Render

@Suite struct Base64Tests {
  /// The test vectors of RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func vectorsOfTheStandard(bytes: String, text: String) {
    #expect(Base64.text(Array(bytes.utf8)) == text)
  }

  @Test func allBytesReadBack() {
    for length in [255, 256, 257, 1000] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) }
      #expect(Data(base64Encoded: Base64.text(bytes)).map(Array.init) == bytes)
    }
  }
}
