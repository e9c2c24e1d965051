public import Calls

/// What a recorder of calls reports, in the order in which it happened to each thread.
public enum CallReport: Sendable {
  /// Something was recorded.
  case event(CallEvent)
  /// A program printed a line into one of the reported pipes: its bytes without the newline.
  case printed(time: Int64, process: Int32, [UInt8])
  /// A program that was started runs.
  case running(process: Int32)
  /// A program could not be attached to.
  case refused(AttachError)
  /// A program that was started could not be executed: errno(3).
  case failed(process: Int32, error: Int32)
  /// A process runs a 32-bit program, whose calls cannot be traced; its name is raw.
  case foreign(process: Int32, name: String)
  /// A program that was started is gone: exit status, or the signal that killed it.
  case ended(process: Int32, status: Int32?, signal: Int32?)
}
