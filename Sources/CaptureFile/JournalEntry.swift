/// An entry of a systemd journal, as a block of a pcapng file stores it (Journal Export Format).
public struct JournalEntry: Hashable, Sendable {
  /// A name and its value, raw: escape before showing.
  public struct Field: Hashable, Sendable {
    /// The name, such as `MESSAGE`.
    public var name: String
    /// The value.
    public var value: String
    /// Makes a field.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The fields in their order; names may repeat.
  public var fields: [Field]

  /// Makes an entry.
  public init(fields: [Field]) { self.fields = fields }

  /// The value of the first field with a name.
  public subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// Reads an entry; of a damaged one, keeps what precedes the damage.
  ///
  /// A field is a line `NAME=value`, or for values with line feeds a line `NAME`, the length of the
  /// value as eight bytes, lowest first, the value and a line feed. An empty line, or the zeros
  /// that pad the block, end the entry.
  public init(_ bytes: [UInt8]) {
    fields = []
    var index = 0
    while index < bytes.count, bytes[index] != 0, bytes[index] != 0x0A {
      let end = bytes[index...].firstIndex { $0 == 0x0A || $0 == 0 } ?? bytes.count
      let line = bytes[index..<end]
      if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
        fields.append(
          Field(
            String(decoding: line[..<equals], as: UTF8.self),
            String(decoding: line[(equals + 1)...], as: UTF8.self)))
        index = end + 1
      } else {
        guard end + 9 <= bytes.count, bytes[end] == 0x0A else { return }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[end + 1 + $1]) << (8 * $1) }
        guard length <= UInt64(bytes.count - end - 9) else { return }
        let value = (end + 9)..<(end + 9 + Int(length))
        fields.append(
          Field(
            String(decoding: line, as: UTF8.self), String(decoding: bytes[value], as: UTF8.self)))
        index = value.upperBound + 1
      }
    }
  }

  /// When the entry was written, in nanoseconds since the epoch, never negative: whole
  /// microseconds, 0 where it does not say.
  public var stamp: Int64 {
    let microseconds = self["__REALTIME_TIMESTAMP"].flatMap { Int64($0) } ?? 0
    return min(max(0, microseconds), Int64.max / 2_000) * 1_000
  }
}
