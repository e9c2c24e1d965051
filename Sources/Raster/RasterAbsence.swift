#if !Pictures
  /// Converts SVG to PNG and PDF, if built with librsvg; here it was not.
  public enum Raster {
    /// The widest and highest picture that is drawn, in pixels.
    public static let most = 30_000

    /// Always an error.
    public static func png(
      _ document: String, width: Int, height: Int, dotsPerInch: Double
    ) throws(RasterError) -> [UInt8] { throw .absent }

    /// Always an error.
    public static func pdf(
      _ pages: [RasterPage], title: String, creator: String
    ) throws(RasterError) -> [UInt8] { throw .absent }
  }

  /// A screenshot, read from a PNG file, if built with librsvg; here it was not.
  public enum Screenshot {
    /// Always an error.
    public static func read(
      _ png: [UInt8], covering boxes: [(x: Double, y: Double, width: Double, height: Double)]
    ) throws(RasterError) -> (png: [UInt8], width: Int, height: Int) { throw .absent }
  }
#endif
