import Text
import Timeline

/// Draws the entries of a panel.
struct FigurePainter {
  let panel: FigurePanel
  let places: FigurePlaces
  let metrics: Metrics
  let theme: Theme
  /// The entries that are drawn, and where.
  let range: Range<Int>
  let heights: FigureHeights

  /// Draws `range` of the entries, from `top` on.
  init(
    _ panel: FigurePanel, _ places: FigurePlaces, _ theme: Theme, range: Range<Int>, top: Double
  ) {
    self.panel = panel
    self.places = places
    self.theme = theme
    self.range = range
    metrics = places.metrics
    heights = FigureHeights(panel.entries[range], from: top, places.metrics)
  }

  /// The lower edge.
  var bottom: Double { heights.bottom }

  /// All shapes, the lowest first.
  func shapes() -> [Shape] {
    var shapes: [Shape] = []
    shapes += listeners()
    var hidden: [Int: Set<Side>] = [:]
    for span in panel.spans where span.last >= range.lowerBound && span.first < range.upperBound {
      let (drawn, isNamed) = band(span)
      shapes += drawn
      if isNamed { hidden[span.first, default: []].insert(span.side) }
    }
    for bar in panel.bars where isDrawn(bar) { shapes.append(draw(bar)) }
    for index in range { shapes += draw(index, hidden[index] ?? []) }
    return shapes
  }

  func y(_ index: Int) -> Double { heights.centers[index - range.lowerBound] }

  /// Where something that began or ends at an entry stands: at the edge where that is elsewhere.
  func y(from index: Int) -> Double {
    index < range.lowerBound ? heights.tops[0] : y(index)
  }
  func y(to index: Int?) -> Double {
    guard let index, index < range.upperBound else { return heights.bottom }
    return y(index)
  }

  // MARK: bands and bars

  private func band(_ span: FigureSpan) -> (shapes: [Shape], isNamed: Bool) {
    let place = places.band(span.side)
    let top = y(from: span.first)
    let follows = panel.spans.first {
      $0.side == span.side && $0.first >= span.last && $0.first > span.first
    }
    let isFollowed = follows.map { $0.first == span.last } ?? false
    let bottom =
      isFollowed || span.last >= range.upperBound ? y(to: span.last) : y(to: span.last) + 7
    guard bottom > top else { return ([], false) }
    let box = Box(place.left, top, place.right - place.left, bottom - top)
    let ink = span.state.map { Ink.state($0) } ?? .socket
    let outline = theme.hasColour ? nil : Stroke(.text, 0.8)
    var shapes: [Shape] = [.rectangle(box, corner: 1.5, fill: ink, stroke: outline)]
    guard let name = span.state?.rawValue else { return (shapes, false) }
    let length = Double(name.utf8.count) * metrics.small * Metrics.advance
    let free = longestStretch(span, top, bottom)
    let isNamed = free.bottom - free.top >= length + 8
    if isNamed {
      let middle = Point(
        (place.left + place.right) / 2 + metrics.small * 0.34, (free.top + free.bottom) / 2)
      shapes.append(
        .text(
          Label(
            [Run(name, .stateWord)], at: middle, size: metrics.small, anchor: .middle,
            isUpright: true)))
    }
    let title = "\(span.side == .client ? "client" : "server"): \(name)"
    let thing = Thing(
      id: "state-\(span.side == .client ? "client" : "server")-\(prefix)\(span.first)",
      title: title, kind: "state")
    return ([.group(thing, shapes)], isNamed)
  }

  /// The longest part of a band that no silence breaks.
  private func longestStretch(
    _ span: FigureSpan, _ top: Double, _ bottom: Double
  ) -> (top: Double, bottom: Double) {
    let first = max(span.first, range.lowerBound)
    let last = min(span.last, range.upperBound - 1)
    guard first < last else { return (top, bottom) }
    var best = (top: top, bottom: top)
    var start = top
    for index in first...last where panel.entries[index].isSilence {
      if y(index) - 5 - start > best.bottom - best.top { best = (start, y(index) - 5) }
      start = y(index) + 5
    }
    return bottom - start > best.bottom - best.top ? (start, bottom) : best
  }

  /// What makes names of things unique among panels.
  private var prefix: String { panel.connection.map { "\($0.id.rawValue)-" } ?? "" }

  private func isDrawn(_ bar: FigureBar) -> Bool {
    bar.first < range.upperBound && (bar.last ?? Int.max) >= range.lowerBound
  }

  private func draw(_ bar: FigureBar) -> Shape {
    let isCut = bar.first < range.lowerBound
    let top = y(from: bar.first) - (isCut ? 0 : 7)
    let isOpen = bar.last.map { $0 >= range.upperBound } ?? true
    let bottom = y(to: bar.last) + (isOpen ? 0 : 7)
    let place = places.bar(bar.side, slot: bar.slot)
    let box = Box(place.left, top, place.right - place.left, max(4, bottom - top))
    let ink: Ink = bar.side == .client ? .client : .server
    return .rectangle(box, corner: min(2.5, box.width / 2), fill: ink)
  }

  // MARK: entries

