import Text

/// How far the reading of large files has come, on standard error where that is a terminal.
struct SummaryProgress {
  private let total: Int?
  private let isShown: Bool
  private var next = step

  /// Bytes between two lines, and the size from which on progress is shown.
  private static let step = 1 << 24
  private static let large = 1 << 26

  /// Begins; without a known size (a pipe) only the packets are told.
  init(total: Int?) {
    self.total = total
    isShown = Output.error.isTerminal && total.map { $0 >= SummaryProgress.large } ?? true
  }

  /// Takes how many bytes and packets have been read.
  mutating func note(_ bytes: Int, packets: Int) {
    guard isShown, bytes >= next else { return }
    next = bytes + SummaryProgress.step
    let part = total.map { "\(min(100, bytes * 100 / max(1, $0))) %" } ?? NumberText.size(bytes)
    let line = "\rreading: \(part), \(NumberText.count(packets, "packet")) "
    Output.error.write(Array(line.utf8))
  }

  /// Clears the line.
  func end() {
    if isShown, next > SummaryProgress.step { Output.error.write(Array("\r\u{1B}[K".utf8)) }
  }
}
