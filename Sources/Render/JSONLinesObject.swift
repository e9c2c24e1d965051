import Text

/// Writes objects as JSON Lines: one to a line (RFC 8259).
enum JSONLinesObject {
  /// The line of an object, with its end.
  static func line(_ object: ExportObject) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    bytes.append(contentsOf: "{\"type\":\"".utf8)
    bytes.append(contentsOf: object.type.rawValue.utf8)
    bytes.append(UInt8(ascii: "\""))
    for field in object.fields {
      bytes.append(UInt8(ascii: ","))
      add(field, to: &bytes)
    }
    bytes.append(contentsOf: "}\n".utf8)
    return bytes
  }

  /// Adds `{...}` with the fields.
  static func add(_ fields: [ExportField], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      add(field, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private static func add(_ field: ExportField, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: field.name.utf8)
    bytes.append(contentsOf: "\":".utf8)
    switch field.value {
    case .none: bytes.append(contentsOf: "null".utf8)
    case .flag(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let value): bytes.append(contentsOf: String(value).utf8)
    case .literal(let number): bytes.append(contentsOf: number.utf8)
    case .text(let text): bytes.append(contentsOf: Escape.json(text).utf8)
    case .numbers(let values):
      let list = values.map { String($0) }.joined(separator: ",")
      bytes.append(contentsOf: "[\(list)]".utf8)
    case .fields(let fields): add(fields, to: &bytes)
    }
  }
}
