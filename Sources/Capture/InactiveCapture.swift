import CPcap
import Glibc

/// A capture being set up: its settings, until `activate()` starts it.
///
/// Nothing is opened before that, so no setting can fail on its own.
public struct InactiveCapture: ~Copyable {
  /// The interface.
  public let device: String
  /// Bytes kept of each packet; `wholePackets` keeps all of them.
  public var snaplen = InactiveCapture.wholePackets
  /// Bytes of the kernel's ring.
  ///
  /// With whole packets of a bulk transfer 2 MiB lost more than half of them, 64 MiB a twelfth;
  /// with 256 bytes per packet neither lost any.
  public var bufferSize = 64 << 20
  /// Milliseconds after which the kernel delivers a block of its ring that is not full.
  ///
  /// A batch costs a twentieth of waking up for each packet.
  public var timeout: Int32 = 50
  /// Which packets are kept: an expression of pcap-filter(7), empty for all.
  public var filter = ""
  /// Packets kept besides those of `filter`, such as the `EndMarker`'s; empty for none.
  public var alsoKept = ""

  /// More bytes than a packet of any link has (libpcap's MAXIMUM_SNAPLEN).
  public static let wholePackets = 262_144

  /// Prepares a capture on an interface.
  public init(device: String) throws(CaptureError) {
    // No interface has such a name, and a C string ends at the first zero byte.
    guard !device.isEmpty, !device.utf8.contains(0) else { throw .noSuchDevice(device) }
    self.device = device
  }

  /// Opens the interface and starts to capture.
  ///
  /// Time stamps have nanoseconds. The kernel always gets a filter, which cuts packets to `snaplen`
  /// before they are copied.
  ///
  /// C: `pcap_activate`
  public consuming func activate() throws(CaptureError) -> ActiveCapture {
    var message = ErrorBuffer()
    // `pcap` is closed on every path out of here except the last, which hands it on.
    guard let pcap = unsafe message.filled(by: { unsafe pcap_create(device, $0) }) else {
      throw .other(message.message)
    }
    do throws(CaptureError) {
      unsafe configure(pcap)
      try unsafe start(pcap)
      try unsafe install(on: pcap)
      let descriptor = unsafe pcap_get_selectable_fd(pcap)
      guard descriptor >= 0 else { throw .other("\(device) cannot be waited for") }
      // Programs that are started meanwhile must not inherit it: libpcap does not take care of
      // that.
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      ignoreOutgoing(descriptor)
      return unsafe ActiveCapture(pcap, descriptor: descriptor, expression: expression)
    } catch {
      unsafe pcap_close(pcap)
      throw error
    }
  }

  /// Passes the settings on; libpcap refuses them only on a handle that is already active.
  private borrowing func configure(_ pcap: OpaquePointer) {
    unsafe pcap_set_snaplen(pcap, Int32(clamping: snaplen))
    unsafe pcap_set_buffer_size(pcap, Int32(clamping: bufferSize))
    unsafe pcap_set_timeout(pcap, max(1, timeout))
    unsafe pcap_set_promisc(pcap, 0)
    unsafe pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO)
  }

  /// Activates the handle and makes it non-blocking.
  private borrowing func start(_ pcap: OpaquePointer) throws(CaptureError) {
    let status = unsafe pcap_activate(pcap)
    switch status {
    case 0...: break  // Above 0 are warnings, such as one about promiscuous mode.
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      throw .notPermitted(device: device)
    case PCAP_ERROR_NO_SUCH_DEVICE: throw .noSuchDevice(device)
    case PCAP_ERROR_IFACE_NOT_UP: throw .notUp(device: device)
    default:
      // Both strings are libpcap's own and end with a zero byte.
      let detail = unsafe String(cString: pcap_geterr(pcap))
      throw unsafe .other(detail.isEmpty ? String(cString: pcap_statustostr(status)) : detail)
    }
    var message = ErrorBuffer()
    guard unsafe message.filled(by: { unsafe pcap_setnonblock(pcap, 1, $0) }) == 0 else {
      throw .other(message.message)
    }
  }

  /// What the kernel keeps.
  private var expression: String {
    filter.isEmpty || alsoKept.isEmpty ? filter : "(\(alsoKept)) or (\(filter))"
  }

  /// Compiles the filter for the link and gives it to the kernel.
  private borrowing func install(on pcap: OpaquePointer) throws(CaptureError) {
    let link = unsafe pcap_datalink(pcap)
    let chosen: PacketFilter
    do throws(PacketFilterError) {
      // First alone, so that an error's place is one in the expression the user wrote. In the
      // combination it comes last: `vlan` changes the meaning of the words after it.
      let own = try PacketFilter(filter, link: link, snaplen: snaplen)
      chosen =
        expression == filter ? own : try PacketFilter(expression, link: link, snaplen: snaplen)
    } catch {
      throw .filter(error)
    }
    guard unsafe chosen.install(on: pcap) else {
      throw unsafe .other(String(cString: pcap_geterr(pcap)))
    }
  }

  /// On `lo`, drops the "outgoing" copy of each packet: the same packet is seen arriving.
  ///
  /// Elsewhere that would lose what this machine sends. libpcap drops these copies anyway, so a
  /// kernel without the option (before 4.20) only wastes space in the ring.
  private borrowing func ignoreOutgoing(_ descriptor: Int32) {
    guard device == "lo" else { return }
    // linux/if_packet.h: SOL_PACKET 263, PACKET_IGNORE_OUTGOING 23.
    var on: Int32 = 1
    // The kernel reads the four bytes of `on`, during the call.
    _ = unsafe setsockopt(descriptor, 263, 23, &on, socklen_t(MemoryLayout<Int32>.size))
  }
}
