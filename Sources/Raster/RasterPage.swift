/// A page of a PDF file: an SVG document, and where it stands on the paper, in points (1/72 inch).
public struct RasterPage: Sendable {
  /// The document.
  public var document: String
  /// Width and height of the paper.
  public var width: Double
  /// Height of the paper.
  public var height: Double
  /// Where the document stands on it.
  public var x: Double
  /// How far below its upper edge.
  public var y: Double
  /// How wide the document is there.
  public var documentWidth: Double
  /// How high the document is there.
  public var documentHeight: Double

  /// Makes a page whose document fills it.
  public init(_ document: String, width: Double, height: Double) {
    self.document = document
    self.width = width
    self.height = height
    x = 0
    y = 0
    documentWidth = width
    documentHeight = height
  }
}