  private func draw(_ index: Int, _ hidden: Set<Side>) -> [Shape] {
    let entry = panel.entries[index]
    if entry.isSilence { return silence(index, entry) }
    var shapes: [Shape] = []
    let baseline = y(index) + metrics.base * 0.34
    if !entry.time.isEmpty {
      shapes.append(margin(entry.time, places.timeRight, baseline, .faint))
    }
    if case .packet(let number) = entry.line.mark {
      shapes.append(margin("\(number)", places.numberRight, baseline, .text, isBold: true))
    }
    for side in [Side.client, .server] {
      shapes += words(entry, side, baseline, isNamed: hidden.contains(side))
    }
    switch entry.line.middle {
    case .nothing: break
    case .note(let text, let tone):
      let middle = (places.clientBand.right + places.serverBand.left) / 2
      shapes.append(
        .text(
          Label(
            [Run(text, ink(tone, nil))], at: Point(middle, baseline), size: metrics.base,
            anchor: .middle)))
    case .arrow(let from, let isHeavy, let label, _):
      shapes += arrow(entry, from, isHeavy, label, y(index))
    }
    guard let thing = entry.thing else { return shapes }
    return [.group(thing, shapes)]
  }

  private func margin(
    _ text: String, _ right: Double, _ baseline: Double, _ ink: Ink, isBold: Bool = false
  ) -> Shape {
    .text(
      Label(
        [Run(text, ink, isBold: isBold)], at: Point(right, baseline), size: metrics.base,
        anchor: .end))
  }

  private func words(
    _ entry: FigureEntry, _ side: Side, _ baseline: Double, isNamed: Bool
  ) -> [Shape] {
    var words = entry.line[side].words
    if isNamed { words = words.compactMap { withoutState($0) } }
    let place = side == .client ? places.clientWords : places.serverWords
    let x = side == .client ? place.right : place.left
    let anchor: Label.Anchor = side == .client ? .end : .start
    var shapes: [Shape] = []
    if !words.isEmpty {
      var runs: [Run] = []
      for (index, word) in (side == .client ? words.reversed() : words).enumerated() {
        if index > 0 { runs.append(Run("  ", .text)) }
        let isCall = entry.thing?.kind == "call" && (word.tone == .client || word.tone == .server)
        runs.append(Run(word.text, ink(word.tone, side), isBold: isCall || word.tone == .title))
      }
      shapes.append(
        .text(Label(runs, at: Point(x, baseline), size: metrics.base, anchor: anchor)))
    }
    if let source = entry.source, side == owner(entry) {
      let at = Point(x, baseline + metrics.small + 1)
      shapes.append(
        .text(Label([Run(source, .faint)], at: at, size: metrics.small, anchor: anchor)))
    }
    guard !isPacket(entry), side == owner(entry) else { return shapes }
    let length = Double(words.columns) * metrics.column
    let away = length + 6 + metrics.callout
    for (index, letter) in entry.letters.enumerated() {
      let y = baseline - metrics.base * 0.34 + Double(index) * metrics.calloutStep
      shapes += callout(letter, Point(side == .client ? x - away : x + away, y))
    }
    return shapes
  }

  private func isPacket(_ entry: FigureEntry) -> Bool { entry.thing?.kind == "packet" }

  /// The side whose words belong to the entry's call.
  private func owner(_ entry: FigureEntry) -> Side {
    entry.line.client.words.isEmpty ? .server : .client
  }

  /// What is left to say of a state that its band names.
  private func withoutState(_ word: Word) -> Word? {
    guard word.tone == .state,
      let state = TCPState.allCases.first(where: { state in
        word.text == state.rawValue || word.text.hasPrefix(state.rawValue + ",")
          || word.text.hasPrefix(state.rawValue + " ")
      })
    else { return word }
    let rest = word.text.dropFirst(state.rawValue.count).drop { ", ".contains($0) }
    return rest.isEmpty ? nil : Word(text: String(rest), tone: .state)
  }

  private func silence(_ index: Int, _ entry: FigureEntry) -> [Shape] {
    let y = y(index)
    let middle = (places.clientBand.right + places.serverBand.left) / 2
    var shapes: [Shape] = [
      .line(Point(places.timeRight, y), Point(places.right, y), Stroke(.rule, 1, .dotted))
    ]
    if case .note(let text, _) = entry.line.middle {
      let half = Double(text.count) * metrics.small * Metrics.advance / 2 + 6
      let box = Box(middle - half, y - metrics.small * 0.7, half * 2, metrics.small * 1.4)
      shapes.append(.rectangle(box, fill: .paper))
      shapes.append(
        .text(
          Label(
            [Run(text, .faint)], at: Point(middle, y + metrics.small * 0.34), size: metrics.small,
            anchor: .middle)))
    }
    for bar in panel.bars where bar.first < index && (bar.last ?? Int.max) > index {
      let place = places.bar(bar.side, slot: bar.slot)
      shapes += tear(place.left, place.right - place.left, y)
    }
    for span in panel.spans where span.first < index && span.last > index {
      let band = places.band(span.side)
      shapes += tear(band.left, band.right - band.left, y)
    }
    return shapes
  }

  /// A visible break in a bar or band.
  private func tear(_ x: Double, _ width: Double, _ y: Double) -> [Shape] {
    let gap = Stroke(.paper, 4)
    let edge = Stroke(.faint, 0.9)
    let left = Point(x - 2, y + 2)
    let right = Point(x + width + 2, y - 2)
    return [
      .line(left, right, gap),
      .line(Point(left.x, left.y - 2.6), Point(right.x, right.y - 2.6), edge),
      .line(Point(left.x, left.y + 2.6), Point(right.x, right.y + 2.6), edge),
    ]
  }

  func ink(_ tone: Tone, _ side: Side?) -> Ink {
    switch tone {
    case .plain: side == nil ? .text : .faint
    case .faint: .faint
    case .client: .clientWord
    case .server: .serverWord
    case .state, .title: .text
    case .failure: .failure
    case .warning: .warning
    }
  }
}
