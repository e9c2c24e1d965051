import Testing
import Timeline

@testable import Render

@Suite struct MarkTests {
  @Test func placesAndWhatIsThere() throws {
    let mark = try Mark("120,84.5=packet 1", hasRecording: true)
    #expect(mark.place == .pixel(120, 84.5))
    #expect(mark.anchor?.anchor == .packet(1))
    #expect(mark.text == "")
    let own = try Mark("120,84=packet 1: here = it begins", hasRecording: true)
    #expect(own.text == "here = it begins")
    #expect(own.anchor?.text == "here = it begins")
    let row = try Mark("3=fin client", hasRecording: true)
    #expect(row.place == .row(3))
    let alone = try Mark("1,2=: only a text", hasRecording: true)
    #expect(alone.anchor == nil)
    #expect(alone.text == "only a text")
    #expect(try Mark("1,2=packet 1", hasRecording: false).text == "packet 1")
    #expect(try Mark(" 1 , 2 = x", hasRecording: false).place == .pixel(1, 2))
  }

  @Test(arguments: [
    "", "=packet 1", "a,b=packet 1", "0=packet 1", "-1=syn", "1,2,3=x", "1,nan=x", "1,inf=x", "12",
  ])
  func aPlaceIsNeeded(words: String) {
    #expect(throws: MarkError.noPlace(words)) { try Mark(words, hasRecording: true) }
  }

  @Test func anAnchorOrATextIsNeeded() {
    #expect(throws: MarkError.noAnchor("nonsense")) {
      try Mark("1,2=nonsense", hasRecording: true)
    }
    #expect(throws: MarkError.noText("1,2=: ")) { try Mark("1,2=: ", hasRecording: true) }
    #expect(throws: MarkError.noText("1,2=")) { try Mark("1,2=", hasRecording: false) }
  }
}
