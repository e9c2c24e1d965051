import Timeline

/// A row, and what becomes of it.
struct JudgedRow {
  var row: Row
  var verdict: Selector.Verdict
  var isShown: Bool { verdict == .shown }

  init(_ row: Row, _ verdict: Selector.Verdict) {
    self.row = row
    self.verdict = verdict
  }
}
