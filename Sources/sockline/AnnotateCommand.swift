import ArgumentParser
import CaptureFile
import Render
import Session

/// `sockline annotate`
struct AnnotateCommand: StatusCommand {
  static let configuration = CommandConfiguration(
    commandName: "annotate",
    abstract: "Put lettered callouts and a legend over a screenshot of any program.",
    usage: "sockline annotate SCREENSHOT --mark PLACE=WHAT... -o PICTURE [OPTIONS]",
    discussion: """
      A place is `x,y` in pixels from the upper left corner, or, with --rows, a row number. With \
      --from, what is there is a packet or call of the recording (`packet 1`, `fin client`, as \
      for `sockline draw --note`), and the legend describes it as the recording does, or with \
      your text after a colon: `120,84=packet 1: here it begins`. `120,84=: text` is a text \
      alone. What --redact covers is removed from the picture, not just hidden.
      """)

  @Argument(help: ArgumentHelp("The screenshot.", valueName: "screenshot"), completion: .file())
  var screenshot: String

  @Option(
    help: ArgumentHelp("The recording or capture that it shows.", valueName: "file"),
    completion: .file())
  var from: String?

  @Option(help: ArgumentHelp("A callout; may be repeated.", valueName: "place=what"))
  var mark: [String]

  @Option(
    help: ArgumentHelp(
      "Where the rows of a packet list are: the upper edge of the first, the height of each.",
      valueName: "top,height"))
  var rows: String?

  @Option(
    help: ArgumentHelp(
      "Paint over an area, in pixels; may be repeated.", valueName: "x,y,width,height"))
  var redact: [String] = []

  @Option(help: ArgumentHelp("The title.", valueName: "text"))
  var title = ""

  @Option(
    help: ArgumentHelp("Scale factor, 0.1 to 10.", valueName: "factor"))
  var scale = 1.0

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The picture: .png, .svg, .pdf or .html.", valueName: "picture"),
    completion: .file())
  var outputFile: String

  func validate() throws {
    try PlotCommand.check(outputFile)
    guard scale.isFinite, 0.1...10 ~= scale else {
      throw ValidationError("--scale \(scale): must be a number from 0.1 to 10.")
    }
  }

  func perform() throws -> Int32 {
    let format = PictureFormat(path: outputFile) ?? .png
    var drawing = DrawRequest(paths: [], outputFile: outputFile, format: format)
    drawing.scale = scale
    drawing.tool = "sockline \(Sockline.version)"
    var request = AnnotateRequest(screenshot: screenshot, drawing: drawing)
    request.recording = from
    request.title = title
    request.rows = try rows.map { words in
      let numbers = try AnnotateCommand.numbers(words, 2, "--rows")
      return PacketListRows(top: numbers[0], height: numbers[1])
    }
    request.covered = try redact.map { words in
      let numbers = try AnnotateCommand.numbers(words, 4, "--redact")
      return Box(numbers[0], numbers[1], numbers[2], numbers[3])
    }
    request.marks = try mark.map { words in
      do throws(MarkError) { return try Mark(words, hasRecording: from != nil) } catch {
        throw ValidationError(error.sentence)
      }
    }
    return try Front.status(AnnotateSession.hold(request))
  }

  private static func numbers(_ words: String, _ count: Int, _ name: String) throws -> [Double] {
    let numbers = words.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0.filter { $0 != " " })
    }
    let all = numbers.compactMap { $0 }.filter { $0.isFinite && $0 >= 0 }
    guard all.count == count, numbers.count == count else {
      throw ValidationError("\(name) \(words): \(count) numbers separated by commas are needed.")
    }
    return all
  }
}
