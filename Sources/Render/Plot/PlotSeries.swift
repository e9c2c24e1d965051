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
      PlotSeries(name: "sent again", look: .crosses, ink: .series(1), points: bars(again)),
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
    let spoilt = segments.filter(\.isAgain)
    for ack in acks {
      while let first = open.first, first.end <= ack.next, first.time <= ack.time {
        open = open.dropFirst()
        let isSpoilt = spoilt.contains { $0.first < first.end && first.first < $0.end }
        guard !isSpoilt else { continue }
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

  /// Bytes acknowledged in each of `intervals` equal parts of the time, and on average since the
  /// first segment, both in bytes a second.
  func throughput(intervals: Int = 60) -> [PlotSeries] {
    guard let first = segments.first?.time, let last = acks.last?.time, last > first else {
      return []
    }
    let span = last - first
    let parts = max(1, min(intervals, acks.count))
    var bytes = Array(repeating: 0.0, count: parts)
    var average: [PlotPoint] = []
    var acknowledged: Int64 = 1
    for ack in acks where ack.time >= first && ack.next > acknowledged {
      let index = min(parts - 1, Int(Double(ack.time - first) / Double(span) * Double(parts)))
      bytes[index] += Double(ack.next - acknowledged)
      acknowledged = ack.next
      // Over less than an interval a mean says nothing.
      guard ack.time > first, ack.time == last || ack.time - first >= span / Int64(parts) else {
        continue
      }
      let seconds = Double(ack.time - first) / 1e9
      average.append(PlotPoint(ack.time, Double(acknowledged - 1) / seconds, packet: ack.number))
    }
    let width = Double(span) / Double(parts)
    let rates = bytes.enumerated().map { index, count in
      PlotPoint(first + Int64(width * Double(index)), count / (width / 1e9))
    }
    let end = PlotPoint(last, rates.last?.value ?? 0)
    return [
      PlotSeries(name: "by interval", look: .steps, ink: .series(0), points: rates + [end]),
      PlotSeries(name: "since the first segment", look: .line, ink: .series(1), points: average),
    ]
  }
}
