public import Timeline
public import Wire

/// What a recording says about itself at its start: all that its ladder needs before the first row.
public struct RecordingStart: Hashable, Sendable {
  /// What distinguishes the recording from others, so that merged files stay apart: hexadecimal
  /// digits.
  public var run: String
  /// When it began, in nanoseconds since the epoch (CLOCK_REALTIME).
  public var time: Int64
  /// The same moment by the clock that is never set (CLOCK_MONOTONIC), in nanoseconds.
  public var monotonic: Int64 = 0
  /// What was run, in words. Raw.
  public var command = ""
  /// What recorded the calls: `ptrace`, `ebpf` or `none`.
  public var backend = "ptrace"
  /// Bytes of payload kept for each call.
  public var payloadBytes = 0
  /// What the heading says about where the packets come from. Raw.
  public var source = ""
  /// Sentences of the heading. Raw.
  public var notes: [String] = []
  /// Whether calls were recorded.
  public var hasCalls = true
  /// Whether packets were captured.
  public var hasPackets = true
  /// Whether packets to other hosts could not be seen.
  public var capturesOnlyLoopback = false
  /// Whether the packets between untraced programs were left out.
  public var hidesOthers = false
  /// Whether the network was a private one.
  public var isPrivate = false
  /// The interface.
  public var interface = "lo"
  /// The type of header that its packets begin with.
  public var link = LinkType.ethernet
  /// The most bytes of a packet that were kept; 0 means no limit.
  public var snaplen = 0
  /// The filter of the capture, empty for all.
  public var filter = ""
  /// The program that recorded, with its version.
  public var application = "sockline"
  /// The operating system, such as `Linux 6.1.0 x86_64`.
  public var system = ""

  /// Makes a start about which nothing else is known.
  public init(run: String, time: Int64) {
    self.run = run
    self.time = time
  }

  /// The description of the interface, which ties its packets to the recording.
  var interfaceDescription: String { RecordingStart.interfaceMark + run }

  static let interfaceMark = "sockline run="
}

/// What a recording says about itself at its end.
public struct RecordingEnd: Hashable, Sendable {
  /// The moment up to which everything was recorded, in nanoseconds since the epoch.
  public var time: Int64
  /// Packets lost by the kernel's ring, if known.
  public var lostByKernel: Int?
  /// Packets lost by the interface, if known.
  public var lostByInterface: Int?
  /// How much tracing stretched the calls, if measured.
  public var stretch: Double?
  /// Nanoseconds that tracing added to each traced call.
  public var addedNanoseconds: Int64?
  /// How the kernel's own count of written bytes compared with that of the calls, if asked for.
  public var offsets: OffsetChecks?
  /// Sentences of the footer. Raw.
  public var notes: [String] = []

  /// Makes an end about which nothing else is known.
  public init(time: Int64) { self.time = time }
}

extension RecordingStart {
  /// Adds the fields of the entry.
  func put(into fields: inout RecordingFields) {
    fields.put("SOCK_CLOCK", "realtime")
    fields.put("SOCK_MONO_NS", monotonic)
    fields.put("SOCK_BACKEND", escaped: backend)
    fields.put("SOCK_BYTES", payloadBytes)
    fields.put("SOCK_COMMAND", escaped: command)
    fields.put("SOCK_SOURCE", escaped: source)
    fields.put("SOCK_NOTES", texts: notes)
    fields.put("SOCK_HAS_CALLS", hasCalls ? "1" : "0")
    fields.put("SOCK_HAS_PACKETS", hasPackets ? "1" : "0")
    fields.put("SOCK_LOOPBACK", capturesOnlyLoopback ? "1" : "0")
    fields.put("SOCK_HIDES_OTHERS", hidesOthers ? "1" : "0")
    fields.put("SOCK_PRIVATE", isPrivate ? "1" : "0")
    fields.put("SOCK_INTERFACE", escaped: interface)
    fields.put("SOCK_FILTER", escaped: filter)
    fields.put("SOCK_TOOL", escaped: application)
  }

  /// Reads the entry; what other blocks contain is left unset.
  init(_ values: RecordingValues, run: String) {
    self.init(run: run, time: values.number(RecordingField.time) ?? 0)
    monotonic = values.number("SOCK_MONO_NS") ?? 0
    backend = values.text("SOCK_BACKEND") ?? "none"
    payloadBytes = values.number("SOCK_BYTES") ?? 0
    command = values.text("SOCK_COMMAND") ?? ""
    source = values.text("SOCK_SOURCE") ?? ""
    notes = values.texts("SOCK_NOTES")
    hasCalls = values.raw("SOCK_HAS_CALLS") != "0"
    hasPackets = values.raw("SOCK_HAS_PACKETS") != "0"
    capturesOnlyLoopback = values.raw("SOCK_LOOPBACK") == "1"
    hidesOthers = values.raw("SOCK_HIDES_OTHERS") == "1"
    isPrivate = values.raw("SOCK_PRIVATE") == "1"
    interface = values.text("SOCK_INTERFACE") ?? ""
    filter = values.text("SOCK_FILTER") ?? ""
    application = values.text("SOCK_TOOL") ?? ""
  }
}

extension RecordingEnd {
  /// Adds the fields of the entry, with the counts of calls and packets.
  func put(calls: Int, packets: Int, into fields: inout RecordingFields) {
    fields.put("SOCK_CALLS", calls)
    fields.put("SOCK_PKTS", packets)
    if lostByKernel != nil || lostByInterface != nil {
      fields.put("SOCK_DROPS", (lostByKernel ?? 0) + (lostByInterface ?? 0))
    }
    fields.put("SOCK_DROPS_KERNEL", lostByKernel)
    fields.put("SOCK_DROPS_INTERFACE", lostByInterface)
    fields.put("SOCK_STRETCH", stretch.map { "\($0)" })
    fields.put("SOCK_ADDED_NS", addedNanoseconds)
    fields.put("SOCK_OFFSETS_AGREED", offsets?.agreed)
    fields.put("SOCK_OFFSETS_DIFFER", offsets?.disagreed)
    fields.put("SOCK_UNSEEN_BYTES", offsets?.unseenBytes)
    fields.put("SOCK_NOTES", texts: notes)
  }

  /// Reads the entry.
  init(_ values: RecordingValues) {
    self.init(time: values.number(RecordingField.time) ?? 0)
    lostByKernel = values.number("SOCK_DROPS_KERNEL")
    lostByInterface = values.number("SOCK_DROPS_INTERFACE")
    stretch = values.raw("SOCK_STRETCH").flatMap { Double($0) }
    addedNanoseconds = values.number("SOCK_ADDED_NS")
    if let agreed = values.number("SOCK_OFFSETS_AGREED", Int.self) {
      var checks = OffsetChecks()
      checks.agreed = agreed
      checks.disagreed = values.number("SOCK_OFFSETS_DIFFER") ?? 0
      checks.unseenBytes = values.number("SOCK_UNSEEN_BYTES") ?? 0
      offsets = checks
    }
    notes = values.texts("SOCK_NOTES")
  }
}
