import Text

@testable import Render

extension Label {
  /// Where its letters are: as wide as they are drawn at most, from the tallest to the lowest.
  var box: Box {
    let isBold = runs.contains(where: \.isBold)
    let text = runs.map(\.text).joined()
    let width =
      face == .mono
      ? Double(DisplayWidth.columns(of: text)) * Metrics.advance * size
      : ProportionalWidth.of(text, isBold: isBold) * size
    let start =
      switch anchor {
      case .start: 0.0
      case .middle: -width / 2
      case .end: -width
      }
    let (above, below) = (0.74 * size, 0.2 * size)
    guard isUpright else { return Box(at.x + start, at.y - above, width, above + below) }
    return Box(at.x - above, at.y - start - width, above + below, width)
  }
}

extension Box {
  /// Whether two boxes share more than an edge.
  func overlaps(_ other: Box, by least: Double = 0.6) -> Bool {
    min(right, other.right) - max(x, other.x) > least
      && min(bottom, other.bottom) - max(y, other.y) > least
  }

  func holds(_ other: Box, slack: Double = 1) -> Bool {
    x <= other.x + slack && y <= other.y + slack && right >= other.right - slack
      && bottom >= other.bottom - slack
  }

  /// Whether a line goes through it, more than `inset` inside.
  func isCrossed(from start: Point, to end: Point, inset: Double = 0.8) -> Bool {
    let box = Box(x + inset, y + inset, width - 2 * inset, height - 2 * inset)
    guard box.width > 0, box.height > 0 else { return false }
    // Liang and Barsky: the part of the line that is inside.
    var (first, last) = (0.0, 1.0)
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    for (step, room) in [
      (-dx, start.x - box.x), (dx, box.right - start.x), (-dy, start.y - box.y),
      (dy, box.bottom - start.y),
    ] {
      if step == 0 {
        if room < 0 { return false }
      } else if step < 0 {
        first = max(first, room / step)
      } else {
        last = min(last, room / step)
      }
    }
    return first < last
  }
}

extension Picture {
  /// What a reader could not read: labels over each other, over an edge, under a bar, crossed by a
  /// line; in words.
  var overlaps: [String] {
    let shapes = flat
    var found: [String] = []
    var labels: [(place: Int, text: String, box: Box)] = []
    for (place, shape) in shapes.enumerated() {
      guard case .text(let label) = shape else { continue }
      let text = label.runs.map(\.text).joined()
      guard text.contains(where: { $0 != " " }) else { continue }
      labels.append((place, text, label.box))
    }
    let page = Box(0, 0, width, height)
    for (index, label) in labels.enumerated() {
      if !page.holds(label.box, slack: 0) { found.append("over the edge: \(label.text)") }
      for other in labels[(index + 1)...] where label.box.overlaps(other.box) {
        found.append("over each other: \(label.text) | \(other.text)")
      }
      for (place, shape) in shapes.enumerated()
      where shape.disturbs(label.box, isAbove: place > label.place) {
        // A sheet of paper between the line and the letters hides the line.
        let isHidden = shapes[min(place, label.place)..<label.place].contains {
          $0.covers(label.box)
        }
        if place > label.place || !isHidden { found.append("\(shape.name) through: \(label.text)") }
      }
    }
    return found
  }
}

extension Shape {
  fileprivate var name: String {
    switch self {
    case .rectangle: "a rectangle"
    case .line: "a line"
    case .arrow: "an arrow"
    case .polyline: "a polyline"
    case .circle: "a circle"
    default: "a shape"
    }
  }

  /// Whether letters in the box are hard to read because of it.
  fileprivate func disturbs(_ box: Box, isAbove: Bool) -> Bool {
    switch self {
    case .rectangle(let own, _, .some, _):
      return own.overlaps(box) && (isAbove || !own.holds(box, slack: 2))
    case .line(let start, let end, let stroke):
      return stroke.ink != .paper && box.isCrossed(from: start, to: end)
    case .arrow(let start, let end, _): return box.isCrossed(from: start, to: end)
    case .circle(let center, let radius, .some, _):
      let own = Box(center.x - radius, center.y - radius, radius * 2, radius * 2)
      return own.overlaps(box) && (isAbove || !own.holds(box, slack: 2))
    default: return false
    }
  }

  fileprivate func covers(_ box: Box) -> Bool {
    switch self {
    case .rectangle(let own, _, .some, _): return own.holds(box, slack: 2)
    case .circle(let center, let radius, .some, _):
      return Box(center.x - radius, center.y - radius, radius * 2, radius * 2).holds(box, slack: 2)
    default: return false
    }
  }
}
