import Text
import Timeline

/// An event of the Trace Event Format.
struct PerfettoEvent {
  /// The kind of event: `B` and `E` begin and end a slice, `X` is a whole one, `s` and `f` are the
  /// ends of an arrow, `i` is a moment, `M` names a track.
  var phase: String
  var name: String
  var process: Int64
  var thread: Int64
  /// When; nil for names of tracks.
  var time: Instant?
  /// Nanoseconds that an `X` takes.
  var duration: Int64?
  var more: [ExportField] = []
  var arguments: [ExportField] = []

  init(_ phase: String, _ name: String, process: Int64, thread: Int64) {
    self.phase = phase
    self.name = name
    self.process = process
    self.thread = thread
  }

  /// The name of a process or thread.
  static func named(
    _ kind: String, _ name: String, process: Int64, thread: Int64
  ) -> PerfettoEvent {
    var event = PerfettoEvent("M", kind, process: process, thread: thread)
    event.arguments = [ExportField("name", .text(name))]
    return event
  }

  /// The members of the JSON object; times are microseconds since `zero`.
  func fields(zero: Instant) -> [ExportField] {
    var fields = [
      ExportField("ph", .text(phase)), ExportField("name", .text(name)),
      ExportField("pid", .number(process)), ExportField("tid", .number(thread)),
    ]
    if let time {
      fields.append(ExportField("ts", .literal(TimeText.microseconds(time - zero))))
    }
    if let duration { fields.append(ExportField("dur", .literal(TimeText.microseconds(duration)))) }
    fields += more
    if !arguments.isEmpty { fields.append(ExportField("args", .fields(arguments))) }
    return fields
  }
}

/// An arrow to a packet: where it starts, inside of a call's slice.
struct PerfettoArrow {
  var number: Int64
  var start: Start

  struct Start {
    var process: Int64
    var thread: Int64
    var time: Instant
  }

  /// The event at the call.
  var first: PerfettoEvent {
    event("s", process: start.process, thread: start.thread, at: start.time)
  }

  /// The event at the packet, bound to the slice around it.
  func last(process: Int64, thread: Int64, at time: Instant) -> PerfettoEvent {
    var event = event("f", process: process, thread: thread, at: time)
    event.more.append(ExportField("bp", .text("e")))
    return event
  }

  private func event(
    _ phase: String, process: Int64, thread: Int64, at time: Instant
  ) -> PerfettoEvent {
    var event = PerfettoEvent(phase, "sends", process: process, thread: thread)
    event.time = time
    event.more = [ExportField("cat", .text("cause")), ExportField("id", .number(number))]
    return event
  }
}
