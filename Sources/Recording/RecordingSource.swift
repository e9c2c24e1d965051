import Calls

/// The place in the source that made a call, to and from fields.
extension RecordingFields {
  /// Where a call was made. A path that was not looked up is not written.
  mutating func put(_ source: CallSource) {
    put("CODE_FILE", escaped: source.file)
    put("CODE_LINE", source.line)
    put("SOCK_FUNCTION", escaped: source.function)
    put("SOCK_MODULE", escaped: source.module)
    put("SOCK_OFFSET", source.offset)
  }
}

extension RecordingValues {
  /// Where a call was made; nil where it is not recorded.
  var source: CallSource? {
    let source = CallSource(
      file: text("CODE_FILE"), line: number("CODE_LINE"), function: text("SOCK_FUNCTION"),
      module: text("SOCK_MODULE"), offset: number("SOCK_OFFSET"))
    return source == CallSource() ? nil : source
  }
}
