import CPcap

/// The underlying library.
public enum CaptureLibrary {
  /// libpcap's own version text, such as `libpcap version 1.10.3 (with TPACKET_V3)`.
  ///
  /// C: `pcap_lib_version`
  public static var version: String {
    // A constant string of the library, terminated by a zero byte.
    unsafe String(cString: pcap_lib_version())
  }
}

/// Space for one libpcap message, of which libpcap writes at most `PCAP_ERRBUF_SIZE` bytes.
struct ErrorBuffer: ~Copyable {
  private var bytes = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))

  /// Calls `body` with the buffer.
  mutating func filled<Value>(by body: (UnsafeMutablePointer<CChar>) -> Value) -> Value {
    unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      // The array is never empty, so the buffer has a base; libpcap keeps to PCAP_ERRBUF_SIZE.
      unsafe body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }

  /// The message, up to the first zero byte.
  var message: String {
    String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
