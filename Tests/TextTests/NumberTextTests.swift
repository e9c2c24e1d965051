import Testing
import Text

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (65_495, "65,495"),
    (1_234_567, "1,234,567"), (-1, "-1"), (-100, "-100"), (-1_000, "-1,000"),
    (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func count(value: Int, text: String) {
    #expect(NumberText.count(value) == text)
  }

  @Test func countWithANoun() {
    #expect(NumberText.count(1, "byte") == "1 byte")
    #expect(NumberText.count(0, "byte") == "0 bytes")
    #expect(NumberText.count(1_448, "byte") == "1,448 bytes")
    #expect(NumberText.count(2, "reply", plural: "replies") == "2 replies")
    #expect(NumberText.count(1, "reply", plural: "replies") == "1 reply")
  }

  @Test(arguments: [
    (0, "0 bytes"), (1, "1 byte"), (1_023, "1,023 bytes"), (1_024, "1 KiB"), (1_536, "1.5 KiB"),
    (2_047, "1.9 KiB"), (64 << 20, "64 MiB"), (1_048_575, "1,023.9 KiB"), (3 << 30, "3 GiB"),
    (-1_536, "-1.5 KiB"), (Int.max, "7.9 EiB"), (Int.min, "-8 EiB"),
  ])
  func size(bytes: Int, text: String) {
    #expect(NumberText.size(bytes) == text)
  }
}
