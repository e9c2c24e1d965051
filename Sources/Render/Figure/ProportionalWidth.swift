import Text

/// How wide letters of the proportional font are: those of DejaVu Sans, the widest of the families
/// that the pens name.
enum ProportionalWidth {
  /// The width of a text of the size 1.
  static func of(_ text: String, isBold: Bool = false) -> Double {
    let thousandths = text.unicodeScalars.reduce(0) { $0 + of($1, isBold ? bold : plain) }
    return Double(thousandths) / 1000
  }

  /// The text in lines that are no wider than `width`, broken at spaces where there are any.
  static func wrap(
    _ text: String, size: Double, width: Double, isBold: Bool = false
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if of(longer, isBold: isBold) * size <= width {
        line = longer
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = String(word)
      while of(line, isBold: isBold) * size > width, line.count > 1 {
        let start = beginning(of: line, size: size, width: width, isBold: isBold)
        lines.append(start)
        line = String(line.dropFirst(start.count))
      }
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }

  /// As much of a word as fits, a character at least.
  private static func beginning(
    of word: String, size: Double, width: Double, isBold: Bool
  ) -> String {
    var start = ""
    var used = 0.0
    for character in word {
      used += of(String(character), isBold: isBold) * size
      if used > width, !start.isEmpty { break }
      start.append(character)
    }
    return start
  }

  /// The width of a character in thousandths of the size.
  private static func of(_ scalar: Unicode.Scalar, _ table: [Int]) -> Int {
    if 0x20...0x7E ~= scalar.value { return table[Int(scalar.value) - 0x20] }
    // Other letters are drawn by fonts that are not known: none of them is wider.
    switch DisplayWidth.columns(of: String(scalar)) {
    case 0: return 0
    case 1: return scalar == "·" ? 380 : 1000
    default: return 1030
    }
  }

  /// From the space to the tilde.
  private static let plain = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698,
    770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732,
    684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635,
    634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,
    525, 636, 337, 636, 838,
  ]
  private static let bold = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734,
    830, 683, 683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812,
    774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716,
    712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652,
    582, 712, 365, 712, 838,
  ]
}
