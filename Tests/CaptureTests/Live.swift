import Capture
import Glibc
import Process
import Wire

/// A packet of a live capture.
struct Captured {
  var time: Int64
  var frameLength: Int
  var bytes: [UInt8]

  /// The packet, decoded.
  func packet(_ capture: ActiveCapture) -> Packet {
    Packet.decode(
      bytes.span, link: LinkType(rawValue: capture.linkType), frameLength: frameLength)
  }
}

extension ActiveCapture {
  /// Receives until `isEnough`, asked after each batch, or a minute is over.
  func collect(until isEnough: ([Captured]) -> Bool) throws -> [Captured] {
    var packets: [Captured] = []
    let end = ContinuousClock.now.advanced(by: .seconds(300))
    while !isEnough(packets), ContinuousClock.now < end {
      try receive(waitingMilliseconds: 100) { time, length, bytes in
        let copy = (0..<bytes.count).map { bytes[$0] }
        packets.append(Captured(time: time, frameLength: length, bytes: copy))
      }
    }
    return packets
  }
}

/// The clock of the time stamps, in nanoseconds since 1970.
func realTime() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// Runs `body` on a thread of its own, whose rights and namespaces it may give up: they go with it.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value? {
  let work = Work(body: body)
  var thread = pthread_t()
  let pointer = Unmanaged.passUnretained(work).toOpaque()
  let status = pthread_create(
    &thread, nil,
    { pointer in
      if let pointer { Unmanaged<AnyWork>.fromOpaque(pointer).takeUnretainedValue().run() }
      return nil
    }, pointer)
  guard status == 0 else { return nil }
  pthread_join(thread, nil)
  return work.value
}

/// What a thread does, whatever it gives.
private class AnyWork {
  func run() {}
}

private final class Work<Value>: AnyWork {
  private let body: () -> Value
  private(set) var value: Value?

  init(body: @escaping () -> Value) { self.body = body }

  override func run() { value = body() }
}

/// capset(2): the rights of the calling thread; the header has a C type of its own.
@_silgen_name("capset")
private func capset(_ header: UnsafeRawPointer, _ data: UnsafeRawPointer) -> Int32

/// unshare(2): namespaces of the calling thread.
@_silgen_name("unshare")
private func unshare(_ flags: Int32) -> Int32

/// Gives up all capabilities of the calling thread.
func dropAllCapabilities() -> Bool {
  // linux/capability.h: version 3, this thread; three sets of 64 bits, all empty.
  capset([0x2008_0522, 0] as [UInt32], [0, 0, 0, 0, 0, 0] as [UInt32]) == 0
}

/// Moves the calling thread into a network namespace of its own, where `lo` is down.
func enterEmptyNetwork() -> Bool {
  unshare(0x4000_0000) == 0  // CLONE_NEWNET
}
