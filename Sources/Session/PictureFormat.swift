import Raster
import Render

/// What a picture is written as.
public enum PictureFormat: String, Sendable, CaseIterable {
  case svg, png, pdf, html
  /// A ladder of text, a report, a diagram of Mermaid, packetdrill's notation.
  case txt, md, mmd, pkt

  /// The formats of plots and annotated pictures.
  public static let pictures: [PictureFormat] = [.svg, .png, .pdf, .html]

  /// By the ending of a file's name.
  public init?(path: String) {
    guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: ".") else {
      return nil
    }
    let ending = name[name.index(after: dot)...].lowercased()
    self.init(rawValue: ending == "htm" ? "html" : ending)
  }
}

/// What is laid out once it is known how it is written.
protocol Drawable {
  /// All of it on one page.
  func picture() throws(FigureError) -> Picture
  /// Whether it is made for pixels of a size, as a screenshot is.
  var isOfPixels: Bool { get }
  /// As text; nil where there is no such text of it.
  func text(_ format: PictureFormat, _ request: DrawRequest) throws(FigureError) -> String?
  /// On pages of paper, with points of the paper for each pixel of them.
  func pages(
    _ paper: FigureStyle.Paper
  ) throws(FigureError) -> (pages: [Picture], scale: Double)
}

extension Drawable {
  var isOfPixels: Bool { false }

  func text(_ format: PictureFormat, _ request: DrawRequest) throws(FigureError) -> String? { nil }

  /// One page, as wide as is usual.
  func pages(
    _ paper: FigureStyle.Paper
  ) throws(FigureError) -> (pages: [Picture], scale: Double) {
    let picture = try picture()
    return ([picture], FigureStyle.scale(for: picture.width))
  }
}

/// Writes pictures as files of a format.
struct PictureWriter {
  let request: DrawRequest
  let drawable: any Drawable

  /// Dots per inch of a PNG file whose `scale` is 1.
  private static let dotsPerInch = 300.0
  /// Pixels of a picture in an inch (CSS).
  private static let pixelsPerInch = 96.0

  /// The whole file.
  func bytes() throws(SessionError) -> [UInt8] {
    switch request.format {
    case .svg:
      var pen = pen
      pen.scale = request.scale
      return Array(checked(pen.document(try picture())).utf8)
    case .html:
      var pen = HTMLPen()
      pen.font = request.font
      return Array(checked(pen.document(try picture())).utf8)
    case .png: return try png()
    case .pdf: return try pdf()
    case .txt, .md, .mmd, .pkt: return try text()
    }
  }

  /// The document; where fonts for it are missing, that is said.
  private func checked(_ document: String) -> String {
    MissingFonts(in: document).tell(request.format)
    return document
  }

  private func text() throws(SessionError) -> [UInt8] {
    do throws(FigureError) {
      guard let text = try drawable.text(request.format, request) else { throw .nothing }
      return Array(text.utf8)
    } catch {
      throw .picture(error)
    }
  }

  private var pen: SVGPen {
    var pen = SVGPen(theme: request.style.theme)
    pen.font = request.font
    return pen
  }

  private func picture() throws(SessionError) -> Picture {
    do throws(FigureError) { return try drawable.picture() } catch {
      throw .picture(error)
    }
  }

  /// A PNG file of so many pixels for each of the picture.
  private func png() throws(SessionError) -> [UInt8] {
    let picture = try picture()
    let natural = PictureWriter.dotsPerInch / PictureWriter.pixelsPerInch
    let factor = (drawable.isOfPixels ? 1 : natural) * request.scale
    let document = checked(pen.document(picture))
    return try rastered { () throws(RasterError) in
      try Raster.png(
        document, width: pixels(picture.width * factor),
        height: pixels(picture.height * factor), dotsPerInch: PictureWriter.dotsPerInch)
    }
  }

  private func pixels(_ length: Double) -> Int { Int(min(length.rounded(.up), 1e6)) }

  /// Pages of paper, or one page as large as the picture where no paper is asked for.
  private func pdf() throws(SessionError) -> [UInt8] {
    let sheets: [RasterPage]
    let title: String
    if let paper = request.style.paper {
      let (pages, scale) = try paged(paper)
      sheets = pages.map { sheet($0, on: paper, scale) }
      title = pages.first?.title ?? ""
    } else {
      let picture = try picture()
      let points = 72 / PictureWriter.pixelsPerInch * request.scale
      sheets = [
        RasterPage(
          pen.document(picture), width: picture.width * points, height: picture.height * points)
      ]
      title = picture.title
    }
    MissingFonts(in: sheets.map(\.document).joined()).tell(request.format)
    return try rastered { () throws(RasterError) in
      try Raster.pdf(sheets, title: title, creator: request.tool)
    }
  }

  private func paged(
    _ paper: FigureStyle.Paper
  ) throws(SessionError) -> (pages: [Picture], scale: Double) {
    do throws(FigureError) { return try drawable.pages(paper) } catch {
      throw .picture(error)
    }
  }

  /// A page in the middle of the paper.
  private func sheet(
    _ page: Picture, on paper: FigureStyle.Paper, _ scale: Double
  ) -> RasterPage {
    var sheet = RasterPage(
      pen.document(page), width: paper.points.width, height: paper.points.height)
    sheet.documentWidth = page.width * scale
    sheet.documentHeight = page.height * scale
    sheet.x = (sheet.width - sheet.documentWidth) / 2
    sheet.y = FigureStyle.paperMargin
    return sheet
  }

  private func rastered(
    _ body: () throws(RasterError) -> [UInt8]
  ) throws(SessionError) -> [UInt8] {
    do throws(RasterError) { return try body() } catch {
      throw .raster(request.outputFile, error)
    }
  }
}
