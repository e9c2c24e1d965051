import Explain
import Text
import Timeline

/// The lines below a picture: how connections ended, counts, and where it all comes from.
struct FigureCaption {
  let lines: [String]

  init(_ figure: Figure, _ totals: Totals, _ ending: Ending, _ shown: Set<ConnectionID>) {
    let footer = LadderFooter(header: figure.header) { shown.contains($0) || shown.isEmpty }
    var lines = footer.lines(totals, ending).filter { !$0.isEmpty }
    lines.append(FigureCaption.origin(figure))
    self.lines = lines
  }

  /// `2026-11-23 14:20:07 UTC · filter: tcp port 3490 · demo.pcapng · sockline 0.1`
  private static func origin(_ figure: Figure) -> String {
    let language = figure.header.language
    var words: [String] = []
    if let zero = figure.zero {
      words.append(TimeText.utc(zero.nanoseconds, decimals: 3) + " UTC")
      let sentence: Sentence =
        switch (figure.style.ladder.time, figure.style.ladder.zero) {
        case (.relative, .call) where figure.header.heading.hasCalls: .timesFromCall
        case (.relative, .call): .timesFromPacket
        case (.relative, .packet): .timesFromPacket
        case (.delta, _): .timesFromRow
        case (.absolute, _): .timesOfDay
        }
      words.append(language.tell(sentence))
    }
    words.append(language.tell(.levelArrows))
    let filter = figure.facts.filter
    words.append(
      filter.isEmpty
        ? language.tell(.noFilter) : language.tell(.filter, Escape.terminal(filter)))
    if let left = figure.selection.words(language) { words.append(left) }
    if !figure.facts.file.isEmpty { words.append(Escape.terminal(figure.facts.file)) }
    words.append(Escape.terminal(figure.facts.tool))
    return words.joined(separator: " · ")
  }
}
