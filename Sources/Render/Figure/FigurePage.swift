import Explain
import Text
import Timeline

/// Puts heads, panels, legend and caption onto a page.
struct FigurePage {
  let figure: Figure
  let panels: [FigurePanel]
  let notes: [FigureNote]
  let metrics: Metrics
  let places: FigurePlaces
  /// The left and right edge of what is drawn.
  let left: Double
  let right: Double

  init(_ figure: Figure, _ panels: [FigurePanel], _ notes: [FigureNote]) {
    self.figure = figure
    self.panels = panels
    self.notes = notes
    let metrics = Metrics(figure.style)
    self.metrics = metrics
    places = FigurePlaces(
      panels, panels.first?.room ?? figure.room(columns: figure.columns), metrics)
    left = metrics.margin
    right = places.right
  }

  var width: Double { right + metrics.margin }
  private var theme: Theme { figure.style.theme }

  /// Everything on one page.
  func whole(_ totals: Totals, _ ending: Ending) -> Picture {
    var shapes: [Shape] = []
    var y = title(totals, into: &shapes)
    for panel in panels {
      y = head(panel, at: y + 8, into: &shapes)
      let painter = FigurePainter(
        panel, places, theme, range: 0..<panel.entries.count, top: y + 6)
      shapes += painter.shapes()
      y = painter.bottom + 10
    }
    y = legend(at: y, into: &shapes)
    y = caption(totals, ending, at: y, into: &shapes)
    return Picture(
      width: width, height: y + metrics.margin, title: name(totals), description: describe(totals),
      shapes: shapes)
  }

  // MARK: above

  /// What the picture is called.
  func name(_ totals: Totals) -> String {
    if let title = figure.style.title { return Escape.terminal(title) }
    if panels.count == 1, let connection = panels.first?.connection {
      let client = panels[0].heads[.client]?.first ?? "client"
      let server = panels[0].heads[.server]?.first ?? "server"
      return "\(ClosingText.name(connection)): \(client) → \(server)"
    }
    return NumberText.count(panels.count { $0.connection != nil }, "connection")
  }

  /// What is seen, in sentences, for those who do not see it.
  private func describe(_ totals: Totals) -> String {
    let closing = ClosingText(figure.header.language)
    let shown = Set(panels.compactMap { $0.connection?.id })
    let sentences = totals.reports.filter { shown.contains($0.connection.id) }
      .map(closing.sentence)
    let counts = figure.header.language.tell(
      .packetsAndCalls, NumberText.count(totals.packets, "packet"),
      NumberText.count(totals.calls, "call"))
    return (sentences + [counts]).joined(separator: " ")
  }

  func title(_ totals: Totals, into shapes: inout [Shape]) -> Double {
    var y = metrics.margin + metrics.title * 0.8
    for line in ProportionalWidth.wrap(
      name(totals), size: metrics.title, width: right - left, isBold: true)
    {
      shapes.append(
        .text(
          Label(
            [Run(line, .text, isBold: true)], at: Point(left, y), size: metrics.title, face: .sans))
      )
      y += metrics.title * 1.3
    }
    let connections = panels.compactMap(\.connection)
    var lines = figure.header.heading.notes.map(figure.header.harmless)
    if connections.count == 1, let only = connections.first {
      lines.append(
        figure.header.harmless(figure.header.heading.source) + " · " + figure.header.numbers(only))
    } else {
      lines.append(figure.header.harmless(figure.header.heading.source))
    }
    for line in lines { y = paragraph(line, .faint, at: y, into: &shapes) }
    return y - metrics.base * 0.6
  }

  /// The heads of the lanes.
  func head(_ panel: FigurePanel, at top: Double, into shapes: inout [Shape]) -> Double {
    var y = top
    if panels.count > 1 {
      let name = panel.connection.map(ClosingText.name) ?? figure.header.language.tell(.lonelyCalls)
      let numbers = panel.connection.map { "   " + figure.header.numbers($0) } ?? ""
      shapes.append(.line(Point(left, y), Point(right, y), Stroke(.rule, 1)))
      y += metrics.base * 1.5
      shapes.append(
        .text(
          Label(
            [Run(name, .text, isBold: true), Run(numbers, .faint)], at: Point(left, y),
            size: metrics.base, face: .sans)))
      y += 10
    }
    let heads = heads(panel)
    let lines = max(heads[.client]?.count ?? 0, heads[.server]?.count ?? 0)
    let height = Double(lines) * metrics.base * 1.3 + 8
    for side in [Side.client, .server] {
      let words = side == .client ? places.clientWords : places.serverWords
      let edge = side == .client ? places.clientBand.right : places.serverBand.left
      let isClient = side == .client
      let box =
        isClient
        ? Box(words.left, y, edge - words.left, height) : Box(edge, y, words.right - edge, height)
      let ink: Ink = isClient ? .clientHead : .serverHead
      let outline = theme.hasColour ? nil : Stroke(.text, 0.8)
      shapes.append(.rectangle(box, corner: 5, fill: ink, stroke: outline))
      for (index, text) in (heads[side] ?? []).enumerated() {
        let at = Point(
          isClient ? box.right - 8 : box.x + 8, y + 4 + (Double(index) + 0.95) * metrics.base * 1.3)
        shapes.append(
          .text(
            Label(
              [Run(text, isClient ? .clientWord : .serverWord, isBold: index == 0)], at: at,
              size: metrics.base, anchor: isClient ? .end : .start)))
      }
    }
    let baseline = y + height - 7
    let time = TimeColumnText(figure.style.ladder).title
    for (text, x) in [(time, places.timeRight), ("pkt", places.numberRight)] {
      shapes.append(
        .text(
          Label(
            [Run(text, .faint)], at: Point(x, baseline), size: metrics.base, anchor: .end)))
    }
    return y + height
  }

