import Scenario
import Testing
import Timeline

@Suite struct ExchangeTests {
  /// Many random exchanges of many connections: every packet has the cause it was given.
  @Test(arguments: UInt64(1)...40)
  func everyPacketHasItsTrueCause(seed: UInt64) {
    let exchange = Exchange(seed: seed, connections: 40)
    let played = exchange.script.played
    var names: [Int: String] = [:]
    for row in played.calls where row.part != .exit {
      let time = (row.record.entered.nanoseconds - exchange.script.start) / 1000
      names[row.record.id.rawValue] =
        "\(row.record.call.rawValue) of \(row.record.thread) at \(time)"
    }
    let truths = exchange.ordered
    #expect(played.packets.count == truths.count)
    for (row, truth) in zip(played.packets, truths) {
      let calls = row.cause.calls.compactMap { names[$0.rawValue] }
      #expect(row.cause.kind == truth.kind, "seed \(seed) packet \(row.packet.number) \(row.cause)")
      #expect(calls == truth.calls, "seed \(seed) packet \(row.packet.number) \(row.cause)")
    }
    // What calls wrote is what was captured.
    #expect(played.totals.unexplained == 0)
  }
}
