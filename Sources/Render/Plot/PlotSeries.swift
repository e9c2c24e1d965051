/// Points of a plot in their order, and how they are drawn.
struct PlotSeries {
  /// What the legend calls it.
  var name: String
  var look: Look
  var ink: Ink
  /// Seconds and the value of the other axis, for marks with the value's other end.
  var points: [PlotPoint]

  enum Look { case line, steps, dots, bars, crosses }
}

/// A point of a plot.
struct PlotPoint: Hashable {
  /// Nanoseconds since the zero.
  var time: Int64
  var value: Double
  /// Where a bar ends.
  var end: Double?
  /// The packet it comes from.
  var packet: Int?

  init(_ time: Int64, _ value: Double, end: Double? = nil, packet: Int? = nil) {
    self.time = time
    self.value = value
    self.end = end
    self.packet = packet
  }
}

extension PlotSeries {
  /// What lies in a part of the time. Steps begin at its edge with what was true before it.
  func clipped(to part: ClosedRange<Int64>?) -> PlotSeries {
    guard let part else { return self }
    var shown = self
    shown.points = points.filter { part.contains($0.time) }
    if case .steps = look, let before = points.last(where: { $0.time < part.lowerBound }),
      points.contains(where: { $0.time > part.lowerBound })
    {
      shown.points.insert(PlotPoint(part.lowerBound, before.value), at: 0)
    }
    return shown
  }
}

extension PlotData {
  /// The name of the window's edge.
  static let edge = "window's edge"
  /// The first sequence number that the receiver has no room for, at each acknowledgement.
  var edges: [Int64] { acks.map { $0.next + $0.window } }

  /// Segments as bars from the first to the last byte, acknowledgements and the window's edge as
  /// steps.
  var sequence: [PlotSeries] {
    let new = segments.filter { !$0.isAgain }
    let again = segments.filter(\.isAgain)
    func bars(_ segments: [PlotSegment]) -> [PlotPoint] {
      segments.map {
        PlotPoint($0.time, Double($0.first), end: Double($0.end), packet: $0.number)
      }
    }
    let series = [
      PlotSeries(name: "segments", look: .bars, ink: .series(0), points: bars(new)),
      PlotSeries(name: "retransmissions", look: .crosses, ink: .series(1), points: bars(again)),
      PlotSeries(
        name: "acknowledged", look: .steps, ink: .series(2),
        points: acks.map { PlotPoint($0.time, Double($0.next), packet: $0.number) }),
      PlotSeries(
        name: PlotData.edge, look: .steps, ink: .series(4),
        points: zip(acks, edges).map { PlotPoint($0.time, Double($1), packet: $0.number) }),
    ]
    return series.filter { !$0.points.isEmpty }
  }

  /// Bytes that were sent and not acknowledged, and the window as it was advertised.
  var window: [PlotSeries] {
    var flight: [PlotPoint] = []
    var sent: Int64 = 1
    var acknowledged: Int64 = 1
    var moments: [(time: Int64, number: Int, sent: Int64?, next: Int64?)] = []
    moments += segments.map { ($0.time, $0.number, $0.end, nil) }
    moments += acks.map { ($0.time, $0.number, nil, $0.next) }
    moments.sort { ($0.time, $0.number) < ($1.time, $1.number) }
    for moment in moments {
      if let end = moment.sent { sent = max(sent, end) }
      if let next = moment.next { acknowledged = max(acknowledged, next) }
      flight.append(
        PlotPoint(moment.time, Double(max(0, sent - acknowledged)), packet: moment.number))
    }
    let advertised = acks.map { PlotPoint($0.time, Double($0.window), packet: $0.number) }
    return [
      PlotSeries(name: "bytes in flight", look: .steps, ink: .series(0), points: flight),
      PlotSeries(
        name: "advertised window", look: .steps, ink: .series(4), points: advertised),
    ]
  }

  /// From each segment that was sent once to the acknowledgement that covers it (RFC 6298, section
  /// 3: Karn's algorithm), in milliseconds; and EstimatedRTT = 0.875 E + 0.125 S, the first a sample.
  var roundTrips: [PlotSeries] {
    var samples: [PlotPoint] = []
    var open = segments.filter { !$0.isAgain }[...]
    let spoilt = SpoiltBytes(segments.filter(\.isAgain))
    for ack in acks {
      while let first = open.first, first.end <= ack.next, first.time <= ack.time {
        open = open.dropFirst()
        guard !spoilt.overlap(first.first..<first.end) else { continue }
        samples.append(
          PlotPoint(first.time, Double(ack.time - first.time) / 1e6, packet: first.number))
      }
    }
    var estimate: [PlotPoint] = []
    for sample in samples {
      let value = estimate.last.map { 0.875 * $0.value + 0.125 * sample.value } ?? sample.value
      estimate.append(PlotPoint(sample.time, value, packet: sample.packet))
    }
    return [
      PlotSeries(name: "SampleRTT", look: .dots, ink: .series(0), points: samples),
      PlotSeries(name: "EstimatedRTT", look: .line, ink: .series(1), points: estimate),
    ]
  }

  /// Bytes acknowledged in each of `intervals` equal parts of the time that is shown, and on average
  /// since the first segment of all, both in bytes a second.
  func throughput(in part: ClosedRange<Int64>? = nil, intervals: Int = 60) -> [PlotSeries] {
    guard let start = segments.first?.time, let end = acks.last?.time else { return [] }
    let first = max(start, part?.lowerBound ?? start)
    let last = min(end, part?.upperBound ?? end)
    guard last > first else { return [] }
    let span = last - first
    let shown = part == nil ? acks.count : acks.count { first...last ~= $0.time }
    let parts = max(1, min(intervals, shown))
    var bytes = Array(repeating: 0.0, count: parts)
    var average: [PlotPoint] = []
    var acknowledged: Int64 = 1
    for ack in acks where ack.time >= start && ack.time <= last && ack.next > acknowledged {
      let more = Double(ack.next - acknowledged)
      acknowledged = ack.next
      guard ack.time >= first else { continue }
      let index = min(parts - 1, Int(Double(ack.time - first) / Double(span) * Double(parts)))
      bytes[index] += more
      // Over less than an interval a mean says nothing.
      guard ack.time > start, ack.time == last || ack.time - start >= span / Int64(parts) else {
        continue
      }
      let seconds = Double(ack.time - start) / 1e9
      average.append(PlotPoint(ack.time, Double(acknowledged - 1) / seconds, packet: ack.number))
    }
    let width = Double(span) / Double(parts)
    let rates = bytes.enumerated().map { index, count in
      PlotPoint(first + Int64(width * Double(index)), count / (width / 1e9))
    }
    let lastPoint = PlotPoint(last, rates.last?.value ?? 0)
    return [
      PlotSeries(name: "by interval", look: .steps, ink: .series(0), points: rates + [lastPoint]),
      PlotSeries(name: "since the first segment", look: .line, ink: .series(1), points: average),
    ]
  }
}

/// Bytes that were retransmitted: an acknowledgement of them tells no time.
private struct SpoiltBytes {
  /// In their order, apart from each other.
  private var ranges: [Range<Int64>] = []

  init(_ segments: [PlotSegment]) {
    for segment in segments.sorted(by: { $0.first < $1.first }) where segment.end > segment.first {
      if let last = ranges.last, segment.first <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, segment.end)
      } else {
        ranges.append(segment.first..<segment.end)
      }
    }
  }

  func overlap(_ bytes: Range<Int64>) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= bytes.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound < bytes.upperBound
  }
}
