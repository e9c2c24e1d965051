import ArgumentParser
import Render
import Session

/// How pictures look and what is written next to them.
struct PlotOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The theme; print needs no colour.", valueName: "theme"))
  var theme = Theme.light

  @Option(
    help: ArgumentHelp(
      "Lay out for a page: no text is smaller than 7 points when printed 16 cm wide.",
      valueName: "size"))
  var paper: FigureStyle.Paper?

  @Option(help: ArgumentHelp("Scale factor, 0.1 to 10.", valueName: "factor"))
  var scale = 1.0

  @Option(help: ArgumentHelp("A font to try first.", valueName: "family"))
  var font = ""

  @Option(help: ArgumentHelp("The title.", valueName: "text"))
  var title: String?

  @OptionGroup(title: "Picture")
  var noting: NoteOptions

  @Flag(help: "Only your own notes as callouts.")
  var noCallouts = false

  func validate() throws {
    guard scale.isFinite, 0.1...10 ~= scale else {
      throw ValidationError("--scale \(scale): must be a number from 0.1 to 10.")
    }
  }

  /// Applies them to a request.
  func lay(out request: inout DrawRequest) throws {
    request.notes = try noting.notes()
    request.style.theme = theme
    request.style.paper = paper
    request.style.title = title
    request.style.hasCallouts = !noCallouts
    request.scale = scale
    request.font = font
  }
}

/// How ladders are laid out in pictures.
struct PictureOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Width in characters, 80 to 200.", valueName: "columns"))
  var width: Int?

  @Flag(help: "Draw it regardless of how many rows it has.")
  var long = false

  @Option(help: ArgumentHelp("What the time column shows.", valueName: "kind"))
  var time = LadderStyle.TimeColumn.relative

  @Option(help: ArgumentHelp("Where relative times begin.", valueName: "first"))
  var zero = LadderStyle.TimeZero.call

  @Option(help: ArgumentHelp("Sequence numbers.", valueName: "kind"))
  var seq = LadderStyle.SequenceNumbers.relative

  @Option(
    name: .customLong("style"), help: ArgumentHelp("How calls are written.", valueName: "kind"))
  var notation = LadderStyle.CallNotation.words

  func validate() throws {
    if let width, !(LadderStyle.narrowest...200).contains(width) {
      throw ValidationError("--width \(width): a picture takes 80 to 200 columns.")
    }
  }

  /// Applies them to a request.
  func lay(out request: inout DrawRequest) {
    request.style.columns = width
    request.style.isLong = long
    request.style.ladder.time = time
    request.style.ladder.zero = zero
    request.style.ladder.sequence = seq
    request.style.ladder.calls = notation
  }
}
