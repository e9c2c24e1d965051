public import ArgumentParser
public import Render
import Session

extension LadderStyle.TimeColumn: ExpressibleByArgument {}
extension LadderStyle.TimeZero: ExpressibleByArgument {}
extension LadderStyle.SequenceNumbers: ExpressibleByArgument {}
extension LadderStyle.CallNotation: ExpressibleByArgument {}

/// How the ladder is drawn: the same options in all commands that draw one.
struct ShowingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Whether to use colour.", valueName: "when"))
  var color = Color.auto

  @Flag(help: "Use only ASCII characters; the default if the locale is not UTF-8.")
  var ascii = false

  @Option(
    help: ArgumentHelp(
      "Columns that the terminal gives to arrows and lines.", valueName: "1|2"))
  var ambiguousWidth = 1

  @Option(
    help: ArgumentHelp(
      "Width in columns, 80 or more; default: the terminal's.", valueName: "columns"))
  var width: Int?

  @Option(help: ArgumentHelp("What the time column shows.", valueName: "kind"))
  var time = LadderStyle.TimeColumn.relative

  @Option(help: ArgumentHelp("Where relative times begin.", valueName: "first"))
  var zero = LadderStyle.TimeZero.call

  @Option(help: ArgumentHelp("Sequence numbers.", valueName: "kind"))
  var seq = LadderStyle.SequenceNumbers.relative

  @Option(help: ArgumentHelp("How calls are written.", valueName: "kind"))
  var style = LadderStyle.CallNotation.words

  @Flag(help: "One connection after the other, not interleaved.")
  var byConnection = false

  @Flag(help: "One plain line for each packet and call, no ladder.")
  var lines = false

  @Flag(
    inversion: .prefixedNo,
    help: "Show the source line of each call; --no-source does not even look it up.")
  var source: Bool?

  /// When to use colour.
  enum Color: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
  }

  /// The widest ladder; a greater number must be a typo.
  private static let widest = 1000

  func validate() throws {
    if let width, !(LadderStyle.narrowest...ShowingOptions.widest).contains(width) {
      throw ValidationError(
        "--width \(width): the ladder needs 80 to 1000 columns.")
    }
    guard 1...2 ~= ambiguousWidth else {
      throw ValidationError("--ambiguous-width \(ambiguousWidth): must be 1 or 2.")
    }
  }

  /// The style for what is drawn on `output`; nil means a file.
  func ladderStyle(on output: Output?) -> LadderStyle {
    var ladder = LadderStyle()
    ladder.width = width ?? output?.columns.map { max($0, LadderStyle.narrowest) } ?? ladder.width
    ladder.isASCII = ascii || !Environment.isUTF8
    ladder.ambiguousWidth = ambiguousWidth
    ladder.hasColor = hasColor(on: output)
    ladder.time = time
    ladder.zero = zero
    ladder.sequence = seq
    ladder.calls = style
    ladder.isByConnection = byConnection
    ladder.isLines = lines
    ladder.showsSource = source ?? false
    return ladder
  }

  private func hasColor(on output: Output?) -> Bool {
    switch color {
    case .always: return true
    case .never: return false
    case .auto:
      // https://no-color.org: any non-empty value means no colour.
      let isUnwanted = !(Environment.value(of: "NO_COLOR") ?? "").isEmpty
      let isDumb = Environment.value(of: "TERM") ?? "dumb" == "dumb"
      return (output?.isTerminal ?? false) && !isUnwanted && !isDumb
    }
  }
}
