import Calls
import Testing
import Timeline

@testable import Recording

@Suite struct RecordingCommentsTests {
  private static let keepAlive = "timer: keep-alive\nsockline cause=timer reason=keep-alive"
  private static let probe = "timer: probe\nsockline cause=timer reason=zero-window-probe"
  private static let words = "call 4: write(3) by client[200]; data"

  private func sent(_ call: Int) -> Cause {
    var cause = Cause(.call, .data)
    cause.calls = [CallID(call)]
    return cause
  }

  /// Comments of a user's before, after and around, some of which read as words of format 1.
  @Test(arguments: [
    [], ["mine"], ["call 4: write(3) by client[200]; data"], ["two\nlines", "sockline cause=mine"],
    ["", "untraced: packet of other programs"],
  ])
  func commentsOfOthersDoNotDisturb(others: [String]) {
    for comments in [
      others + [Self.keepAlive], [Self.keepAlive] + others, others + [Self.keepAlive] + others,
    ] {
      for format in [2, nil] as [Int?] {
        let read = RecordingComments(comments, format: format)
        #expect(read.cause == Cause(.timer, .keepAlive))
        #expect(read.others == comments.filter { $0 != Self.keepAlive })
      }
    }
  }

  @Test func theLastLineOfFieldsCounts() {
    let comments = [Self.keepAlive, "mine", Self.probe, "mine too"]
    let read = RecordingComments(comments, format: 2)
    #expect(read.cause == Cause(.timer, .zeroWindowProbe))
    #expect(read.others == ["mine", "mine too"])
    let none = RecordingComments(
      [Self.keepAlive, RecordingComment.text(nil, call: nil)], format: 2)
    #expect(none.cause == nil)
    #expect(none.others == [])
  }

  /// In format 2 words are words, whatever they say.
  @Test func wordsAreNotRead() {
    let read = RecordingComments([Self.words, "untraced: packet of other programs"], format: 2)
    #expect(read.cause == nil)
    #expect(read.others == [Self.words, "untraced: packet of other programs"])
  }

  /// In format 1 fields are words of somebody's.
  @Test func formatOneIsReadByItsWords() {
    let read = RecordingComments([Self.words, Self.probe, "mine"], format: 1)
    #expect(read.cause == sent(4))
    #expect(read.others == [Self.probe, "mine"])
    let other = RecordingComments(["untraced: packet of other programs"], format: 1)
    #expect(other.cause == nil && other.others == [])
  }

  /// Of a file that was cut down to packets no entry tells the format.
  @Test func withoutAnEntryFieldsTellTheFormat() {
    #expect(RecordingComments([Self.words], format: nil).cause == sent(4))
    #expect(RecordingComments([Self.words], format: nil).others == [])
    let read = RecordingComments([Self.keepAlive, Self.words], format: nil)
    #expect(read.cause == Cause(.timer, .keepAlive))
    #expect(read.others == [Self.words])
    let passed = RecordingComments(
      [RecordingComment.text(nil, call: nil), Self.words], format: nil)
    #expect(passed.cause == nil)
    #expect(passed.others == [Self.words])
  }

  @Test func aPacketThatWasPassedOver() {
    #expect(
      RecordingComment.text(nil, call: nil) == """
        untraced: packet of other programs
        sockline cause=untraced reason=passed-over
        """)
  }

  /// An option holds 65,535 bytes: the words give way first.
  @Test(arguments: [(4_000, true, true), (8_000, false, true), (12_000, false, false)])
  func commentsFitTheirOption(calls: Int, hasWords: Bool, hasFields: Bool) {
    var cause = Cause(.call, .data)
    cause.calls = (0..<calls).map { CallID(100_000 + 2 * $0) }
    let comment = RecordingComment.text(cause, call: nil)
    #expect(comment.utf8.count <= 65_535)
    let lines = comment.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("call 100000,100002,"))
    #expect(lines[0].hasSuffix("...") != hasWords)
    let read = RecordingComments([comment], format: 2)
    #expect(read.cause == (hasFields ? cause : nil))
    #expect(read.others == [])
  }
}
