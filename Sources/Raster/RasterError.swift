/// Why a picture could not be turned into pixels or pages.
public struct RasterError: Error, Hashable, Sendable {
  /// What librsvg or cairo says.
  public var message: String
  /// Makes an error.
  public init(_ message: String) { self.message = message }
}
