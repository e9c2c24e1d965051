/// Finds the word that a misspelt one was meant to be.
public enum Spelling {
  /// The word of `words` that is nearest to `word`; nil where none is near, or two are as near.
  ///
  /// Near is one slip in a word of up to three letters, two in a longer one: a letter too many, one too
  /// few, another one, or two that changed places. A beginning of three letters or more is near too.
  public static func nearest(_ word: String, among words: [String]) -> String? {
    let typed = Array(word.lowercased())
    guard !typed.isEmpty else { return nil }
    let most = typed.count > 3 ? 2 : 1
    var best: (word: String, distance: Int)?
    var isTied = false
    for candidate in words {
      let letters = Array(candidate.lowercased())
      let slips = Spelling.slips(typed, letters, atMost: most)
      guard slips <= most else { continue }
      // Of two as near, the one of the same letters was meant.
      let distance = slips * 2 - (typed.sorted() == letters.sorted() ? 1 : 0)
      if distance < best?.distance ?? Int.max {
        best = (candidate, distance)
        isTied = false
      } else if distance == best?.distance, candidate != best?.word {
        isTied = true
      }
    }
    if let best { return isTied ? nil : best.word }
    let longer = words.filter { typed.count > 2 && $0.lowercased().starts(with: typed) }
    return longer.count == 1 ? longer.first : nil
  }

  /// How many slips lie between two words; more than `most` where they are that far apart.
  ///
  /// The optimal string alignment distance, row by row.
  static func slips(_ one: [Character], _ other: [Character], atMost most: Int) -> Int {
    guard abs(one.count - other.count) <= most else { return most + 1 }
    var before: [Int] = []
    var above = Array(0...other.count)
    for row in 0..<one.count {
      var current = [row + 1]
      for column in 0..<other.count {
        let isSame = one[row] == other[column]
        var slips = min(
          above[column] + (isSame ? 0 : 1), above[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
          slips = min(slips, before[column - 1] + 1)
        }
        current.append(slips)
      }
      before = above
      above = current
    }
    return above[other.count]
  }
}
