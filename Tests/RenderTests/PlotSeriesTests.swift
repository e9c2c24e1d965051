import Testing
import Timeline

@testable import Render

@Suite struct PlotSeriesTests {
  private func row(
    _ number: Int, _ side: Side = .client, _ sequence: Int64, length: Int, ack: Int64 = 1,
    window: Int = 1000, isAgain: Bool = false
  ) -> PacketRow {
    let own =
      isAgain
      ? cause(.retransmission, .timeout, packet: 1) : cause(.call, .data, calls: [1])
    let row = packetRow(number, from: side, own, length: length) {
      $0.relativeSequence = sequence
      $0.relativeAcknowledgement = ack
      $0.window = window
    }
    guard case .packet(let packet) = row.content else { preconditionFailure("it is a packet") }
    return packet
  }

  /// Milliseconds to nanoseconds.
  private func ms(_ time: Double) -> Int64 { Int64(time * 1e6) }

  private func series(_ all: [PlotSeries], _ name: String) -> [PlotPoint] {
    all.first { $0.name == name }?.points ?? []
  }

  @Test func samplesAreThoseOfKarn() {
    var data = PlotData(sender: .client)
    data.take(row(1, .client, 1, length: 100), at: ms(0))
    data.take(row(2, .server, 1, length: 0, ack: 101), at: ms(8))
    data.take(row(3, .client, 101, length: 100), at: ms(10))
    // The second is lost and sent again: no sample. The third is covered by the same one.
    data.take(row(4, .client, 101, length: 100, isAgain: true), at: ms(210))
    data.take(row(5, .server, 1, length: 0, ack: 201), at: ms(216))
    data.take(row(6, .client, 201, length: 50), at: ms(220))
    data.take(row(7, .client, 251, length: 50), at: ms(221))
    data.take(row(8, .server, 1, length: 0, ack: 301), at: ms(236))
    let samples = series(data.roundTrips, "SampleRTT")
    #expect(samples.map(\.packet) == [1, 6, 7])
    #expect(samples.map(\.value) == [8, 16, 15])
    let estimate = series(data.roundTrips, "EstimatedRTT").map(\.value)
    #expect(estimate[0] == 8)
    #expect(abs(estimate[1] - (0.875 * 8 + 0.125 * 16)) < 1e-9)
    #expect(abs(estimate[2] - (0.875 * estimate[1] + 0.125 * 15)) < 1e-9)
  }

  @Test func throughputAddsUpToTheBytes() {
    var data = PlotData(sender: .client)
    var acknowledged: Int64 = 1
    var random = Seeded(state: 7)
    for index in 0..<200 {
      let length = Int(random.next() % 1400) + 1
      data.take(row(2 * index, .client, acknowledged, length: length), at: ms(Double(index) * 3))
      acknowledged += Int64(length)
      data.take(
        row(2 * index + 1, .server, 1, length: 0, ack: acknowledged),
        at: ms(Double(index) * 3 + 1))
    }
    for intervals in [1, 7, 60] {
      let all = data.throughput(intervals: intervals)
      let rates = series(all, "by interval").dropLast()
      #expect(rates.count == intervals)
      let span = Double(data.acks.last?.time ?? 0) / 1e9
      let sum = rates.reduce(0) { $0 + $1.value * span / Double(intervals) }
      #expect(abs(sum - Double(acknowledged - 1)) < 0.5)
      let mean = series(all, "since the first segment").last?.value ?? 0
      #expect(abs(mean * span - Double(acknowledged - 1)) < 0.5)
    }
    #expect(data.bytes == acknowledged - 1)
  }

  @Test func flightIsWhatIsNotAcknowledged() {
    var data = PlotData(sender: .client)
    data.take(row(1, .client, 1, length: 100), at: 0)
    data.take(row(2, .client, 101, length: 100), at: 1)
    data.take(row(3, .server, 1, length: 0, ack: 101, window: 900), at: 2)
    data.take(row(4, .client, 101, length: 100, isAgain: true), at: 3)
    data.take(row(5, .server, 1, length: 0, ack: 201, window: 0), at: 4)
    #expect(series(data.window, "bytes in flight").map(\.value) == [100, 200, 100, 100, 0])
    #expect(series(data.window, "advertised window").map(\.value) == [900, 0])
    let sequence = data.sequence
    #expect(series(sequence, "segments").map(\.value) == [1, 101])
    #expect(series(sequence, "segments").map(\.end) == [101, 201])
    #expect(series(sequence, "retransmissions").map(\.packet) == [4])
    #expect(series(sequence, "acknowledged").map(\.value) == [101, 201])
    #expect(series(sequence, "window's edge").map(\.value) == [1001, 201])
  }

  @Test func withoutDataThereIsNothing() {
    let data = PlotData(sender: .client)
    #expect(data.throughput().isEmpty)
    #expect(data.sequence.isEmpty)
    #expect(data.roundTrips.allSatisfy { $0.points.isEmpty })
  }
}
