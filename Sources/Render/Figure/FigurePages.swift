import Explain
import Text
import Timeline

extension FigurePage {
  /// The picture cut into pages that are at most `height` high; a page begins with the heads of the
  /// lanes, and the last has legend and caption.
  func pages(height: Double, _ totals: Totals, _ ending: Ending) -> [Picture] {
    var pages = PageStack(page: self, height: height - metrics.base * 2, totals: totals)
    pages.begin()
    for panel in panels { pages.add(panel) }
    pages.close { y, shapes in
      let bottom = legend(at: y, into: &shapes)
      return caption(totals, ending, at: bottom, into: &shapes)
    }
    return pages.finished()
  }
}

/// Fills pages, one after the other.
private struct PageStack {
  let page: FigurePage
  /// What a page holds.
  let height: Double
  let totals: Totals
  private var full: [[Shape]] = []
  private var shapes: [Shape] = []
  private var y = 0.0
  /// Whether the page holds nothing yet but perhaps the title.
  private var isFresh = true

  init(page: FigurePage, height: Double, totals: Totals) {
    self.page = page
    self.height = height
    self.totals = totals
  }

  mutating func begin() { y = page.title(totals, into: &shapes) }

  private mutating func turn() {
    full.append(shapes)
    shapes = []
    y = page.metrics.margin
    isFresh = true
  }

  /// Draws a panel, on as many pages as it needs.
  mutating func add(_ panel: FigurePanel) {
    var next = 0
    while next < panel.entries.count {
      var head: [Shape] = []
      var top = page.head(panel, at: y + 8, into: &head) + 6
      var range = fitting(panel, from: next, top: top)
      if !isFresh, range.isEmpty || isCramped(range, in: panel) {
        turn()
        head = []
        top = page.head(panel, at: y + 8, into: &head) + 6
        range = fitting(panel, from: next, top: top)
      }
      // A page that holds not even one line is drawn over its edge.
      if range.isEmpty { range = next..<next + 1 }
      let painter = FigurePainter(
        panel, page.places, page.figure.style.theme, range: range, top: top)
      shapes += head + painter.shapes()
      y = painter.bottom + 10
      isFresh = false
      next = range.upperBound
      if next < panel.entries.count { turn() }
    }
  }

  /// Whether a page of its own holds the whole panel, or only the first few of many lines would
  /// stand at the end of this one.
  private func isCramped(_ range: Range<Int>, in panel: FigurePanel) -> Bool {
    guard range.lowerBound == 0, panel.entries.count > range.count else { return false }
    let top = page.metrics.margin + page.metrics.base * 8
    return range.count < 6 || fitting(panel, from: 0, top: top).count == panel.entries.count
  }

  /// The entries that fit; what belongs together stays together.
  private func fitting(_ panel: FigurePanel, from first: Int, top: Double) -> Range<Int> {
    var bottom = top
    var end = first
    var last = first
    while end < panel.entries.count {
      let (above, below) = FigureHeights.extent(panel.entries[end], page.metrics)
      bottom += above + below
      if bottom > height { break }
      end += 1
      let begins =
        end == panel.entries.count
        || panel.entries[end].line.time != nil && !panel.entries[end - 1].isSilence
        || panel.entries[end].isSilence
      if begins { last = end }
    }
    return first..<last
  }

  /// Adds what stands below all panels, on a page of its own where there is no room.
  mutating func close(_ draw: (Double, inout [Shape]) -> Double) {
    var below: [Shape] = []
    let bottom = draw(y, &below)
    if bottom > height, !shapes.isEmpty {
      turn()
      below = []
      y = draw(y, &below)
    }
    shapes += below
    full.append(shapes)
    shapes = []
  }

  /// The pages, with their numbers.
  func finished() -> [Picture] {
    let whole = height + page.metrics.base * 2
    return full.enumerated().map { index, shapes in
      var shapes = shapes
      if full.count > 1 {
        let number = "\(index + 1) / \(full.count)"
        shapes.append(
          .text(
            Label(
              [Run(number, .faint)], at: Point(page.right, whole - 4), size: page.metrics.small,
              face: .sans, anchor: .end)))
      }
      return Picture(
        width: page.width, height: whole, title: page.name(totals), description: "",
        shapes: shapes)
    }
  }
}
