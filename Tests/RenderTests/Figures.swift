import Scenario
import Timeline

@testable import Render

/// A figure of a scenario, all rows taken.
func figure(
  _ scenario: Scenario, notes: [String] = [], selection: Selection = Selection(),
  _ change: (inout FigureStyle) -> Void = { _ in }
) throws -> (figure: Figure, totals: Totals, ending: Ending) {
  var style = FigureStyle()
  change(&style)
  let heading = Heading(
    source: scenario.hasCalls ? "lo, private network" : "capture.pcap", hasCalls: scenario.hasCalls)
  let facts = FigureFacts(tool: "sockline 0.1.0", file: "scenario.pcapng")
  var figure = Figure(
    heading, style: style, selection: selection, facts: facts,
    notes: try notes.map { try Note($0) })
  let (rows, totals) = scenario.played()
  figure.append(rows)
  return (figure, totals, ending(hasCalls: scenario.hasCalls))
}

/// The picture of a scenario.
func picture(
  _ scenario: Scenario, notes: [String] = [], selection: Selection = Selection(),
  _ change: (inout FigureStyle) -> Void = { _ in }
) throws -> Picture {
  let (figure, totals, ending) = try figure(scenario, notes: notes, selection: selection, change)
  return try figure.picture(totals, ending)
}

/// A plot of a scenario.
func plot(
  _ scenario: Scenario, _ kind: PlotKind, side: Side? = nil, notes: [String] = [],
  selection: Selection = Selection(),
  _ change: (inout FigureStyle) -> Void = { _ in }
) throws -> Picture {
  var style = FigureStyle()
  change(&style)
  var plot = Plot(
    Heading(source: "lo, private network", hasCalls: scenario.hasCalls), kind: kind, side: side,
    style: style, selection: selection,
    facts: FigureFacts(tool: "sockline 0.1.0", file: "scenario.pcapng"),
    notes: try notes.map { try Note($0) })
  plot.append(scenario.rows)
  return try plot.picture()
}

extension Picture {
  /// All shapes, those of groups taken out, the lowest first.
  var flat: [Shape] { shapes.flatMap(\.flat) }

  /// All texts that are drawn.
  var texts: [String] {
    flat.compactMap { shape in
      if case .text(let label) = shape { label.runs.map(\.text).joined() } else { nil }
    }
  }

  /// All groups.
  var things: [Thing] { shapes.flatMap(\.things) }
}

extension Shape {
  var flat: [Shape] {
    if case .group(_, let shapes) = self { shapes.flatMap(\.flat) } else { [self] }
  }

  var things: [Thing] {
    if case .group(let thing, let shapes) = self { [thing] + shapes.flatMap(\.things) } else { [] }
  }
}
