import Text

/// Writes drawings as SVG 1.1: text stays text, every packet and call has a `<title>`.
public struct SVGPen {
  /// How inks look.
  public var theme: Theme
  /// What stands before the families that are tried else; empty: nothing.
  public var font = ""
  /// How much larger than it was laid out.
  public var scale = 1.0
  /// Writes the colour of an ink; nil: by the theme. The page of HTML sets it to variables of CSS.
  var paint: ((Ink) -> String)?

  /// Makes a pen.
  public init(theme: Theme = .light) { self.theme = theme }

  /// Families of fonts that are tried in turn. Their letters are at most 0.602 of the size wide,
  /// those of East Asia as wide as two; see `Metrics`.
  static let mono =
    "DejaVu Sans Mono, Menlo, Consolas, Noto Sans Mono CJK KR, NanumGothicCoding, "
    + "monospace"
  static let sans = "DejaVu Sans, Verdana, Noto Sans CJK KR, NanumGothic, sans-serif"

  /// The whole document.
  public func document(_ picture: Picture) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(picture)
  }

  /// The element `svg`.
  func element(_ picture: Picture) -> String {
    let width = SVGPen.number(picture.width * scale)
    let height = SVGPen.number(picture.height * scale)
    let view = "0 0 \(SVGPen.number(picture.width)) \(SVGPen.number(picture.height))"
    var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\""
    out += " viewBox=\"\(view)\" role=\"img\" aria-labelledby=\"title description\">\n"
    out += "<title id=\"title\">\(Escape.markup(picture.title))</title>\n"
    out += "<desc id=\"description\">\(Escape.markup(picture.description))</desc>\n"
    let page = Box(0, 0, picture.width, picture.height)
    write(.rectangle(page, fill: .paper), into: &out)
    for shape in picture.shapes { write(shape, into: &out) }
    return out + "</svg>\n"
  }

  private func write(_ shape: Shape, into out: inout String) {
    switch shape {
    case .rectangle(let box, let corner, let fill, let stroke):
      out += "<rect" + place(box) + (corner > 0 ? attribute("rx", corner) : "")
      out += self.fill(fill) + (stroke.map { self.stroke($0) } ?? "") + "/>\n"
    case .line(let start, let end, let stroke):
      out += "<line" + ends(start, end) + self.stroke(stroke) + "/>\n"
    case .arrow(let start, let end, let stroke): arrow(start, end, stroke, into: &out)
    case .polyline(let points, let stroke):
      let list = points.map { SVGPen.number($0.x) + "," + SVGPen.number($0.y) }
      out += "<polyline points=\"\(list.joined(separator: " "))\" fill=\"none\""
      out += self.stroke(stroke) + "/>\n"
    case .circle(let center, let radius, let fill, let stroke):
      out += "<circle" + attribute("cx", center.x) + attribute("cy", center.y)
      out += attribute("r", radius) + self.fill(fill) + (stroke.map { self.stroke($0) } ?? "")
      out += "/>\n"
    case .text(let label): text(label, into: &out)
    case .image(let box, let bytes):
      out += "<image" + place(box) + " xmlns:xlink=\"http://www.w3.org/1999/xlink\""
      out += " xlink:href=\"data:image/png;base64,\(Base64.text(bytes))\"/>\n"
    case .group(let thing, let shapes):
      out += "<g id=\"\(Escape.markup(thing.id))\" class=\"\(Escape.markup(thing.kind))\""
      if !thing.related.isEmpty {
        out += " data-related=\"\(Escape.markup(thing.related.joined(separator: " ")))\""
      }
      out += "><title>\(Escape.markup(thing.title))</title>\n"
      for shape in shapes { write(shape, into: &out) }
      out += "</g>\n"
    }
  }

  /// The head is drawn as a shape of its own: markers do not survive every program.
  private func arrow(_ start: Point, _ end: Point, _ stroke: Stroke, into out: inout String) {
    let size = 5 + stroke.width * 1.6
    let length = ((end.x - start.x) * (end.x - start.x) + (end.y - start.y) * (end.y - start.y))
      .squareRoot()
    guard length > 0 else { return }
    let along = Point((end.x - start.x) / length, (end.y - start.y) / length)
    let neck = Point(end.x - along.x * size, end.y - along.y * size)
    let half = size * 0.42
    let head = [
      end, Point(neck.x - along.y * half, neck.y + along.x * half),
      Point(neck.x + along.y * half, neck.y - along.x * half),
    ]
    out += "<line" + ends(start, neck) + self.stroke(stroke) + "/>\n"
    let list = head.map { SVGPen.number($0.x) + "," + SVGPen.number($0.y) }
    out += "<polygon points=\"\(list.joined(separator: " "))\"" + fill(stroke.ink) + "/>\n"
  }

  private func text(_ label: Label, into out: inout String) {
    guard label.runs.contains(where: { !$0.text.isEmpty }) else { return }
    out += "<text" + attribute("x", label.at.x) + attribute("y", label.at.y)
    let families = label.face == .mono ? SVGPen.mono : SVGPen.sans
    let all = font.isEmpty ? families : Escape.markup(font) + ", " + families
    out += " font-family=\"\(all)\"" + attribute("font-size", label.size)
    switch label.anchor {
    case .start: break
    case .middle: out += " text-anchor=\"middle\""
    case .end: out += " text-anchor=\"end\""
    }
    if label.isUpright {
      out += " transform=\"rotate(-90 \(SVGPen.number(label.at.x)) \(SVGPen.number(label.at.y)))\""
    }
    out += " xml:space=\"preserve\""
    if label.runs.count == 1, let run = label.runs.first {
      out += style(run) + ">" + Escape.markup(run.text) + "</text>\n"
      return
    }
    out += ">"
    for run in label.runs {
      out += "<tspan" + style(run) + ">" + Escape.markup(run.text) + "</tspan>"
    }
    out += "</text>\n"
  }

  // MARK: attributes

  private func style(_ run: Run) -> String {
    fill(run.ink) + (run.isBold ? " font-weight=\"700\"" : "")
      + (run.isUnderlined ? " text-decoration=\"underline\"" : "")
  }

  private func fill(_ ink: Ink?) -> String {
    guard let ink else { return " fill=\"none\"" }
    return " fill=\"\(colour(ink))\""
  }

  private func stroke(_ stroke: Stroke) -> String {
    let dash: String
    switch stroke.dash {
    case .solid: dash = ""
    case .dashed: dash = " stroke-dasharray=\"7 4\""
    case .dotted: dash = " stroke-dasharray=\"2 4\""
    case .dashDotted: dash = " stroke-dasharray=\"9 3 2 3\""
    }
    return " stroke=\"\(colour(stroke.ink))\"" + attribute("stroke-width", stroke.width) + dash
  }

  private func colour(_ ink: Ink) -> String { paint?(ink) ?? theme.colour(ink) }

  private func place(_ box: Box) -> String {
    attribute("x", box.x) + attribute("y", box.y) + attribute("width", box.width)
      + attribute("height", box.height)
  }

  private func ends(_ start: Point, _ end: Point) -> String {
    attribute("x1", start.x) + attribute("y1", start.y) + attribute("x2", end.x)
      + attribute("y2", end.y)
  }

  private func attribute(_ name: String, _ value: Double) -> String {
    " \(name)=\"\(SVGPen.number(value))\""
  }

  /// A number with two decimals at most.
  static func number(_ value: Double) -> String {
    let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
    let whole = hundredths / 100
    let rest = abs(hundredths % 100)
    let sign = hundredths < 0 && whole == 0 ? "-" : ""
    if rest == 0 { return "\(whole)" }
    if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole)." + (rest < 10 ? "0" : "") + "\(rest)"
  }
}
