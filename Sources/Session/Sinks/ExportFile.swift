import Render

/// The file that a run is exported into while it goes on; its name says how.
public enum ExportFile {
  /// The format that a name promises; nil where it promises none that is exported so.
  public static func format(of name: String) -> ExportRequest.Format? {
    let endings: [(String, ExportRequest.Format)] = [
      (".jsonl", .jsonl), (".ndjson", .jsonl), (".csv", .csv), (".json", .perfetto),
    ]
    return endings.first { name.lowercased().hasSuffix($0.0) }?.1
  }

  /// A sink that writes into the file.
  static func sink(_ path: String, _ selection: Selection) -> any Sink {
    let page = Page(file: path)
    return switch format(of: path) {
    case .csv: ExportSink(CSVPen(.packets), on: page, selection: selection)
    case .perfetto: ExportSink(PerfettoPen(), on: page, selection: selection)
    default: ExportSink(JSONLinesPen(), on: page, selection: selection)
    }
  }
}
