public import Render

/// Which packets are captured, and how they are drawn.
public struct CaptureRequest: Sendable {
  /// The interface.
  public var interface = "lo"
  /// A filter expression of pcap-filter(7) for the capture, empty for all.
  public var filter = ""
  /// Bytes kept of each packet.
  public var snaplen = 256
  /// Packets after which the capture ends; nil: it does not.
  public var count: Int?
  /// Seconds after which the capture ends; nil: it does not.
  public var seconds: Double?
  /// The file to save to: packets alone where its name ends in `.pcap`, a recording in `.pcapng`.
  public var packetFile: String?
  /// The file to export into; its ending says how (`ExportFile`).
  public var exportFile: String?
  /// The file to draw the ladder into; nil is standard output.
  public var outputFile: String?
  /// How the ladder is drawn.
  public var style = LadderStyle()
  /// What of it is shown.
  public var selection = Selection()

  /// What a recording says of the command.
  public var title = "capture"
  /// The program that captures, with its version.
  public var application = "sockline"

  /// Makes a request.
  public init() {}
}
