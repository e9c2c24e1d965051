import Calls

/// A function on the path to a call; inlined ones count separately.
struct SourceFrame: Hashable {
  var file: String?
  var line: Int?
  var function: String?
  /// The program or library, without its directory.
  var module: String
  /// Whose code it is.
  var owner: Owner

  enum Owner: Hashable {
    case user
    /// A library of the system or of a language, or one installed by a package manager.
    case library
  }
}

/// Looks for the user's code among frames, from the call outwards.
///
/// The innermost of the user's frames with a line is chosen; where none has a line, the innermost
/// one of a program or library that is the user's. Code of the system, of languages and of
/// interpreters is never chosen: where there is nothing else, there is no result.
struct FrameSearch {
  private(set) var count = 0
  /// The frame that was found, with a line.
  private var found: CallSource?
  /// The innermost frame of a program or library without debug information.
  private var plain: CallSource?

  var isEmpty: Bool { count == 0 }
  /// Whether nothing better can come.
  var isOver: Bool { found != nil || hasBegun }
  /// Whether the frame was seen in which the thread began, or where it switched stacks.
  private var hasBegun = false
  /// The best result so far.
  var result: CallSource? { found ?? plain }

  /// Takes the frames of an address, the innermost first.
  ///
  /// - Parameter offset: the offset in the module's file that the innermost frame returns to.
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
