import CPcap
import Glibc

/// A compiled filter expression (pcap-filter(7)), for packets of one link type.
@safe public final class PacketFilter: @unchecked Sendable {
  // Sendable: the program is written in init only, and running it changes nothing.
  private var program: bpf_program
  /// The expression as written.
  public let expression: String

  /// Compiles an expression; the empty one keeps every packet.
  ///
  /// Names of hosts and services are looked up once, here.
  ///
  /// - Parameters:
  ///   - expression: as in `tcpdump`.
  ///   - link: the link type of the packets (pcap-linktype(7)), such as 1 for Ethernet.
  ///   - snaplen: bytes kept of a packet, where the filter is installed on a capture.
  ///
  /// C: `pcap_open_dead`, `pcap_compile`
  public init(
    _ expression: String, link: Int32, snaplen: Int = InactiveCapture.wholePackets
  ) throws(PacketFilterError) {
    self.expression = expression
    switch unsafe PacketFilter.compile(expression, link: link, snaplen: snaplen) {
    case .success(let program): unsafe self.program = program
    case .failure(let failure):
      throw PacketFilterError(failure.message, in: expression, link: link)
    }
  }

  deinit { unsafe pcap_freecode(&program) }

  /// Whether the filter keeps a packet.
  ///
  /// - Parameters:
  ///   - frameLength: bytes the packet had on the link.
  ///   - bytes: those that were captured; a test of others fails.
  ///
  /// C: `pcap_offline_filter`
  public func matches(frameLength: Int, bytes: Span<UInt8>) -> Bool {
    var header = pcap_pkthdr()
    header.len = UInt32(clamping: frameLength)
    header.caplen = UInt32(clamping: bytes.count)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      // The interpreter reads nothing past `caplen`; without any bytes nothing is read.
      guard let start = buffer.baseAddress else { return expression.isEmpty }
      return unsafe pcap_offline_filter(&program, &header, start) != 0
    }
  }

  /// Installs the program on an active handle, which copies it. False: pcap_geterr says why.
  func install(on pcap: OpaquePointer) -> Bool {
    unsafe pcap_setfilter(pcap, &program) == 0
  }

  /// Replaces the filter of a packet socket by this program, between two packets.
  ///
  /// `pcap_setfilter` lets none through meanwhile, and so loses some.
  ///
  /// C: `setsockopt` with SO_ATTACH_FILTER (socket(7))
  func replace(on descriptor: Int32) -> Bool {
    guard unsafe program.bf_len <= UInt32(UInt16.max) else { return false }
    // struct sock_fprog: an unsigned short, and the pointer at the same offset as in bpf_program,
    // whose count has its low half first on x86 and ARM; the instructions have the same layout. The
    // kernel copies them during the call.
    let size = unsafe socklen_t(MemoryLayout<bpf_program>.size)
    return unsafe setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, size) == 0
  }

  /// libpcap's message about an expression it refuses.
  struct Refusal: Error {
    var message: String
  }

  /// Compiles an expression; whoever gets the program frees it with pcap_freecode.
  static func compile(
    _ expression: String, link: Int32, snaplen: Int
  ) -> Result<bpf_program, Refusal> {
    guard !expression.utf8.contains(0) else {
      return unsafe .failure(Refusal(message: "a zero byte in the expression"))
    }
    guard let dead = unsafe pcap_open_dead(link, Int32(clamping: snaplen)) else {
      return unsafe .failure(Refusal(message: "no memory"))
    }
    defer { unsafe pcap_close(dead) }
    var program = unsafe bpf_program()
    // PCAP_NETMASK_UNKNOWN is 0xffffffff: only `ip broadcast` needs the netmask, and is refused.
    guard unsafe pcap_compile(dead, &program, expression, 1, UInt32.max) == 0 else {
      return unsafe .failure(Refusal(message: String(cString: pcap_geterr(dead))))
    }
    return unsafe .success(program)
  }

  /// libpcap's objection to an expression; nil when it compiles.
  static func refusal(of expression: String, link: Int32) -> String? {
    switch unsafe compile(expression, link: link, snaplen: InactiveCapture.wholePackets) {
    case .failure(let refusal): return refusal.message
    case .success(var program):
      unsafe pcap_freecode(&program)
      return nil
    }
  }
}
