/// How a picture of a ladder is laid out.
public struct FigureStyle: Hashable, Sendable {
  /// What its texts say: times, numbers, notation. `width`, `isASCII` and `hasColor` are not used.
  public var ladder = LadderStyle()
  /// How inks look.
  public var theme = Theme.light
  /// The page that it is printed on; nil: a screen.
  public var paper: Paper?
  /// Columns of letters that it is wide; nil: by the paper. At least 80.
  public var columns: Int?
  /// What stands above it; nil: what is known of the connection.
  public var title: String?
  /// Whether unusual packets and the usual turning points get callouts by themselves.
  public var hasCallouts = true

  /// Whether it is drawn however many rows it has.
  public var isLong = false

  /// Makes the style of a picture for a screen.
  public init() {}

  /// Sizes of paper.
  public enum Paper: String, Hashable, Sendable, CaseIterable {
    case a4, letter

    /// Width and height of the page in points (1/72 inch).
    public var points: (width: Double, height: Double) {
      self == .a4 ? (595.28, 841.89) : (612, 792)
    }
  }

  /// Centimetres that a picture is wide when it is printed into a text.
  static let printedCentimetres = 16.0
  /// The smallest letters on paper, in points.
  static let leastPoints = 7.0
  /// Points of paper for each pixel of a picture that is printed 16 cm wide, or smaller.
  public static func scale(for width: Double) -> Double {
    min(1, printedCentimetres / 2.54 * 72 / width)
  }
  /// What stays white above and below a page, in points.
  public static let paperMargin = 56.7
}

/// Sizes of letters and places, in pixels of the picture.
struct Metrics: Hashable {
  /// The size of most letters, and of the small ones.
  let base: Double
  let small: Double
  let title: Double
  /// The space around everything.
  let margin: Double
  /// A bar, and the space from one bar to the next.
  let bar = 7.0
  let barStep = 10.0
  /// What the bars of a side may take, and its listening sockets; where there are many they are
  /// narrower, so that the words keep their columns.
  let mostBars: Double
  let mostListeners: Double
  /// The band of a connection's end.
  let band: Double
  /// The radius of a callout.
  let callout: Double

  init(_ style: FigureStyle) {
    base = 12
    // A picture on paper is as wide as 104 columns of letters of 7 points, so none is smaller.
    small = style.paper == nil ? 10 : 12
    title = 17
    margin = style.paper == nil ? 24 : 12
    mostBars = style.paper == nil ? 60 : 30
    mostListeners = style.paper == nil ? 56 : 14
    band = style.paper == nil ? 17 : 15
    callout = style.paper == nil ? 9 : 8.5
  }

  /// From one callout to the next.
  var calloutStep: Double { callout * 2 + 2 }

  /// What a column of the fixed font is wide, in sizes of the font: DejaVu Sans Mono.
  static let advance = 0.602
  var column: Double { base * Metrics.advance }
}
