import Scenario
import Testing
import Timeline

@testable import Render

@Suite struct PlotTests {
  /// 20 segments of 1,000 bytes, 10 ms apart from 1 ms on, each acknowledged after 1 ms.
  private var transfer: Scenario {
    let pair = Pair()
    pair.connect(at: 100)
    let write = pair.client.write(900, pair.socket, String(repeating: "x", count: 20_000))
    for index in 0..<20 {
      pair.stream.client(1_000 + index * 10_000, [.psh, .ack], length: 1_000)
      pair.stream.server(2_000 + index * 10_000, .ack)
    }
    write.returns(300_000, 20_000)
    return pair.script.scenario
  }

  private func part(_ from: Double?, _ to: Double?) -> Selection {
    var selection = Selection()
    selection.from = from
    selection.to = to
    return selection
  }

  /// The numbers at the axes, as they are drawn.
  private func numbers(_ picture: Picture) -> [String] {
    picture.texts.filter { $0.allSatisfy { $0.isNumber || $0 == "," || $0 == "." } }
  }

  @Test func aPartKeepsTheNumbersOfTheWhole() throws {
    let picture = try plot(transfer, .sequence, selection: part(0.1, 0.15))
    // Segments 11 to 15 are there, of the bytes 10,001 to 15,000: the axes fit these.
    let shown = numbers(picture)
    #expect(shown.contains("10,000") && shown.contains("15,000"), "\(shown)")
    #expect(!shown.contains("0") && !shown.contains("20,000"), "\(shown)")
    #expect(picture.texts.contains { $0.hasPrefix("5 segments, 5,000 bytes, 0 retransmitted") })
    #expect(picture.texts.contains { $0.contains("shown: from 0.100000 to 0.150000 s") })
    let whole = numbers(try plot(transfer, .sequence))
    #expect(whole.contains("0") && whole.contains("20,000"), "\(whole)")
  }

  /// A mean is one since the first segment of all, and an interval counts its own bytes.
  @Test func ratesAreThoseOfTheWhole() throws {
    var data = PlotData(sender: .client)
    for row in transfer.rows {
      guard case .packet(let packet) = row.content else { continue }
      data.take(packet, at: row.time - transfer.rows[0].time)
    }
    let part = Int64(100_000_000)...150_000_000
    let series = data.throughput(in: part)
    let rate = series[0].points.map(\.value).max() ?? 0
    let whole = data.throughput()[1].points.filter { part.contains($0.time) }
    #expect(series[1].points.filter { part.contains($0.time) } == whole)
    // 1,000 bytes in an interval of some 10 ms, not the 10,000 before it too.
    #expect(rate > 0 && rate < 400_000, "\(rate)")
  }

  /// Steps that are shown in part begin at the edge with what was true before.
  @Test func stepsBeginAtTheEdge() {
    let steps = PlotSeries(
      name: "steps", look: .steps, ink: .series(0),
      points: [PlotPoint(10, 1), PlotPoint(20, 2), PlotPoint(30, 3), PlotPoint(40, 4)])
    #expect(steps.clipped(to: 25...35).points == [PlotPoint(25, 2), PlotPoint(30, 3)])
    #expect(steps.clipped(to: 30...99).points.map(\.value) == [2, 3, 4])
    #expect(steps.clipped(to: 50...60).points == [])
    #expect(steps.clipped(to: nil).points.count == 4)
    var dots = steps
    dots.look = .dots
    #expect(dots.clipped(to: 25...35).points == [PlotPoint(30, 3)])
  }

  /// A letter in the legend has its mark in every kind of plot, whether its packet has a point or not.
  @Test(arguments: PlotKind.allCases)
  func lettersHaveTheirMarks(kind: PlotKind) throws {
    let picture = try plot(.retransmission, kind, notes: ["syn: asks", "packet 4: data"])
    let letters = picture.texts.filter { $0.count == 1 && $0.first?.isUppercase ?? false }
    let counts = Dictionary(letters.map { ($0, 1) }) { $0 + $1 }
    #expect(counts.count >= 3, "\(counts)")
    for (letter, count) in counts { #expect(count == 2, "\(letter) in \(kind)") }
  }

  @Test func whatAPartHoldsNothingOfIsSaid() {
    #expect(throws: FigureError.self) {
      try plot(transfer, .sequence, selection: part(5, 6))
    }
  }
}
