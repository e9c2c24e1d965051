import Timeline

extension FigurePainter {
  /// Listening sockets, beside the bands.
  func listeners() -> [Shape] {
    panel.listeners.flatMap { listener -> [Shape] in
      guard listener.first < range.upperBound, (listener.last ?? Int.max) >= range.lowerBound else {
        return []
      }
      let top = y(from: listener.first)
      let bottom = y(to: listener.last)
      guard bottom - top > 8 else { return [] }
      let place = places.listener(listener.side, slot: listener.slot)
      let box = Box(place.left, top, place.right - place.left, bottom - top)
      var shapes: [Shape] = [
        .rectangle(box, corner: 3, fill: .state(.listen), stroke: Stroke(.faint, 1, .dotted))
      ]
      if let (name, room) = name(listener, in: box) {
        // The strip is narrower than letters are high: it stops where its name stands.
        shapes += [.rectangle(room, fill: .paper), name]
      }
      return shapes
    }
  }

  /// The listener's name and the room that it takes, where no silence and no arrow crosses its column;
  /// on paper, and where there are many, it would be too small.
  private func name(_ listener: FigureListener, in box: Box) -> (name: Shape, room: Box)? {
    let size = 8.5
    let length = Double(listener.name.utf8.count) * size * Metrics.advance
    guard metrics.small <= 10, box.width >= 8 else { return nil }
    var start = box.y + 2
    let crossings = range.filter { crosses($0, listener.side) }.map { y($0) }
    for end in crossings.filter({ box.y < $0 && $0 < box.bottom }) + [box.bottom] {
      if end - start >= length + 12 {
        let at = Point(box.x + box.width / 2 + 3, start + 4 + length / 2)
        let name = Shape.text(
          Label(
            [Run(listener.name, .faint)], at: at, size: size, anchor: .middle, isUpright: true))
        return (name, Box(box.x - 1, start + 2, box.width + 2, length + 4))
      }
      start = end + 4
    }
    return nil
  }

  /// Whether something is drawn from the bars to the band, or over the whole width.
  private func crosses(_ index: Int, _ side: Side) -> Bool {
    let entry = panel.entries[index]
    if case .arrow(side, true, _, _) = entry.line.middle { return true }
    return entry.isSilence
  }
}
