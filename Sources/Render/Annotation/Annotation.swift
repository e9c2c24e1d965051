import Text

/// A screenshot with lettered callouts, leader lines and a legend.
public struct Annotation {
  /// The screenshot as a PNG file, and its size in pixels.
  public var image: [UInt8]
  /// Its width in pixels.
  public var width: Int
  /// Its height in pixels.
  public var height: Int
  /// Marks that have their sentences, harmless.
  public var marks: [(place: Mark.Place, text: String)]
  /// Where rows of a packet list are.
  public var rows: PacketListRows?
  /// What stands above it; empty: nothing. Raw.
  public var title = ""
  /// What stands below it, raw.
  public var caption: [String] = []

  /// Makes a screenshot without marks.
  public init(image: [UInt8], width: Int, height: Int) {
    self.image = image
    self.width = width
    self.height = height
    marks = []
  }

  /// The picture, one pixel of it for each of the screenshot.
  public func picture() throws(MarkError) -> Picture {
    let targets = try places()
    // Letters of 7 points where the picture is printed 16 cm wide.
    let least = FigureStyle.leastPoints / (FigureStyle.printedCentimetres / 2.54 * 72)
    let size = max(12, Double(width) * 1.1 * least)
    let radius = size * 0.8
    let gutter = radius * 3.2
    var shapes: [Shape] = []
    var y = size
    if !title.isEmpty {
      y = paragraph(Escape.terminal(title), size * 1.4, .text, isBold: true, at: y + size, &shapes)
    }
    let box = Box(gutter, y, Double(width), Double(height))
    shapes.append(.image(box, image))
    shapes.append(.rectangle(box, stroke: Stroke(.rule, 1)))
    let points = targets.map { Point($0.x + box.x, $0.y + box.y) }
    let step = radius * 2 + 3
    let first = box.y + radius
    let leaders = Leaders(
      points, left: gutter / 2, right: box.right + gutter / 2,
      range: first...max(first + step * Double(max(0, points.count - 1)), box.bottom - radius),
      step: step)
    let order = marks.indices.sorted { (points[$0].y, points[$0].x) < (points[$1].y, points[$1].x) }
    var letters: [Int: String] = [:]
    for (index, mark) in order.enumerated() { letters[mark] = NoteLetters.letter(index) }
    for leader in leaders.leaders {
      shapes += draw(leader, letters[leader.mark] ?? "?", radius, size)
    }
    y = max(box.bottom, (leaders.leaders.map(\.from.y).max() ?? 0) + radius) + size * 1.6
    for mark in order {
      y = note(letters[mark] ?? "?", marks[mark].text, radius, size, at: y, &shapes)
    }
    for line in caption {
      y = paragraph(Escape.terminal(line), size * 0.9, .faint, at: y + size * 0.6, &shapes)
    }
    return Picture(
      width: Double(width) + gutter * 2, height: y + size * 0.4,
      title: title.isEmpty ? "Annotated screenshot" : Escape.terminal(title),
      description: order.map { "\(letters[$0] ?? "?"): \(marks[$0].text)" }.joined(separator: " "),
      shapes: shapes)
  }

  /// Where the marks are, in pixels of the screenshot.
  private func places() throws(MarkError) -> [Point] {
    var points: [Point] = []
    for mark in marks {
      let point: Point
      switch mark.place {
      case .pixel(let x, let y): point = Point(x, y)
      case .row(let number):
        guard let rows else { throw .noRows("\(number)") }
        point = Point(8, rows.top + (Double(number) - 0.5) * rows.height)
      }
      guard 0...Double(width) ~= point.x, 0...Double(height) ~= point.y else {
        throw .outside(
          "\(SVGPen.number(point.x)),\(SVGPen.number(point.y))", width, height)
      }
      points.append(point)
    }
    return points
  }

  /// A ring around the place, a line with a white edge so that it is seen on any ground, a letter.
  private func draw(
    _ leader: Leaders.Leader, _ letter: String, _ radius: Double, _ size: Double
  ) -> [Shape] {
    let ring = size * 0.35
    let dx = leader.from.x - leader.to.x
    let dy = leader.from.y - leader.to.y
    let length = max(1, (dx * dx + dy * dy).squareRoot())
    let start = Point(leader.to.x + dx / length * ring, leader.to.y + dy / length * ring)
    let thick = max(1.2, size / 9)
    return [
      .line(start, leader.from, Stroke(.paper, thick * 2.4)),
      .line(start, leader.from, Stroke(.failure, thick)),
      .circle(leader.to, radius: ring, stroke: Stroke(.paper, thick * 2.4)),
      .circle(leader.to, radius: ring, stroke: Stroke(.failure, thick)),
      .circle(leader.from, radius: radius, fill: .paper, stroke: Stroke(.failure, thick)),
      .text(
        Label(
          [Run(letter, .text, isBold: true)],
          at: Point(leader.from.x, leader.from.y + size * 0.36),
          size: letter.count > 1 ? size * 0.85 : size, face: .sans, anchor: .middle)),
    ]
  }

  private func note(
    _ letter: String, _ text: String, _ radius: Double, _ size: Double, at top: Double,
    _ shapes: inout [Shape]
  ) -> Double {
    let center = Point(size + radius, top)
    shapes.append(.circle(center, radius: radius, fill: .paper, stroke: Stroke(.failure, 1.3)))
    shapes.append(
      .text(
        Label(
          [Run(letter, .text, isBold: true)], at: Point(center.x, center.y + size * 0.36),
          size: size, face: .sans, anchor: .middle)))
    let indent = size + radius * 2 + 8
    let room = Double(width) + radius * 6.4 - indent - size
    var y = top + size * 0.36
    for line in ProportionalWidth.wrap(text, size: size, width: room) {
      shapes.append(
        .text(Label([Run(line, .text)], at: Point(indent, y), size: size, face: .sans)))
      y += size * 1.35
    }
    return max(y, top + radius * 2 + 4)
  }

  private func paragraph(
    _ text: String, _ size: Double, _ ink: Ink, isBold: Bool = false, at baseline: Double,
    _ shapes: inout [Shape]
  ) -> Double {
    var y = baseline
    for line in ProportionalWidth.wrap(text, size: size, width: Double(width), isBold: isBold) {
      shapes.append(
        .text(
          Label(
            [Run(line, ink, isBold: isBold)], at: Point(size * 1.2, y), size: size, face: .sans)))
      y += size * 1.4
    }
    return y
  }
}

extension Annotation {
  /// A text of the user's as it may stand in a legend.
  public static func harmless(_ text: String) -> String { Escape.terminal(text) }
}
