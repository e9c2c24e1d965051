import Render
import Timeline

/// What collects rows until it is drawn as a whole.
protocol RowCollector {
  mutating func append(_ rows: [Row], matches: (Int) -> Bool, joins: (Connection) -> Bool)
}

extension Figure: RowCollector {}
extension Plot: RowCollector {}

/// Collects the rows of a picture, which is laid out when all are there.
final class PictureSink<Collector: RowCollector>: Sink {
  private let make: (Heading, Selection) -> Collector
  private let selection: Selection
  /// What is collected; nil before the first row.
  private(set) var collector: Collector?
  private(set) var totals = Totals()
  private(set) var ending = Ending()

  init(_ selection: Selection, _ make: @escaping (Heading, Selection) -> Collector) {
    self.selection = selection
    self.make = make
  }

  func begin(_ start: RunStart) throws(RunStop) {
    var selection = selection
    selection.hasFilter = start.hasFilter
    collector = make(start.heading, selection)
  }

  func take(_ batch: Batch) throws(RunStop) {
    collector?.append(batch.rows, matches: { batch.keeps($0) }, joins: { batch.joins($0) })
  }

  func finish(_ end: RunEnd) throws(RunStop) {
    totals = end.totals
    ending = end.ending
  }
}
