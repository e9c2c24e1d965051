/// Why packets cannot be captured.
public enum CaptureError: Error, Hashable, Sendable {
  /// The process lacks CAP_NET_RAW in the network namespace of the device (packet(7)).
  case notPermitted(device: String)
  /// No device has this name.
  case noSuchDevice(String)
  /// The device exists and is down.
  case notUp(device: String)
  /// The filter expression is wrong.
  case filter(PacketFilterError)
  /// libpcap's message about anything else.
  case other(String)
}
