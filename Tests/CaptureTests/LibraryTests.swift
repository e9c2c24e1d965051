import Testing

@testable import Capture

@Suite struct LibraryTests {
  @Test func theLibraryNamesItself() {
    #expect(CaptureLibrary.version.hasPrefix("libpcap version "))
  }

  @Test func aMessageEndsAtTheFirstZeroByte() {
    var buffer = ErrorBuffer()
    #expect(buffer.message.isEmpty)
    buffer.filled { room in
      for (index, byte) in "no room\0left".utf8.enumerated() {
        room[index] = CChar(bitPattern: byte)
      }
    }
    #expect(buffer.message == "no room")
  }
}