  /// The lines of the heads: as many as their texts need, since a cut address is another one.
  private func heads(_ panel: FigurePanel) -> [Side: [String]] {
    var heads: [Side: [String]] = [:]
    for side in [Side.client, .server] {
      let words = side == .client ? places.clientWords : places.serverWords
      let width =
        side == .client
        ? places.clientBand.right - words.left : words.right - places.serverBand.left
      let fitting = Fitting(room: max(8, Int(width / metrics.column) - 2), isASCII: false)
      heads[side] = (panel.heads[side] ?? []).flatMap { fitting.wrap($0, lines: 6) }
    }
    return heads
  }

  // MARK: below

  /// What the letters say.
  func legend(at top: Double, into shapes: inout [Shape]) -> Double {
    guard !notes.isEmpty else { return top }
    shapes.append(.line(Point(left, top), Point(right, top), Stroke(.rule, 1)))
    let isWide = right - left >= 900 && notes.count > 2
    let width = isWide ? (right - left) / 2 - 12 : right - left
    let indent = metrics.callout * 2 + 8
    var y = top + 10
    var column = 0
    var lowest = y
    for note in notes {
      let lines = ProportionalWidth.wrap(note.text, size: metrics.base, width: width - indent)
      let height = max(Double(lines.count) * metrics.base * 1.35, metrics.callout * 2) + 6
      let x = left + (column == 0 ? 0 : width + 24)
      let center = Point(x + metrics.callout, y + metrics.callout)
      var group = FigurePainter.callout(note.letter, center, metrics)
      for (index, line) in lines.enumerated() {
        let baseline =
          y + metrics.callout + metrics.base * 0.36
          + Double(index) * metrics.base * 1.35
        group.append(
          .text(
            Label(
              [Run(line, .text)], at: Point(x + indent, baseline), size: metrics.base,
              face: .sans)))
      }
      shapes.append(
        .group(
          Thing(id: "note-\(note.letter)", title: note.text, kind: "note", related: note.related),
          group))
      lowest = max(lowest, y + height)
      if isWide, column == 0 {
        column = 1
      } else {
        column = 0
        y = lowest
      }
    }
    return lowest + 4
  }

  /// What a report needs.
  func caption(
    _ totals: Totals, _ ending: Ending, at top: Double, into shapes: inout [Shape]
  ) -> Double {
    shapes.append(.line(Point(left, top), Point(right, top), Stroke(.rule, 1)))
    var y = top + metrics.base * 1.5
    y = key(at: y, into: &shapes)
    for line in FigureCaption(figure, totals, ending, Set(panels.compactMap { $0.connection?.id }))
      .lines
    {
      y = paragraph(line, .faint, at: y, into: &shapes)
    }
    return y - metrics.base
  }

  /// How to read the arrows.
  private func key(at baseline: Double, into shapes: inout [Shape]) -> Double {
    let language = figure.header.language
    guard figure.header.heading.hasCalls else {
      return paragraph(language.tell(.withoutCalls), .faint, at: baseline, into: &shapes)
    }
    var x = left
    var y = baseline
    let size = metrics.small
    let signs: [(text: String, Stroke)] = [
      (language.tell(.legendCall), Stroke(.client, 2.6)),
      (language.tell(.legendKernel), Stroke(.kernel, 1.2)),
      (language.tell(.legendAgain), Stroke(.warning, 1.2, .dashed)),
    ]
    for (text, stroke) in signs {
      let needed = 40 + ProportionalWidth.of(text) * size
      if x + needed > right, x > left {
        x = left
        y += size * 1.5
      }
      let middle = y - size * 0.34
      shapes.append(.arrow(from: Point(x, middle), to: Point(x + 28, middle), stroke))
      shapes.append(
        .text(Label([Run(text, .faint)], at: Point(x + 34, y), size: size, face: .sans)))
      x += needed + 14
    }
    let inside = language.tell(.legendBar)
    if x + 24 + ProportionalWidth.of(inside) * size > right {
      x = left
      y += size * 1.5
    }
    shapes.append(
      .rectangle(Box(x, y - size, metrics.bar, size * 1.15), corner: 2.5, fill: .client))
    shapes.append(
      .text(Label([Run(inside, .faint)], at: Point(x + 14, y), size: size, face: .sans)))
    return y + size * 1.6
  }

  /// A text over the whole width; returns the next baseline.
  func paragraph(
    _ text: String, _ ink: Ink, at baseline: Double, into shapes: inout [Shape]
  ) -> Double {
    var y = baseline
    let size = metrics.small
    for line in ProportionalWidth.wrap(text, size: size, width: right - left) {
      shapes.append(
        .text(Label([Run(line, ink)], at: Point(left, y), size: size, face: .sans)))
      y += size * 1.45
    }
    return y
  }
}
