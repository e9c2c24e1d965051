import Text

/// Puts a plot onto a page: axes, series, legend, callouts and caption.
struct PlotPage {
  let kind: PlotKind
  /// Whether a part of the time is shown: then the axes fit it, and need not begin at 0.
  let isPart: Bool
  let series: [PlotSeries]
  let style: FigureStyle
  let title: String
  let subtitle: String
  let caption: [String]
  /// Packets that have a callout, and what it says.
  let letters: [PlotNote]

  private var metrics: Metrics { Metrics(style) }
  private var width: Double { style.paper == nil ? 1080 : 776 }
  /// Where the curves are; `y` is not known yet. The numbers of the axes have room beside it.
  private func area(_ across: PlotAxis, _ up: PlotAxis) -> Box {
    func widest(_ texts: [String]) -> Double {
      Double(texts.map { DisplayWidth.columns(of: $0) }.max() ?? 0) * metrics.small
        * Metrics.advance
    }
    let left = metrics.margin + metrics.base * 1.6 + widest(up.ticks.map(up.text)) + 12
    let right = metrics.margin + max(8, widest(across.ticks.suffix(1).map(across.text)) / 2 + 2)
    return Box(left, 0, width - left - right, style.paper == nil ? 520 : 400)
  }

  func picture() -> Picture {
    var shapes: [Shape] = []
    var y = metrics.margin + metrics.title * 0.8
    y = write(title, .text, size: metrics.title, isBold: true, at: y, into: &shapes)
    y = write(subtitle, .faint, size: metrics.small, at: y, into: &shapes)
    let (across, up) = axes
    var box = area(across, up)
    y = legend(at: y + 4, from: box.x, into: &shapes)
    box.y = y + 6
    shapes += grid(box, across, up)
    for series in series { shapes.append(draw(series, in: box, across, up)) }
    shapes += callouts(in: box, across, up)
    y = box.bottom + metrics.base * 3.6
    for (index, letter) in letters.enumerated() {
      y = note(NoteLetters.letter(index), letter.text, at: y, into: &shapes)
    }
    shapes.append(
      .line(Point(metrics.margin, y), Point(width - metrics.margin, y), Stroke(.rule, 1)))
    y += metrics.base * 1.5
    for line in caption { y = write(line, .faint, size: metrics.small, at: y, into: &shapes) }
    return Picture(
      width: width, height: y, title: title, description: caption.joined(separator: " "),
      shapes: shapes)
  }

  // MARK: axes

  private var axes: (across: PlotAxis, up: PlotAxis) {
    let points = series.flatMap(\.points)
    let times = points.map { Double($0.time) }
    let values = points.flatMap { [$0.value, $0.end ?? $0.value] }
    let across = PlotAxis(
      from: times.min() ?? 0, to: times.max() ?? 1, count: 9, units: PlotAxis.time)
    let units =
      switch kind {
      case .sequence: PlotAxis.sequence
      case .window: PlotAxis.bytes
      case .rtt: PlotAxis.milliseconds
      case .throughput: PlotAxis.rate
      }
    let least = isPart ? values.min() ?? 0 : 0
    return (across, PlotAxis(from: least, to: values.max() ?? 1, count: 8, units: units))
  }

  private func grid(_ box: Box, _ across: PlotAxis, _ up: PlotAxis) -> [Shape] {
    var shapes: [Shape] = []
    for tick in across.ticks {
      let x = box.x + across.place(tick) * box.width
      shapes.append(.line(Point(x, box.y), Point(x, box.bottom), Stroke(.rule, 0.6, .dotted)))
      shapes.append(
        number(across.text(tick), Point(x, box.bottom + metrics.base * 1.3), .middle))
    }
    for tick in up.ticks {
      let y = box.bottom - up.place(tick) * box.height
      shapes.append(.line(Point(box.x, y), Point(box.right, y), Stroke(.rule, 0.6, .dotted)))
      shapes.append(number(up.text(tick), Point(box.x - 6, y + metrics.base * 0.34), .end))
    }
    shapes.append(.line(Point(box.x, box.y), Point(box.x, box.bottom), Stroke(.text, 1.2)))
    shapes.append(
      .line(Point(box.x, box.bottom), Point(box.right, box.bottom), Stroke(.text, 1.2)))
    let below = Point((box.x + box.right) / 2, box.bottom + metrics.base * 2.7)
    shapes.append(name("time since the first packet (\(across.unit))", below))
    let beside = Point(metrics.margin + metrics.base * 0.7, (box.y + box.bottom) / 2)
    shapes.append(name(upName(up.unit), beside, isUpright: true))
    return shapes
  }

