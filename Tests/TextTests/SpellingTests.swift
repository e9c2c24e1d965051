import Testing

@testable import Text

@Suite struct SpellingTests {
  private let commands = [
    "demo", "run", "pair", "attach", "capture", "replay", "draw", "plot", "annotate", "summary",
    "export", "interfaces", "doctor",
  ]

  @Test(arguments: [
    ("relpay", "replay"), ("reply", "replay"), ("rn", "run"), ("drwa", "draw"),
    ("sumary", "summary"),
    ("exprot", "export"), ("Replay", "replay"), ("capure", "capture"), ("interface", "interfaces"),
    ("atach", "attach"), ("docter", "doctor"), ("plott", "plot"), ("annot", "annotate"),
  ])
  func wordsThatAreNear(_ typed: String, _ meant: String) {
    #expect(Spelling.nearest(typed, among: commands) == meant)
  }

  @Test(arguments: ["", "x", "xyz", "capture.pcap", "frobnicate", "tcp", "cap!"])
  func wordsThatAreNot(_ typed: String) {
    #expect(Spelling.nearest(typed, among: commands) == nil)
  }

  /// Of two that are as near none is meant.
  @Test func twoThatAreAsNear() {
    #expect(Spelling.nearest("srd", among: ["src", "srv"]) == nil)
    #expect(Spelling.nearest("srd", among: ["src", "srv", "srd2", "srd"]) == "srd")
  }

  @Test(arguments: [
    ("", "", 0), ("a", "a", 0), ("ab", "ba", 1), ("abc", "acb", 1), ("abcd", "abd", 1),
    ("kitten", "sitting", 3), ("abc", "xyz", 3),
  ])
  func slips(_ one: String, _ other: String, _ count: Int) {
    #expect(Spelling.slips(Array(one), Array(other), atMost: 9) == count)
  }
}
