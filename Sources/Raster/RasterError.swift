/// Why a picture could not be turned into pixels or pages.
public struct RasterError: Error, Hashable, Sendable {
  /// librsvg's or cairo's message.
  public var message: String
  /// Makes an error.
  public init(_ message: String) { self.message = message }

  /// The error for every picture in pixels or pages where this program was built without librsvg.
  public static let absent = RasterError(
    "this sockline was built without librsvg, and `sockline draw` writes .svg and .html without it; "
      + "the .deb has it, and so does `swift build` if librsvg2-dev is installed")
}
