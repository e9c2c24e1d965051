import Raster
import Render
import Text

/// Letters that no font of this machine has, and the packages that have one.
struct MissingFonts {
  /// The letters, each once, in the order in which they stand.
  private(set) var letters: [Unicode.Scalar] = []

  /// Distinct letters that are asked for at most.
  private static let most = 64

  /// Looks for letters that East Asian fonts alone have.
  ///
  /// - Parameter has: whether one font has all of these; nil where that is not known.
  init(in document: String, has: ([Unicode.Scalar]) -> Bool? = Fonts.has) {
    var wide: [Unicode.Scalar] = []
    var known: Set<Unicode.Scalar> = []
    for letter in document.unicodeScalars where letter.value >= 0x1100 {
      guard MissingFonts.script(letter) != nil, known.insert(letter).inserted else { continue }
      wide.append(letter)
      if wide.count == MissingFonts.most { break }
    }
    guard !wide.isEmpty, has(wide) == false else { return }
    letters = wide.filter { has([$0]) == false }
  }

  /// Korean, or another script of East Asia.
  private enum Script { case hangul, other }

  private static func script(_ letter: Unicode.Scalar) -> Script? {
    switch letter.value {
    case 0x1100...0x11FF, 0x3130...0x318F, 0xA960...0xA97F, 0xAC00...0xD7FF: .hangul
    case 0x2E80...0x2FDF, 0x3040...0x30FF, 0x3100...0x312F, 0x31A0...0x31FF, 0x3400...0x4DBF,
      0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF66...0xFF9F, 0x2_0000...0x3_FFFF:
      .other
    default: nil
    }
  }

  /// What the user is told; nil where nothing is missing.
  func sentence(_ format: PictureFormat) -> String? {
    guard !letters.isEmpty else { return nil }
    let shown = letters.prefix(5).map(String.init).joined()
    let isKorean = letters.allSatisfy { MissingFonts.script($0) == .hangul }
    let packages = isKorean ? "fonts-nanum or fonts-noto-cjk" : "fonts-noto-cjk"
    let more = letters.count > 5 ? "…" : ""
    return switch format {
    case .svg, .html, .md:
      "No font on this machine has \(shown)\(more): the machine that shows the picture needs "
        + "one, such as \(packages)."
    default:
      "No font on this machine has \(shown)\(more), so the picture has boxes instead: install \(packages)."
    }
  }

  /// Says it on standard error.
  func tell(_ format: PictureFormat) {
    if let sentence = sentence(format) { Output.error.write(lines: ["sockline: " + sentence]) }
  }
}
