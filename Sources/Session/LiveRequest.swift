public import Render

/// What a live session starts, and how it records and draws it.
public struct LiveRequest: Sendable {
  /// What is started.
  public var programs: Programs
  /// Which network it runs in.
  public var network = NetworkChoice.host
  /// Segments as on Ethernet: MTU 1500, no segmentation offload. Private networks only.
  public var isTextbook = false
  /// The interface to capture on; in a private network always `lo`.
  public var interface = "lo"
  /// A filter expression of pcap-filter(7) for the capture, empty for all.
  public var filter = ""
  /// Bytes kept of each packet.
  public var snaplen = 256
  /// Whether of a bulk transfer only the heads of packets are kept, after the first megabytes.
  public var cutsBulk = false
  /// Bytes of payload kept for each call.
  public var payloadBytes = 64
  /// The file to save to: packets alone where its name ends in `.pcap`, a recording in `.pcapng`.
  public var packetFile: String?
  /// The file to export into; its ending says how (`ExportFile`).
  public var exportFile: String?
  /// The file to draw the ladder into.
  public var outputFile: String?
  /// Whether the ladder goes to standard output; else to standard error.
  public var drawsOnStandardOutput = false
  /// Whether packets between other programs are drawn too.
  public var showsOthers = false
  /// Whether lines that the programs print become rows; else they keep the standard streams.
  public var showsOutput = false
  /// Nothing but the programs' own output: no ladder, no footer.
  public var isQuiet = false
  /// How the ladder is drawn.
  public var style = LadderStyle()
  /// What of it is shown.
  public var selection = Selection()
  /// Notes of the user's, which stand in the ladder.
  public var notes: [Note] = []
  /// Ends a session that is attached after so many packets.
  public var count: Int?
  /// Ends a session that is attached after so many seconds.
  public var seconds: Double?
  /// Whether the source lines of calls are looked for.
  public var findsSources = false
  /// What the first line says of the command.
  public var title = ""

  /// The program that records, with its version.
  public var application = "sockline"

  /// Makes a request.
  public init(_ programs: Programs) { self.programs = programs }

  /// What is started.
  public enum Programs: Sendable {
    /// One command with its arguments.
    case run([String])
    /// Nothing: the processes of these numbers run already.
    case attach([Int32])
    /// A server, and a client as soon as the server is ready.
    case pair(Pair)
  }

  /// A server and its client.
  public struct Pair: Sendable {
    /// The server's command with its arguments.
    public var server: [String]
    /// The client's command with its arguments.
    public var client: [String]
    /// The port whose listening or binding means that the server is ready; nil: any.
    public var readyPort: UInt16?
    /// Seconds to wait for the server to be ready, and for its end after the client's.
    public var timeout = 10
    /// Makes a pair.
    public init(server: [String], client: [String], readyPort: UInt16? = nil, timeout: Int = 10) {
      self.server = server
      self.client = client
      self.readyPort = readyPort
      self.timeout = timeout
    }
  }

  /// Which network the programs run in.
  public enum NetworkChoice: Sendable {
    /// A private one; it is an error where there can be none.
    case privateNetwork
    /// The machine's.
    case host
    /// A private one where there can be one, else the machine's.
    case privateElseHost
  }
}
