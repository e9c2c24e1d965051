/// A picture before any pen: shapes on a page, measured in CSS pixels (1/96 inch) from its left
/// upper corner.
public struct Picture: Hashable, Sendable {
  /// Width of the page.
  public var width: Double
  /// Height of the page.
  public var height: Double
  /// What it shows, in a few words.
  public var title: String
  /// What it shows, for those who do not see it.
  public var description: String
  /// The shapes, the lowest first.
  public var shapes: [Shape]

  /// Makes a picture.
  public init(
    width: Double, height: Double, title: String, description: String, shapes: [Shape] = []
  ) {
    self.width = width
    self.height = height
    self.title = title
    self.description = description
    self.shapes = shapes
  }
}

/// A point of a picture.
public struct Point: Hashable, Sendable {
  /// Pixels from the left edge.
  public var x: Double
  /// Pixels from the upper edge.
  public var y: Double
  /// Makes a point.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A rectangle of a picture.
public struct Box: Hashable, Sendable {
  /// The left edge and the upper edge.
  public var x: Double
  /// Pixels from the upper edge.
  public var y: Double
  /// How wide it is.
  public var width: Double
  /// How high it is.
  public var height: Double
  /// Makes a rectangle.
  public init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
  /// The right edge and the lower edge.
  public var right: Double { x + width }
  /// The lower edge.
  public var bottom: Double { y + height }
}

/// How a line is drawn.
public struct Stroke: Hashable, Sendable {
  /// What it is drawn with.
  public var ink: Ink
  /// How wide it is.
  public var width: Double
  /// How it is interrupted.
  public var dash: Dash
  /// Makes a stroke.
  public init(_ ink: Ink, _ width: Double, _ dash: Dash = .solid) {
    self.ink = ink
    self.width = width
    self.dash = dash
  }

  /// Kinds of lines, told apart without colour.
  public enum Dash: Hashable, Sendable { case solid, dashed, dotted, dashDotted }
}

/// A piece of a text in an ink.
public struct Run: Hashable, Sendable {
  /// Foreign text in it has been made visible (`Escape.terminal`); the pen escapes its own markup.
  public var text: String
  /// What it is drawn with.
  public var ink: Ink
  /// Whether its letters are heavy.
  public var isBold: Bool
  /// Whether a line stands under it.
  public var isUnderlined = false
  /// Makes a piece.
  public init(_ text: String, _ ink: Ink, isBold: Bool = false) {
    self.text = text
    self.ink = ink
    self.isBold = isBold
  }
}

/// One line of text.
public struct Label: Hashable, Sendable {
  /// The pieces, from left to right.
  public var runs: [Run]
  /// Where the baseline begins, has its middle, or ends, as `anchor` says.
  public var at: Point
  /// The size of the font.
  public var size: Double
  /// The kind of font.
  public var face = Face.mono
  /// Which part of it stands at `at`.
  public var anchor = Anchor.start
  /// Whether it is read from below to above.
  public var isUpright = false

  /// Makes a line of text.
  public init(
    _ runs: [Run], at: Point, size: Double, face: Face = .mono, anchor: Anchor = .start,
    isUpright: Bool = false
  ) {
    self.runs = runs
    self.at = at
    self.size = size
    self.face = face
    self.anchor = anchor
    self.isUpright = isUpright
  }

  /// A font whose letters have one width, or one whose letters have not.
  public enum Face: Hashable, Sendable { case mono, sans }
  /// Parts of a line of text.
  public enum Anchor: Hashable, Sendable { case start, middle, end }
}

/// What a picture is made of.
public indirect enum Shape: Hashable, Sendable {
  case rectangle(Box, corner: Double = 0, fill: Ink? = nil, stroke: Stroke? = nil)
  case line(Point, Point, Stroke)
  /// A line with a head at its end.
  case arrow(from: Point, to: Point, Stroke)
  case polyline([Point], Stroke)
  case circle(Point, radius: Double, fill: Ink? = nil, stroke: Stroke? = nil)
  case text(Label)
  /// A PNG file, as large as the box.
  case image(Box, [UInt8])
  /// Shapes that are one thing: a packet, a call.
  case group(Thing, [Shape])
}

/// What a group of shapes stands for.
public struct Thing: Hashable, Sendable {
  /// A name that is unique in the picture: `packet-3`, `call-6`, `note-A`.
  public var id: String
  /// What a reader is told of it, in a sentence.
  public var title: String
  /// What kind of thing it is: `packet`, `call`, `state`, `note`.
  public var kind: String
  /// Names of other things that belong to it: the calls of a packet, the packets of a call.
  public var related: [String]

  /// Makes a thing.
  public init(id: String, title: String, kind: String, related: [String] = []) {
    self.id = id
    self.title = title
    self.kind = kind
    self.related = related
  }
}
