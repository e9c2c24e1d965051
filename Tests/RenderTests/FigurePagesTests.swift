import Scenario
import Testing
import Timeline

@testable import Render

@Suite struct FigurePagesTests {
  /// Every packet and call stands on exactly one page, in the order of the picture.
  @Test(arguments: FigureOverlapTests.scenarios.indices, FigureStyle.Paper.allCases)
  func nothingIsLostOrTwice(index: Int, paper: FigureStyle.Paper) throws {
    let (name, scenario) = FigureOverlapTests.scenarios[index]
    let (figure, totals, ending) = try RenderTests.figure(scenario) { $0.paper = paper }
    let whole = try figure.picture(totals, ending)
    let (pages, scale) = try figure.pages(paper, totals, ending)
    func names(_ picture: Picture) -> [String] {
      picture.things.filter { ["packet", "call", "note"].contains($0.kind) }.map(\.id)
    }
    #expect(pages.flatMap(names) == names(whole), "\(name)")
    #expect(Set(pages.map(\.width)).count == 1)
    #expect(Set(pages.map(\.height)).count == 1)
    let room = paper.points.height - 2 * FigureStyle.paperMargin
    for page in pages { #expect(page.height * scale <= room + 0.01) }
    // Times: as many as the whole picture has, since none may fall between two pages.
    let times = whole.texts.filter { $0.contains(".") && Double($0) != nil }
    #expect(pages.flatMap(\.texts).filter { $0.contains(".") && Double($0) != nil } == times)
  }

  @Test func longPicturesHaveSeveralNumberedPages() throws {
    let (figure, totals, ending) = try RenderTests.figure(.manyPackets) { $0.paper = .a4 }
    let (pages, _) = try figure.pages(.a4, totals, ending)
    #expect(pages.count > 3)
    for (index, page) in pages.enumerated() {
      #expect(page.texts.contains("\(index + 1) / \(pages.count)"))
      let heads = page.texts.filter { $0 == "127.0.0.1:3490" }.count
      let rows = page.things.filter { $0.kind == "packet" }.count
      #expect(heads == (rows == 0 ? 0 : 1), "page \(index + 1)")
    }
    let (single, one, end) = try RenderTests.figure(.refused) { $0.paper = .a4 }
    let page = try single.pages(.a4, one, end).pages
    #expect(page.count == 1)
    #expect(!page[0].texts.contains("1 / 1"))
  }

  /// What does not fit below the title begins there all the same: no page holds a title alone.
  @Test(arguments: [20, 35, 45, 60, 120])
  func theFirstPageHoldsRows(count: Int) throws {
    let pair = Pair()
    pair.connect(at: 100)
    for index in 0..<count {
      pair.stream.client(300 + 10 * index, [.psh, .ack], length: 13)
    }
    let (figure, totals, ending) = try RenderTests.figure(pair.script.scenario) { $0.paper = .a4 }
    let (pages, _) = try figure.pages(.a4, totals, ending)
    #expect(pages[0].things.count { $0.kind == "packet" } > min(count, 15))
  }

  /// Nothing that is drawn touches the edge of the picture.
  @Test(arguments: FigureStyle.Paper.allCases)
  func aMarginIsLeftAround(paper: FigureStyle.Paper) throws {
    let picture = try picture(.tcpDemo) { $0.paper = paper }
    for shape in picture.flat {
      guard case .text(let label) = shape, !label.isUpright else { continue }
      #expect(label.at.x >= 10 && label.at.x <= picture.width - 10)
      #expect(label.at.y >= 10 && label.at.y <= picture.height - 8)
    }
    #expect(FigureStyle.scale(for: picture.width) * 12 >= FigureStyle.leastPoints - 0.01)
  }

  /// A call that runs over a page's end has its bar on both pages.
  @Test func barsGoOnOverPages() throws {
    let pair = Pair()
    pair.connect(at: 100)
    let answer = pair.client.thread(4122).read(200, pair.socket)
    for index in 0..<200 {
      pair.stream.client(300 + 10 * index, [.psh, .ack], length: 13)
      pair.stream.server(305 + 10 * index, .ack)
    }
    answer.returns(9_000, 0)
    let (figure, totals, ending) = try RenderTests.figure(pair.script.scenario) { $0.paper = .a4 }
    let (pages, _) = try figure.pages(.a4, totals, ending)
    #expect(pages.count > 3)
    let bars = pages.map { page in
      page.flat.count { shape in
        if case .rectangle(let box, _, .client?, nil) = shape { box.height > 100 } else { false }
      }
    }
    #expect(bars.dropLast().allSatisfy { $0 >= 1 }, "\(bars)")
  }
}
