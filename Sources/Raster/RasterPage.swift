/// A page of a PDF file: an SVG document, and where it is on the paper, in points (1/72 inch).
public struct RasterPage: Sendable {
  /// The document.
  public var document: String
  /// Width of the paper.
  public var width: Double
  /// Height of the paper.
  public var height: Double
  /// How far the document is from the left edge of the paper.
  public var x: Double
  /// How far it is below the upper edge.
  public var y: Double
  /// How wide the document is on the paper.
  public var documentWidth: Double
  /// How high the document is on the paper.
  public var documentHeight: Double

  /// Makes a page that the document fills.
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
