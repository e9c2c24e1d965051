public import Calls
public import Timeline

/// Writes a recording as JSON Lines: one object to a line, by the schema of docs/EXPORT.md.
public struct JSONLinesPen: ExportPen {
  private var writer = ExportWriter()

  /// Makes a pen.
  public init() {}

  /// The line of the recording.
  public mutating func begin(_ recording: ExportedRecording) -> [UInt8] {
    JSONLinesObject.line(.recording(recording))
  }

  /// Takes what a recorder of calls saw of the life of processes.
  public mutating func take(_ event: CallEvent) { writer.take(event) }

  /// Takes a row, and returns whole lines.
  ///
  /// The objects come first, in a statement of its own: in one expression the pen, and all that
  /// waits in it, would be copied before it is changed.
  public mutating func append(_ row: Row) -> [UInt8] {
    let objects = writer.append(row)
    return lines(objects)
  }

  /// Takes the report of a connection that is over.
  public mutating func append(_ report: ConnectionReport) -> [UInt8] {
    writer.append(report)
    return []
  }

  /// Returns the lines that are left, and the line of the end.
  public mutating func finish(_ recording: ExportedRecording) -> [UInt8] {
    let objects = writer.finish()
    return lines(objects) + JSONLinesObject.line(.end(recording))
  }

  private func lines(_ objects: [ExportObject]) -> [UInt8] {
    objects.reduce(into: []) { $0 += JSONLinesObject.line($1) }
  }
}

/// Writes one kind of thing as comma-separated values; the columns are the fields of docs/EXPORT.md.
public struct CSVPen: ExportPen {
  private let rows: Rows
  private var writer = ExportWriter()

  /// What the rows are.
  public enum Rows: String, Hashable, Sendable, CaseIterable {
    case packets, calls, connections
  }

  /// Makes a pen.
  public init(_ rows: Rows) { self.rows = rows }

  /// The line of column names.
  public mutating func begin(_ recording: ExportedRecording) -> [UInt8] {
    CSVTable.heading(ExportObject.blank(rows.type).fields)
  }

  /// Takes what a recorder of calls saw of the life of processes, which makes no row.
  public mutating func take(_ event: CallEvent) {}

  /// Takes a row, and returns whole lines; the objects come first, as in `JSONLinesPen`.
  public mutating func append(_ row: Row) -> [UInt8] {
    let objects = writer.append(row)
    return lines(objects)
  }

  /// Takes the report of a connection that is over.
  public mutating func append(_ report: ConnectionReport) -> [UInt8] {
    writer.append(report)
    return []
  }

  /// Returns the lines that are left.
  public mutating func finish(_ recording: ExportedRecording) -> [UInt8] {
    let objects = writer.finish()
    return lines(objects)
  }

  private func lines(_ objects: [ExportObject]) -> [UInt8] {
    objects.filter { $0.type == rows.type }.reduce(into: []) { $0 += CSVTable.line($1.fields) }
  }
}

extension CSVPen.Rows {
  fileprivate var type: ExportObject.ObjectType {
    switch self {
    case .packets: .packet
    case .calls: .call
    case .connections: .connection
    }
  }
}
