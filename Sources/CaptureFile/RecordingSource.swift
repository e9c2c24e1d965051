import Calls

/// The place in the source that made a call, as fields and from fields.
extension RecordingFields {
  /// Where a call was made. Of a path that was not looked up there is nothing to say.
  mutating func put(_ source: CallSource) {
    put("CODE_FILE", escaped: source.file)
    put("CODE_LINE", source.line)
    put("SOCK_FUNCTION", escaped: source.function)
    put("SOCK_MODULE", escaped: source.module)
    put("SOCK_OFFSET", source.offset)
  }
}

extension RecordingValues {
  /// Where a call was made; nil where that is not told.
  var source: CallSource? {
    var source = CallSource()
    source.file = text("CODE_FILE")
    source.line = number("CODE_LINE")
    source.function = text("SOCK_FUNCTION")
    source.module = text("SOCK_MODULE")
    source.offset = number("SOCK_OFFSET")
    return source == CallSource() ? nil : source
  }
}
