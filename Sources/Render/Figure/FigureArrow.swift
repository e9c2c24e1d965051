import Timeline

extension FigurePainter {
  /// An arrow with its label above, from the call's bar or from the line of the sender's end.
  func arrow(
    _ entry: FigureEntry, _ from: Side, _ isHeavy: Bool, _ label: String, _ y: Double
  ) -> [Shape] {
    let stroke = stroke(entry.arrow, from, isHeavy)
    let start = Point(places.inner(from), y)
    let end = Point(places.inner(from.opposite), y)
    let sign = from == .client ? 1.0 : -1.0
    var shapes: [Shape] = []
    if isHeavy {
      shapes.append(.line(Point(stub(entry, from), y), Point(places.outer(from), y), stroke))
    }
    shapes.append(.arrow(from: Point(start.x + sign * 2, y), to: Point(end.x - sign, y), stroke))
    var x = start.x + sign * (metrics.callout + 8)
    for letter in entry.letters {
      shapes += callout(letter, Point(x, y))
      x += sign * metrics.calloutStep
    }
    let isBeside = !entry.letters.isEmpty && !entry.isLifted
    let near = isBeside ? x - sign * metrics.callout : start.x
    let middle = (near + end.x) / 2 - sign * 4
    let above = entry.isLifted ? metrics.callout + 4.5 : 4.5
    shapes.append(
      .text(
        Label(
          runs(label, entry.fields, stroke.ink, isBold: isHeavy), at: Point(middle, y - above),
          size: metrics.base, anchor: .middle)))
    return shapes
  }

  /// The label, with lines under the fields that notes are about.
  private func runs(
    _ label: String, _ fields: [NoteAnchor.Field], _ ink: Ink, isBold: Bool
  ) -> [Run] {
    let parts = fields.compactMap { $0.part(of: label) }
      .sorted { $0.lowerBound < $1.lowerBound }
    var runs: [Run] = []
    var place = label.startIndex
    for part in parts where part.lowerBound >= place {
      runs.append(Run(String(label[place..<part.lowerBound]), ink, isBold: isBold))
      var marked = Run(String(label[part]), ink, isBold: isBold)
      marked.isUnderlined = true
      runs.append(marked)
      place = part.upperBound
    }
    runs.append(Run(String(label[place...]), ink, isBold: isBold))
    return runs.filter { !$0.text.isEmpty }
  }

  /// Where a heavy arrow begins: at the bar of its call, or just outside where that is over.
  private func stub(_ entry: FigureEntry, _ side: Side) -> Double {
    let sign = side == .client ? -1.0 : 1.0
    guard case .sends = entry.line[side].bar, let slot = entry.fromSlot else {
      return places.outer(side) + sign * 9
    }
    let bar = places.bar(side, slot: slot)
    return side == .client ? bar.right : bar.left
  }

  private func stroke(_ look: FigureEntry.ArrowLook, _ from: Side, _ isHeavy: Bool) -> Stroke {
    let width = isHeavy ? 2.6 : 1.2
    switch look {
    case .again: return Stroke(.warning, width, .dashed)
    case .unknown: return Stroke(.warning, width, .dotted)
    case .failure: return Stroke(.failure, isHeavy ? 2.6 : 1.4)
    case .plain:
      // Whose call it was needs no colour: the arrow begins at its end. Dashes mean a retransmission.
      return isHeavy ? Stroke(from == .client ? .client : .server, width) : Stroke(.kernel, width)
    }
  }

  /// A letter in a circle.
  func callout(_ letter: String, _ center: Point) -> [Shape] {
    FigurePainter.callout(letter, center, metrics)
  }

  static func callout(_ letter: String, _ center: Point, _ metrics: Metrics) -> [Shape] {
    let size = letter.count > 1 ? metrics.small * 0.95 : max(metrics.small, 10.5)
    return [
      .circle(center, radius: metrics.callout, fill: .paper, stroke: Stroke(.text, 1.3)),
      .text(
        Label(
          [Run(letter, .text, isBold: true)], at: Point(center.x, center.y + size * 0.36),
          size: size, face: .sans, anchor: .middle)),
    ]
  }
}
