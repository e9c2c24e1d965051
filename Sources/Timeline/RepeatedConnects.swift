import Calls
import Wire

/// A connect() on a socket that another connect() has begun to connect: it asks how that goes on, or
/// takes its error, and sends no SYN.
///
/// connect(2) of a socket that does not block returns at once. The next one returns EALREADY while the
/// connection is being made, 0 or EISCONN when it is, and the error when that came to nothing
/// (inet_stream_connect() of the kernel); only the one after that begins a new one.
extension Timeline {
  /// A connect() returned.
  mutating func endConnect(_ record: CallRecord, at time: Instant) {
    guard let socket = record.socket.flatMap({ sockets[$0] }) else { return }
    let error = record.outcome?.error
    let isVain =
      socket.kind == .tcp && record.arguments.address?.endpoint != nil
      && (socket.isConnecting || error == .isConnected)
    socket.isConnecting = error.map { $0.isUnderWay || $0.isInterruption } ?? false
    socket.connects.end(record.id, at: time, isVain: isVain)
    guard isVain else { return }
    removePending(socket)
    calls[record.id]?.isVain = true
    calls[record.id]?.conversation = socket.conversation
  }
}