  private func upName(_ unit: String) -> String {
    switch kind {
    case .sequence: "relative sequence number"
    case .window: "bytes in flight, window (\(unit))"
    case .rtt: "round-trip time (\(unit))"
    case .throughput: "acknowledged (\(unit))"
    }
  }

  private func number(_ text: String, _ at: Point, _ anchor: Label.Anchor) -> Shape {
    .text(Label([Run(text, .faint)], at: at, size: metrics.small, anchor: anchor))
  }

  private func name(_ text: String, _ at: Point, isUpright: Bool = false) -> Shape {
    .text(
      Label(
        [Run(text, .text)], at: at, size: metrics.base, face: .sans, anchor: .middle,
        isUpright: isUpright))
  }

  // MARK: series

  /// How the series at hand are told apart without colour.
  private func dash(_ series: PlotSeries) -> Stroke.Dash {
    switch series.ink {
    case .series(1): .dashed
    case .series(2): .solid
    case .series(4): .dashDotted
    default: .solid
    }
  }

  private func draw(
    _ series: PlotSeries, in box: Box, _ across: PlotAxis, _ up: PlotAxis
  ) -> Shape {
    func place(_ time: Int64, _ value: Double) -> Point {
      Point(
        box.x + across.place(Double(time)) * box.width, box.bottom - up.place(value) * box.height)
    }
    let stroke = Stroke(series.ink, 1.6, dash(series))
    var shapes: [Shape] = []
    switch series.look {
    case .line:
      shapes.append(.polyline(series.points.map { place($0.time, $0.value) }, stroke))
    case .steps:
      var points: [Point] = []
      for point in series.points {
        let next = place(point.time, point.value)
        if let last = points.last { points.append(Point(next.x, last.y)) }
        points.append(next)
      }
      shapes.append(.polyline(points, stroke))
    case .dots:
      shapes += series.points.map {
        .circle(place($0.time, $0.value), radius: 2.2, fill: series.ink)
      }
    case .bars:
      shapes += series.points.flatMap { point -> [Shape] in
        let low = place(point.time, point.value)
        let high = place(point.time, point.end ?? point.value)
        return [
          .line(low, Point(high.x, min(high.y, low.y - 1)), Stroke(series.ink, 2)),
          .circle(high, radius: 1.6, fill: series.ink),
        ]
      }
    case .crosses:
      shapes += series.points.flatMap { point -> [Shape] in
        let at = place(point.time, point.value)
        let cross = Stroke(series.ink, 2)
        return [
          .line(Point(at.x - 4, at.y - 4), Point(at.x + 4, at.y + 4), cross),
          .line(Point(at.x - 4, at.y + 4), Point(at.x + 4, at.y - 4), cross),
        ]
      }
    }
    let id = "series-" + series.name.map { $0.isLetter ? String($0) : "-" }.joined()
    return .group(Thing(id: id, title: series.name, kind: "series"), shapes)
  }

