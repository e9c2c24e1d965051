/// The characters of the ladder, in box drawing or in ASCII.
struct Glyphs {
  let isASCII: Bool

  /// The bar of a lane.
  func bar(_ bar: Lane.Bar, _ isClient: Bool) -> Character {
    switch bar {
    case .none: " "
    case .inside(let several): several ? pick("║", "H") : pick("┃", "#")
    case .begins(let several):
      several
        ? (isClient ? pick("╢", "H") : pick("╟", "H"))
        : (isClient ? pick("┓", "+") : pick("┏", "+"))
    case .returns(let several):
      several
        ? (isClient ? pick("╢", "H") : pick("╟", "H"))
        : (isClient ? pick("┛", "+") : pick("┗", "+"))
    case .sends(let several):
      several
        ? (isClient ? pick("╟", "H") : pick("╢", "H"))
        : (isClient ? pick("┣", "#") : pick("┫", "#"))
    case .sendsOutside: isClient ? pick("╺", "=") : pick("╸", "=")
    }
  }

  /// The line of a connection's end.
  func end(_ end: Lane.EndLine, _ isClient: Bool) -> Character {
    switch end {
    case .none: " "
    case .runs: pick("│", "|")
    case .crossed: pick("┿", "+")
    case .starts: isClient ? pick("├", "|") : pick("┤", "|")
    case .startsNowhere: isClient ? pick("╶", "-") : pick("╴", "-")
    case .crossedNowhere: pick("━", "=")
    }
  }

  /// The shaft of an arrow.
  func shaft(_ isHeavy: Bool) -> Character { isHeavy ? pick("━", "=") : pick("─", "-") }

  /// The head of an arrow.
  func head(toRight: Bool) -> Character { toRight ? pick("▶", ">") : pick("◀", "<") }

  /// Between the two ends of a connection, in a line of text.
  var arrow: String { isASCII ? "->" : "→" }

  /// What rules off an announcement.
  var rule: Character { pick("─", "-") }

  private func pick(_ box: Character, _ ascii: Character) -> Character { isASCII ? ascii : box }
}
