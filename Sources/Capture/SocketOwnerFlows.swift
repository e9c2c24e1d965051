import Wire

/// The two ends of a flow, whichever sent.
struct FlowEnds: Hashable {
  var transport: SocketOwnerQuestion.Transport
  var low: Endpoint
  var high: Endpoint

  init(_ transport: SocketOwnerQuestion.Transport, _ one: Endpoint, _ other: Endpoint) {
    self.transport = transport
    let isSwapped = FlowEnds.order(other) < FlowEnds.order(one)
    low = isSwapped ? other : one
    high = isSwapped ? one : other
  }

  private static func order(_ end: Endpoint) -> (UInt64, UInt64, UInt16) {
    switch end.address {
    case .v4(let value): (0, UInt64(value), end.port)
    case .v6(let high, let low): (high, low, end.port)
    }
  }
}

/// What is known about recently used keys; older ones are forgotten, half of them at a time.
struct Recent<Key: Hashable, Value> {
  private var current: [Key: Value] = [:]
  private var before: [Key: Value] = [:]
  private let half: Int

  init(half: Int = 16_384) { self.half = half }

  subscript(key: Key) -> Value? {
    get { current[key] ?? before[key] }
    set {
      current[key] = newValue
      guard current.count >= half else { return }
      before = current
      current = [:]
    }
  }
}
