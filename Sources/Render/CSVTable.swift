import Text

/// Writes objects of one type as a table of comma-separated values (RFC 4180, lines end in LF).
///
/// The first line has the names of the columns: those of the JSON Lines, with `_` between the name of
/// an object and those of its members. Lists have spaces between; what is null is empty.
enum CSVTable {
  /// The line of column names that objects with such fields have.
  static func heading(_ fields: [ExportField]) -> [UInt8] {
    Array((names(fields, below: "").joined(separator: ",") + "\n").utf8)
  }

  /// The line of an object.
  static func line(_ fields: [ExportField]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    add(fields, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private static func names(_ fields: [ExportField], below prefix: String) -> [String] {
    fields.flatMap { field in
      if case .fields(let inner) = field.value {
        names(inner, below: prefix + field.name + "_")
      } else {
        [prefix + field.name]
      }
    }
  }

  private static func add(_ fields: [ExportField], to bytes: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      switch field.value {
      case .none: break
      case .flag(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
      case .number(let value): bytes.append(contentsOf: String(value).utf8)
      case .literal(let number): bytes.append(contentsOf: number.utf8)
      case .text(let text): bytes.append(contentsOf: Escape.csv(text).utf8)
      case .numbers(let values):
        bytes.append(contentsOf: values.map { String($0) }.joined(separator: " ").utf8)
      case .fields(let inner): add(inner, to: &bytes)
      }
    }
  }
}
