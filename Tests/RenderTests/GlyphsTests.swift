import Testing

@testable import Render

@Suite struct GlyphsTests {
  private static let bars: [Lane.Bar] = [
    .none, .inside(several: false), .inside(several: true), .begins(several: false),
    .begins(several: true), .returns(several: false), .returns(several: true),
    .sends(several: false), .sends(several: true), .sendsOutside,
  ]
  private static let ends: [Lane.EndLine] = [
    .none, .runs, .crossed, .starts, .startsNowhere, .crossedNowhere,
  ]

  private func all(_ glyphs: Glyphs) -> [Character] {
    [true, false].flatMap { isClient in
      GlyphsTests.bars.map { glyphs.bar($0, isClient) }
        + GlyphsTests.ends.map { glyphs.end($0, isClient) }
        + [glyphs.shaft(isClient), glyphs.head(toRight: isClient), glyphs.rule]
    }
  }

  @Test func asciiIsASCII() {
    #expect(all(Glyphs(isASCII: true)).allSatisfy { $0.isASCII })
  }

  @Test func arrowsOfCallsAndOfTheKernelDiffer() {
    for glyphs in [Glyphs(isASCII: true), Glyphs(isASCII: false)] {
      #expect(glyphs.shaft(true) != glyphs.shaft(false))
      #expect(glyphs.end(.crossed, true) != glyphs.end(.starts, true))
      #expect(
        glyphs.bar(.inside(several: true), true) != glyphs.bar(.inside(several: false), true))
    }
  }

  @Test func lanesAreMirrors() {
    let glyphs = Glyphs(isASCII: false)
    #expect(glyphs.bar(.begins(several: false), true) == "┓")
    #expect(glyphs.bar(.begins(several: false), false) == "┏")
    #expect(glyphs.bar(.returns(several: false), true) == "┛")
    #expect(glyphs.bar(.returns(several: false), false) == "┗")
    #expect(glyphs.bar(.sends(several: false), true) == "┣")
    #expect(glyphs.bar(.sends(several: false), false) == "┫")
    #expect(glyphs.end(.starts, true) == "├")
    #expect(glyphs.end(.starts, false) == "┤")
  }
}
