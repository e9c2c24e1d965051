import Gzip
import Testing

@Suite struct GzipErrorTests {
  @Test(arguments: [
    (GzipError.Reason.cut, "is truncated: its gzip data is incomplete"),
    (.damaged("incorrect data check"), "is damaged: gzip's incorrect data check"),
    (.trailing, "is damaged: something else follows its gzip data"),
  ])
  func bothPlacesAreNamed(_ reason: GzipError.Reason, _ words: String) {
    let error = GzipError(reason, packedOffset: 610, offset: 2048)
    #expect("\(error)" == "\(words), at byte 610, after 2048 bytes unpacked")
  }

  @Test func oneByteIsOne() {
    #expect("\(GzipError(.cut, packedOffset: 30, offset: 1))".hasSuffix("after 1 byte unpacked"))
  }
}
