import Glibc

/// A thread of its own: the tracer's calls are answered only on the thread that attached.
enum Thread {
  /// Starts `body` on a new, detached thread.
  static func start(_ body: @escaping @Sendable () -> Void) {
    let box = unsafe Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    // The new thread takes over the one retained reference.
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, unsafe box.toOpaque())
    precondition(status == 0, "pthread_create: error \(status)")
    pthread_detach(thread)
  }

  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
