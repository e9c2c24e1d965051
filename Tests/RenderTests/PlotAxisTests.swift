import Testing

@testable import Render

@Suite struct PlotAxisTests {
  @Test(
    arguments: [
      (1.0, 1.0), (1.1, 2), (2, 2), (2.1, 5), (5.1, 10), (0.03, 0.05), (0.0011, 0.002), (73, 100),
      (150, 200), (9999, 10_000),
    ] as [(Double, Double)])
  func stepsAreRound(step: Double, round: Double) {
    #expect(abs(PlotAxis.round(step) - round) < round * 1e-9)
  }

  @Test(
    arguments: [
      (0.0, 1.0), (0, 1e-9), (0, 7), (3, 3), (1e9, 1.2e9), (0, 4.3e12), (-5, 5), (0.1, 0.2),
    ] as [(Double, Double)])
  func theTicksHoldTheValues(least: Double, most: Double) {
    let axis = PlotAxis(from: least, to: most, count: 8, units: PlotAxis.time)
    #expect(axis.least <= least)
    #expect(axis.most >= most)
    #expect(2...51 ~= axis.ticks.count)
    #expect(axis.place(axis.least) == 0)
    #expect(axis.place(axis.most) == 1)
    let texts = axis.ticks.map(axis.text)
    #expect(Set(texts).count == texts.count, "\(texts)")
  }

  @Test func theUnitFitsTheValues() {
    #expect(PlotAxis(from: 0, to: 5e5, count: 5, units: PlotAxis.time).unit == "µs")
    #expect(PlotAxis(from: 0, to: 5e7, count: 5, units: PlotAxis.time).unit == "ms")
    #expect(PlotAxis(from: 0, to: 5e10, count: 5, units: PlotAxis.time).unit == "s")
    let bytes = PlotAxis(from: 0, to: 65_536, count: 8, units: PlotAxis.bytes)
    #expect(bytes.unit == "kB")
    #expect(bytes.ticks.map(bytes.text) == ["0", "10", "20", "30", "40", "50", "60", "70"])
  }

  @Test func numbersHaveTheirDecimals() {
    #expect(PlotAxis.number(1234.5, decimals: 0) == "1,235")
    #expect(PlotAxis.number(0.05, decimals: 2) == "0.05")
    #expect(PlotAxis.number(-0.5, decimals: 1) == "-0.5")
    #expect(PlotAxis.number(12, decimals: 3) == "12.000")
  }
}