  private func legend(
    at baseline: Double, from left: Double, into shapes: inout [Shape]
  ) -> Double {
    var x = left
    var y = baseline
    for series in series {
      let needed = 46 + ProportionalWidth.of(series.name) * metrics.base
      if x + needed > width - metrics.margin, x > left {
        x = left
        y += metrics.base * 1.5
      }
      let middle = y - metrics.base * 0.34
      switch series.look {
      case .dots: shapes.append(.circle(Point(x + 13, middle), radius: 3, fill: series.ink))
      case .crosses:
        shapes.append(
          .line(Point(x + 9, middle - 4), Point(x + 17, middle + 4), Stroke(series.ink, 2)))
        shapes.append(
          .line(Point(x + 9, middle + 4), Point(x + 17, middle - 4), Stroke(series.ink, 2)))
      case .bars:
        shapes.append(
          .line(Point(x + 13, middle - 5), Point(x + 13, middle + 5), Stroke(series.ink, 2.4)))
      case .line, .steps:
        shapes.append(
          .line(Point(x, middle), Point(x + 26, middle), Stroke(series.ink, 1.8, dash(series))))
      }
      shapes.append(
        .text(
          Label([Run(series.name, .text)], at: Point(x + 32, y), size: metrics.base, face: .sans)))
      x += needed
    }
    return y + 8
  }

  // MARK: words

  private func callouts(in box: Box, _ across: PlotAxis, _ up: PlotAxis) -> [Shape] {
    var taken: [Point] = []
    return letters.enumerated().flatMap { index, letter -> [Shape] in
      let point = series.lazy.flatMap(\.points).first { $0.packet == letter.packet }
      let time = point?.time ?? letter.time
      // One that has no point in this plot stands on the axis of time.
      let at = Point(
        box.x + min(max(across.place(Double(time)), 0), 1) * box.width,
        box.bottom - (point.map { up.place($0.value) } ?? 0) * box.height)
      let center = center(of: at, in: box, taken)
      taken.append(center)
      return [.line(at, center, Stroke(.text, 0.8))]
        + FigurePainter.callout(NoteLetters.letter(index), center, metrics)
    }
  }

  /// Where a point's letter stands: above or below it, beside letters that are there already, and
  /// inside of the axes.
  private func center(of point: Point, in box: Box, _ taken: [Point]) -> Point {
    let radius = metrics.callout
    let least = box.x + radius + 2
    let most = box.right - radius
    var y = max(box.y + radius, point.y - radius * 2.6)
    if y > point.y - radius { y = point.y + radius * 2.6 }
    let start = min(max(point.x, least), most)
    let steps = (0...80).map { Double(($0 + 1) / 2) * ($0.isMultiple(of: 2) ? -1 : 1) }
    let free = steps.lazy.map { Point(start + $0 * metrics.calloutStep, y) }.first { place in
      least...most ~= place.x
        && !taken.contains {
          abs($0.x - place.x) < radius * 2 && abs($0.y - place.y) < radius * 2
        }
    }
    return free ?? Point(start, y)
  }

  private func note(
    _ letter: String, _ text: String, at top: Double, into shapes: inout [Shape]
  ) -> Double {
    let center = Point(metrics.margin + metrics.callout, top + metrics.callout)
    shapes += FigurePainter.callout(letter, center, metrics)
    let indent = metrics.callout * 2 + 8
    var y = top + metrics.callout + metrics.base * 0.36
    for line in ProportionalWidth.wrap(
      text, size: metrics.base, width: width - metrics.margin * 2 - indent)
    {
      shapes.append(
        .text(
          Label(
            [Run(line, .text)], at: Point(metrics.margin + indent, y), size: metrics.base,
            face: .sans)))
      y += metrics.base * 1.35
    }
    return max(y - metrics.base * 0.4, top + metrics.callout * 2 + 6)
  }

  private func write(
    _ text: String, _ ink: Ink, size: Double, isBold: Bool = false, at baseline: Double,
    into shapes: inout [Shape]
  ) -> Double {
    var y = baseline
    for line in ProportionalWidth.wrap(
      text, size: size, width: width - metrics.margin * 2, isBold: isBold)
    {
      shapes.append(
        .text(
          Label(
            [Run(line, ink, isBold: isBold)], at: Point(metrics.margin, y), size: size,
            face: .sans)))
      y += size * 1.45
    }
    return y
  }
}
