#if Pictures
  import CRsvg

  /// A screenshot, read from a PNG file.
  public enum Screenshot {
    /// How every PNG file begins (PNG specification, section 5.2).
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The file rewritten, with the boxes painted over, and its size in pixels.
    ///
    /// What is covered is gone, not only hidden; text and other chunks of the file are left out.
    ///
    /// - Parameter boxes: x, y, width and height of each, in pixels.
    ///
    /// C: `cairo_image_surface_create_from_png_stream`
    public static func read(
      _ png: [UInt8], covering boxes: [(x: Double, y: Double, width: Double, height: Double)]
    ) throws(RasterError) -> (png: [UInt8], width: Int, height: Int) {
      guard png.starts(with: signature) else {
        throw RasterError("it does not begin as PNG files do")
      }
      let source = Source(png)
      let made = unsafe cairo_image_surface_create_from_png_stream(
        Source.read, Source.pointer(to: source))
      guard let surface = unsafe made else { throw RasterError("cairo made no surface") }
      defer { unsafe cairo_surface_destroy(surface) }
      try Raster.check(unsafe cairo_surface_status(surface))
      let width = Int(unsafe cairo_image_surface_get_width(surface))
      let height = Int(unsafe cairo_image_surface_get_height(surface))
      if !boxes.isEmpty {
        guard let context = unsafe cairo_create(surface) else { throw RasterError("cairo failed") }
        defer { unsafe cairo_destroy(context) }
        unsafe cairo_set_operator(context, CAIRO_OPERATOR_SOURCE)
        unsafe cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE)
        unsafe cairo_set_source_rgb(context, 0.25, 0.25, 0.25)
        for box in boxes {
          // Whole pixels: one that is only partly covered could still be read.
          let (left, top) = (box.x.rounded(.down), box.y.rounded(.down))
          let right = min((box.x + box.width).rounded(.up), Double(width))
          let bottom = min((box.y + box.height).rounded(.up), Double(height))
          unsafe cairo_rectangle(context, left, top, right - left, bottom - top)
          unsafe cairo_fill(context)
        }
        try Raster.check(unsafe cairo_status(context))
      }
      let bytes = try Raster.collected { sink throws(RasterError) in
        try Raster.check(
          unsafe cairo_surface_write_to_png_stream(surface, Sink.write, Sink.pointer(to: sink)))
      }
      return (bytes, width, height)
    }
  }

  /// Supplies the bytes that cairo reads.
  private final class Source {
    let bytes: [UInt8]
    var next = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func pointer(to source: Source) -> UnsafeMutableRawPointer {
      unsafe Unmanaged.passUnretained(source).toOpaque()
    }

    /// The source outlives the call that reads from it; `data` has space for `length` bytes.
    static let read: cairo_read_func_t = { closure, data, length in
      guard let closure = unsafe closure, let data = unsafe data else {
        return CAIRO_STATUS_READ_ERROR
      }
      let source = unsafe Unmanaged<Source>.fromOpaque(closure).takeUnretainedValue()
      let count = Int(length)
      guard source.bytes.count - source.next >= count else { return CAIRO_STATUS_READ_ERROR }
      for index in 0..<count { unsafe data[index] = source.bytes[source.next + index] }
      source.next += count
      return CAIRO_STATUS_SUCCESS
    }
  }
#endif
