#if Pictures
  import CRsvg

  /// Converts SVG to PNG and PDF.
  ///
  /// C: librsvg 2.46 or later, cairo 1.10 or later
  public enum Raster {
    /// The widest and highest picture that is drawn, in pixels.
    public static let most = 30_000

    /// The document as a PNG file of `width` by `height` pixels.
    ///
    /// - Parameters:
    ///   - dotsPerInch: what the file says about its size.
    ///
    /// C: `rsvg_handle_render_document`, `cairo_surface_write_to_png_stream`
    public static func png(
      _ document: String, width: Int, height: Int, dotsPerInch: Double
    ) throws(RasterError) -> [UInt8] {
      guard width > 0, height > 0, width <= most, height <= most else {
        throw RasterError("a picture of \(width) by \(height) pixels is too large")
      }
      guard
        let surface = unsafe cairo_image_surface_create(
          CAIRO_FORMAT_ARGB32, Int32(width), Int32(height))
      else { throw RasterError("cairo made no surface") }
      defer { unsafe cairo_surface_destroy(surface) }
      try check(unsafe cairo_surface_status(surface))
      try unsafe render(document, on: surface, Area(0, 0, Double(width), Double(height)))
      let bytes = try collected { sink throws(RasterError) in
        try check(
          unsafe cairo_surface_write_to_png_stream(surface, Sink.write, Sink.pointer(to: sink)))
      }
      return PNGSize.adding(dotsPerInch: dotsPerInch, to: bytes)
    }

    /// The pages as a PDF file, with its metadata.
    ///
    /// C: `cairo_pdf_surface_create_for_stream`
    public static func pdf(
      _ pages: [RasterPage], title: String, creator: String
    ) throws(RasterError) -> [UInt8] {
      try collected { sink throws(RasterError) in
        guard let first = pages.first,
          let surface = unsafe cairo_pdf_surface_create_for_stream(
            Sink.write, Sink.pointer(to: sink), first.width, first.height)
        else { throw RasterError("there is no page") }
        defer { unsafe cairo_surface_destroy(surface) }
        unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, creator)
        for page in pages {
          unsafe cairo_pdf_surface_set_size(surface, page.width, page.height)
          let area = Area(page.x, page.y, page.documentWidth, page.documentHeight)
          try unsafe render(page.document, on: surface, area)
          unsafe cairo_surface_show_page(surface)
        }
        unsafe cairo_surface_finish(surface)
        try check(unsafe cairo_surface_status(surface))
      }
    }

    private struct Area {
      let x, y, width, height: Double
      init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
      }
    }

    private static func render(
      _ document: String, on surface: OpaquePointer, _ area: Area
    ) throws(RasterError) {
      let bytes = Array(document.utf8)
      var failure: UnsafeMutablePointer<GError>?
      // The bytes are read before the call returns.
      let made = unsafe rsvg_handle_new_from_data(bytes, gsize(bytes.count), &failure)
      guard let handle = unsafe made else { throw unsafe taken(&failure) }
      defer { unsafe g_object_unref(handle) }
      guard let context = unsafe cairo_create(surface) else { throw RasterError("cairo failed") }
      defer { unsafe cairo_destroy(context) }
      var viewport = RsvgRectangle(x: area.x, y: area.y, width: area.width, height: area.height)
      guard unsafe rsvg_handle_render_document(handle, context, &viewport, &failure) != 0 else {
        throw unsafe taken(&failure)
      }
      try check(unsafe cairo_status(context))
    }

    private static func taken(_ failure: inout UnsafeMutablePointer<GError>?) -> RasterError {
      guard let error = unsafe failure else { return RasterError("librsvg gave no reason") }
      let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "unknown"
      unsafe g_error_free(error)
      unsafe failure = nil
      return RasterError(message)
    }

    static func check(_ status: cairo_status_t) throws(RasterError) {
      guard status != CAIRO_STATUS_SUCCESS else { return }
      throw RasterError(unsafe String(cString: cairo_status_to_string(status)))
    }

    static func collected(
      _ body: (Sink) throws(RasterError) -> Void
    ) throws(RasterError) -> [UInt8] {
      let sink = Sink()
      try body(sink)
      return sink.bytes
    }
  }

  /// Collects what cairo writes.
  final class Sink {
    var bytes: [UInt8] = []

    static func pointer(to sink: Sink) -> UnsafeMutableRawPointer {
      unsafe Unmanaged.passUnretained(sink).toOpaque()
    }

    /// The sink outlives the surface that writes to it.
    static let write: cairo_write_func_t = { closure, data, length in
      guard let closure = unsafe closure, let data = unsafe data else {
        return CAIRO_STATUS_WRITE_ERROR
      }
      let sink = unsafe Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue()
      unsafe sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
      return CAIRO_STATUS_SUCCESS
    }
  }
#endif
