import Calls
import Explain
import Foundation
import Testing

@Suite struct ErrnoTextTests {
  @Test func errorsHaveNameAndSentence() {
    #expect(ErrnoText.name(of: Errno(111)) == "ECONNREFUSED")
    #expect(ErrnoText.sentence(of: Errno(111)) == "Connection refused")
    #expect(ErrnoText.name(of: Errno(98)) == "EADDRINUSE")
    #expect(ErrnoText.name(of: Errno(4000)) == "errno 4000")
    #expect(ErrnoText.sentence(of: Errno(4000)) == "Unknown error 4000")
  }

  @Test func sentencesAreThoseOfTheCLibrary() {
    for number in Int32(1)...133 where !ErrnoText.name(of: Errno(number)).hasPrefix("errno") {
      let text = String(cString: strerror(number))
      #expect(ErrnoText.sentence(of: Errno(number)) == text, "\(number)")
    }
  }
}
