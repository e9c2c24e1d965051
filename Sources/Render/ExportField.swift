/// A named value of an exported object: a member in JSON, a column in CSV.
struct ExportField {
  var name: String
  var value: Value

  init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  /// What a field can hold.
  enum Value {
    case none
    case flag(Bool)
    case number(Int64)
    /// Foreign or own text, not escaped yet.
    case text(String)
    case numbers([Int64])
    /// A number that is text already.
    case literal(String)
    /// Fields of its own, the same ones in every object of a type.
    case fields([ExportField])
  }
}

extension ExportField.Value {
  static func number(_ value: Int?) -> ExportField.Value {
    value.map { .number(Int64($0)) } ?? .none
  }

  static func number(_ value: UInt32?) -> ExportField.Value {
    value.map { .number(Int64($0)) } ?? .none
  }

  static func text(_ value: String?) -> ExportField.Value {
    value.map { .text($0) } ?? .none
  }

  static func flag(_ value: Bool?) -> ExportField.Value {
    value.map { .flag($0) } ?? .none
  }

  static func numbers(_ values: [Int]) -> ExportField.Value { .numbers(values.map { Int64($0) }) }
}

/// A thing that is exported: one line of JSON, or a row of CSV.
struct ExportObject {
  var type: ObjectType
  var fields: [ExportField]

  init(_ type: ObjectType, _ fields: [ExportField]) {
    self.type = type
    self.fields = fields
  }

  /// What the things are.
  enum ObjectType: String {
    case recording, process, connection, call, packet, state, signal, end
    /// ICMP errors of one kind, in a summary.
    case icmpError = "icmp_error"
  }
}
