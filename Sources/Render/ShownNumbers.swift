import Calls
import Timeline

/// Which packets and calls were shown: a row that names one that was left out says so.
struct ShownNumbers {
  private var packets = RecentNumbers(limit: 65_536)
  private var calls = RecentNumbers(limit: 65_536)
  /// The highest numbers of which it was decided.
  private var lastPacket = 0
  private var lastCall = 0

  /// Nothing is left out.
  init() {}

  /// Nothing was left out up to these numbers.
  init(afterPacket packet: Int, call: Int) {
    packets = RecentNumbers(limit: 65_536, forgotten: packet)
    calls = RecentNumbers(limit: 65_536, forgotten: call)
  }

  /// Takes the next row.
  mutating func take(_ row: Row, isShown: Bool) {
    switch row.content {
    case .packet(let packet):
      let number = packet.packet.number
      lastPacket = max(lastPacket, number)
      if isShown { packets.insert(number) }
    case .call(let call): take(call.record.id, isShown: isShown)
    default: break
    }
  }

  /// Takes a call.
  mutating func take(_ call: CallID, isShown: Bool) {
    lastCall = max(lastCall, call.rawValue)
    if isShown { calls.insert(call.rawValue) }
  }

  /// Whether a packet was left out.
  func isLeftOut(packet number: Int) -> Bool {
    number > packets.forgotten && number <= lastPacket && !packets.contains(number)
  }

  /// Whether a call was left out.
  func isLeftOut(call id: CallID) -> Bool {
    id.rawValue > calls.forgotten && id.rawValue <= lastCall && !calls.contains(id.rawValue)
  }
}
