import Calls

/// A function on the way to a call, inlined ones counted each.
struct SourceFrame: Hashable {
  var file: String?
  var line: Int?
  var function: String?
  /// The program or library, without its folder.
  var module: String
  /// Whose code it is.
  var owner: Owner

  enum Owner: Hashable {
    case user
    /// A library of the system or of a language, or one that a package manager has brought.
    case library
  }
}

/// Looks for the user's code among frames, from the call outwards.
///
/// The innermost one with a line is it; where none has a line, the innermost one of a program or
/// library that is the user's. Code of the system, of languages and of interpreters is never it: where
/// there is nothing else, there is nothing to be told.
struct FrameSearch {
  private(set) var count = 0
  /// What was found, with a line.
  private var found: CallSource?
  /// The innermost frame of a program or library without debug information.
  private var plain: CallSource?

  var isEmpty: Bool { count == 0 }
  /// Whether nothing better can come.
  var isOver: Bool { found != nil || hasBegun }
  /// Whether the function was seen that the thread began in, or from which it changed stacks.
  private var hasBegun = false
  /// The best there is.
  var result: CallSource? { found ?? plain }

  /// Takes the frames of an address, the innermost first.
  ///
  /// - Parameter offset: the place in the module's file where the innermost returns to.
  mutating func take(_ frames: [SourceFrame], returnsTo offset: UInt64) {
    let isFirst = isEmpty
    count += 1
    for frame in frames where found == nil {
      let isDoor = isFirst && (frame.function.map { UserCode.isDoor($0) } ?? false)
      let isBeginning = frame.function.map { UserCode.isBeginning($0) } ?? false
      if isBeginning { hasBegun = true }
      if frame.owner == .user, let line = frame.line, frame.file != nil {
        found = CallSource(
          file: frame.file, line: line, function: frame.function, module: frame.module)
        return
      }
      if frame.owner == .user, !isDoor, !isBeginning {
        plain =
          plain ?? CallSource(function: frame.function, module: frame.module, offset: offset)
      }
    }
  }
}
