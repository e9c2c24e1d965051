import Scenario
import Testing
import Timeline

@testable import Render

/// No text over another, over an edge or a bar, and no arrow through a label, in any style.
@Suite struct FigureOverlapTests {
  static let scenarios: [(name: String, scenario: Scenario)] =
    LadderTests.all + [
      ("many-connections", .manyConnections), ("packets", .manyPackets), ("names", .longNames),
      ("listeners", .listeners),
      ("addresses", .longAddresses),
    ]

  static let styles: [(name: String, change: @Sendable (inout FigureStyle) -> Void)] = [
    ("light", { _ in }),
    ("print", { $0.theme = .print }),
    ("narrow", { $0.columns = 80 }),
    ("wide", { $0.columns = 200 }),
    ("a4", { $0.paper = .a4 }),
    ("letter", { $0.paper = .letter }),
    ("C", { $0.ladder.calls = .c }),
    ("raw", { $0.ladder.sequence = .raw }),
    (
      "absolute",
      {
        $0.ladder.time = .absolute
        $0.columns = 80
      }
    ),
    ("delta", { $0.ladder.time = .delta }),
    ("title", { $0.title = String(repeating: "긴 제목 and a long title, ", count: 9) }),
    ("bare", { $0.hasCallouts = false }),
  ]

  @Test(arguments: scenarios.indices, styles.indices)
  func everythingIsReadable(scenario: Int, style: Int) throws {
    let (name, scenario) = FigureOverlapTests.scenarios[scenario]
    let style = FigureOverlapTests.styles[style]
    let picture = try RenderTests.picture(scenario, style.change)
    #expect(picture.overlaps == [], "\(name), \(style.name)")
    let (figure, totals, ending) = try RenderTests.figure(scenario, style.change)
    if figure.style.paper != nil {
      // Printed 16 cm wide no letter is smaller than 7 points.
      let scale = FigureStyle.scale(for: picture.width)
      let least = picture.flat.compactMap { shape in
        if case .text(let label) = shape { label.size * scale } else { nil }
      }.min()
      #expect((least ?? 0) >= 6.999, "\(name), \(style.name)")
    }
    for (index, page) in try figure.pages(.a4, totals, ending).pages.enumerated() {
      #expect(page.overlaps == [], "\(name), \(style.name), page \(index + 1)")
    }
  }

  /// Letters beside arrows and calls, several at one place, in Korean.
  @Test(arguments: styles.indices)
  func notesAreReadable(style: Int) throws {
    let style = FigureOverlapTests.styles[style]
    let notes = [
      "packet 1: 여기에서 세 방향 핸드셰이크가 시작됩니다. 클라이언트가 SYN을 보냅니다.",
      "packet 1: a second one at the same packet",
      "packet 1 seq: a third", "syn-ack: 서버의 커널이 대답합니다", "call c6: connect() 기다림", "call c6: again",
      "call c4: accept()", "call c4: 두 번째", "call c4: the third at one call", "call c1: socket()",
      "call c14: the last", "fin client: 끝", "fin server: " + String(repeating: "가나다", count: 60),
      "packet 10: the last packet",
    ]
    let picture = try RenderTests.picture(.tcpDemo, notes: notes, style.change)
    #expect(picture.overlaps == [], "\(style.name)")
    #expect(picture.things.count { $0.kind == "note" } >= notes.count)
  }

  @Test(arguments: PlotKind.allCases, [nil, FigureStyle.Paper.a4])
  func plotsAreReadable(kind: PlotKind, paper: FigureStyle.Paper?) throws {
    for scenario in [Scenario.tcpDemo, .retransmission, .busy, .ipv6, .manyPackets] {
      for side in [Side.client, .server] {
        let picture: Picture
        do throws(FigureError) {
          var style = FigureStyle()
          style.paper = paper
          var plot = Plot(
            Heading(source: "lo", hasCalls: true), kind: kind, side: side, style: style,
            facts: FigureFacts(tool: "sockline 0.1.0", file: "a.pcapng"))
          plot.append(scenario.rows)
          picture = try plot.picture()
        } catch {
          #expect(error == .nothingToPlot)
          continue
        }
        #expect(picture.overlaps == [], "\(kind)")
      }
    }
  }

  /// The check sees what it is there for.
  @Test func theCheckFindsFaults() {
    func label(_ x: Double, _ y: Double) -> Shape {
      .text(Label([Run("text", .text)], at: Point(x, y), size: 12))
    }
    func faults(_ shapes: [Shape]) -> Int {
      Picture(width: 200, height: 100, title: "", description: "", shapes: shapes).overlaps.count
    }
    let stroke = Stroke(.text, 1)
    let line = Shape.line(Point(0, 50), Point(200, 50), stroke)
    #expect(faults([label(10, 50), label(60, 50)]) == 0)
    #expect(faults([label(10, 50), label(20, 55)]) == 1)
    #expect(faults([label(190, 50)]) == 1)
    #expect(faults([label(10, 5)]) == 1)
    #expect(faults([.arrow(from: Point(0, 47), to: Point(100, 47), stroke), label(10, 50)]) == 1)
    #expect(faults([label(10, 54), line]) == 1)
    #expect(faults([line, .rectangle(Box(0, 40, 90, 20), fill: .paper), label(10, 54)]) == 0)
    #expect(faults([.rectangle(Box(15, 30, 5, 40), fill: .client), label(10, 50)]) == 1)
    #expect(faults([.rectangle(Box(0, 30, 60, 40), fill: .client), label(10, 50)]) == 0)
    #expect(faults([label(10, 50), .rectangle(Box(0, 30, 60, 40), fill: .client)]) == 1)
  }
}
