import CPcap
import Glibc
import Synchronization

/// A running capture, closed when the last reference to it goes away.
///
/// One thread receives; meanwhile any other may ask for the statistics.
public final class ActiveCapture: Sendable {
  /// libpcap's handle: one call on it at a time.
  private let handle: Mutex<Handle>
  /// The packet socket, for waiting on.
  let descriptor: Int32
  /// The link type of the packets (pcap-linktype(7)), such as 1 for Ethernet.
  public let linkType: Int32
  /// Bytes kept of each packet; fewer after `keepHeads(of:)`.
  public let snaplen: Int
  /// The filter that the kernel has.
  private let expression: String

  /// Takes ownership of an active, non-blocking handle.
  init(_ pcap: OpaquePointer, descriptor: Int32, expression: String) {
    self.descriptor = descriptor
    self.expression = expression
    unsafe linkType = pcap_datalink(pcap)
    unsafe snaplen = Int(pcap_snapshot(pcap))
    let isNano = unsafe pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO
    unsafe handle = Mutex(Handle(pcap: pcap, subsecond: isNano ? 1 : 1_000))
  }

  /// Waits for packets and gives each one to `body`, which must not use this capture.
  ///
  /// - Parameters:
  ///   - milliseconds: how long to wait for the first one; negative for no limit.
  ///   - body: gets the time in nanoseconds since 1970 (CLOCK_REALTIME), the bytes the packet had
  ///     on the link, and those of them that were kept.
  /// - Returns: the number of packets, 0 on a timeout or when a signal came.
  ///
  /// C: `poll`, `pcap_next_ex`
  @discardableResult
  public func receive(
    waitingMilliseconds milliseconds: Int32,
    _ body: (_ timeNanoseconds: Int64, _ frameLength: Int, _ bytes: Span<UInt8>) -> Void
  ) throws(CaptureError) -> Int {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // The kernel writes `revents` of the single entry.
    let ready = unsafe poll(&entry, 1, milliseconds)
    if ready < 0, errno != EINTR { throw .other("poll: error \(errno)") }
    // Even without a ready block there may be packets left in one that was partly read.
    return try handle.withLock { handle throws(CaptureError) in try handle.drain(body) }
  }

  /// Keeps at most this many bytes of each packet from now on, and loses none.
  ///
  /// - Returns: false where that cannot be done: the kernel delivers these packets without the
  ///   header that the filter looks at.
  public func keepHeads(of bytes: Int) -> Bool {
    // LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2: libpcap made the headers.
    guard bytes < snaplen, linkType != 113, linkType != 276,
      let filter = try? PacketFilter(expression, link: linkType, snaplen: bytes)
    else { return false }
    return filter.replace(on: descriptor)
  }

  /// What the capture has seen and lost since it started.
  ///
  /// C: `pcap_stats`
  public func statistics() throws(CaptureError) -> CaptureStatistics {
    try handle.withLock { handle throws(CaptureError) in try handle.statistics() }
  }
}

extension Span<UInt8> {
  /// A copy of the bytes, for keeping.
  public var copied: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}

/// What a capture has seen and lost.
public struct CaptureStatistics: Hashable, Sendable {
  /// Packets that passed the filter, including those dropped by the kernel.
  public var received: Int
  /// Packets lost because the ring was full.
  public var droppedByKernel: Int
  /// Packets lost by the interface or its driver.
  public var droppedByInterface: Int
}

/// Owns a `pcap_t`, and closes it: the pointer is stored nowhere else, so it is valid as long as
/// this.
///
/// Sendable: libpcap ties a handle to no thread, only to one call at a time.
@safe private struct Handle: ~Copyable, @unchecked Sendable {
  let pcap: OpaquePointer
  /// Nanoseconds in a unit of `tv_usec`: 1, or 1,000 where libpcap has no nanoseconds.
  let subsecond: Int64

  init(pcap: OpaquePointer, subsecond: Int64) {
    unsafe self.pcap = pcap
    self.subsecond = subsecond
  }

  deinit { unsafe pcap_close(pcap) }

  /// Packets delivered before the caller gets a chance to look at something else.
  static let atMost = 16_384

  func drain(
    _ body: (Int64, Int, Span<UInt8>) -> Void
  ) throws(CaptureError) -> Int {
    var count = 0
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var start: UnsafePointer<UInt8>?
    while count < Handle.atMost {
      let status = unsafe pcap_next_ex(pcap, &header, &start)
      guard status != 0 else { break }
      guard status == 1, let packet = unsafe header?.pointee else {
        throw unsafe .other(String(cString: pcap_geterr(pcap)))
      }
      // libpcap: `caplen` bytes from `start` are valid until the next call on the handle.
      let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(packet.caplen))
      let time = Int64(packet.ts.tv_sec) * 1_000_000_000 + Int64(packet.ts.tv_usec) * subsecond
      body(time, Int(packet.len), unsafe bytes.span)
      count += 1
    }
    return count
  }

  func statistics() throws(CaptureError) -> CaptureStatistics {
    var counts = pcap_stat()
    guard unsafe pcap_stats(pcap, &counts) == 0 else {
      throw unsafe .other(String(cString: pcap_geterr(pcap)))
    }
    return CaptureStatistics(
      received: Int(counts.ps_recv), droppedByKernel: Int(counts.ps_drop),
      droppedByInterface: Int(counts.ps_ifdrop))
  }
}
