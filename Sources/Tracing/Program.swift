import CPtrace
import Glibc

/// A program to start and trace.
public struct Program: Sendable {
  /// The command and its arguments; the command is looked up in PATH.
  public var arguments: [String]
  /// Descriptors for its standard streams; nil keeps sockline's own.
  public var standardInput: Int32?
  /// See `standardInput`.
  public var standardOutput: Int32?
  /// See `standardInput`.
  public var standardError: Int32?
  /// The user it becomes, where sockline runs with another one's privileges.
  public var user: User?

  /// Makes a program that keeps sockline's streams and user.
  public init(_ arguments: [String], user: User? = nil) {
    self.arguments = arguments
    self.user = user
  }

  /// A user by IDs and name (credentials(7)).
  public struct User: Hashable, Sendable {
    /// The user ID.
    public var id: UInt32
    /// The ID of the user's primary group.
    public var group: UInt32
    /// The user's name, for the supplementary groups.
    public var name: String?
    /// Makes a user.
    public init(id: UInt32, group: UInt32, name: String?) {
      self.id = id
      self.group = group
      self.name = name
    }
  }
}

/// Why a program could not be traced.
public enum TracingError: Error, Hashable, Sendable {
  /// fork, pipe or PTRACE_SEIZE failed: errno(3).
  case start(Int32)
}

extension Program {
  /// Starts it, stopped, as a tracee of the calling thread.
  ///
  /// - Returns: its process ID, and the pipe that reports why exec failed.
  func start(_ filter: SystemCallFilter) throws(TracingError) -> (process: Int32, failure: Int32) {
    // Copies that live until the child has its own: fork duplicates the memory.
    let texts = unsafe arguments.map { unsafe strdup($0) }
    let name = unsafe user?.name.flatMap { unsafe strdup($0) }
    defer {
      for index in unsafe texts.indices { unsafe free(texts[index]) }
      unsafe free(name)
    }
    var child = tracer_child()
    let list = unsafe texts.map { unsafe UnsafePointer<CChar>($0) } + [nil]
    let error = unsafe list.withUnsafeBufferPointer { list in
      unsafe filter.code.withUnsafeBufferPointer { code in
        var program = unsafe tracer_program()
        unsafe program.arguments = list.baseAddress
        unsafe program.streams = (standardInput ?? -1, standardOutput ?? -1, standardError ?? -1)
        unsafe program.drops = user == nil ? 0 : 1
        unsafe program.uid = user?.id ?? 0
        unsafe program.gid = user?.group ?? 0
        unsafe program.user = unsafe UnsafePointer(name)
        unsafe program.filter = code.baseAddress
        unsafe program.filter_length = UInt16(clamping: code.count)
        // All pointers are valid during the call.
        return unsafe tracer_start(&program, &child)
      }
    }
    guard error == 0 else { throw .start(error) }
    return (child.process, child.failure)
  }
}
