import Calls
import Timeline
import Wire

/// Numbers that a seed decides (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

/// Makes events of every kind, with hostile text in them.
struct RandomEvents {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Texts that would end a line, begin another field, or read as part of a grammar.
  static let hostile = [
    "", " ", "client", "a\n_PID=666\nMESSAGE=evil", "\u{0}", "x; FIN", "[1]", "a[2]: SYN",
    "\\", "\\x41", "\\n", "\"", "\" \"", "\u{301}mark", ":\u{301}", "=", "a=b", "\r\n", "\t",
    "\u{1B}[31mred", "\u{202E}txt", "\u{7F}", "\u{85}", "한글", "🇰🇷", "unspec", "family:3", ",", "-",
    "bytes 0:3", " by x[7]; data", "\u{FEFF}", "\u{2028}", String(repeating: "ü", count: 400),
  ]

  mutating func number<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number {
    Number.random(in: range, using: &generator)
  }

  /// A number of any size, small ones and the extremes more often.
  mutating func any<Number: FixedWidthInteger>() -> Number {
    switch number(0...5) {
    case 0: .min
    case 1: .max
    case 2: Number(clamping: number(-3...300))
    default: number(Number.min ... .max)
    }
  }

  mutating func maybe<Value>(_ value: (inout RandomEvents) -> Value) -> Value? {
    number(0...2) == 0 ? nil : value(&self)
  }

  mutating func some<Value>(_ value: (inout RandomEvents) -> Value) -> [Value] {
    (0..<number(0...3)).map { _ in value(&self) }
  }

  mutating func text() -> String {
    let one = RandomEvents.hostile[number(0...RandomEvents.hostile.count - 1)]
    return number(0...3) == 0 ? one + RandomEvents.hostile[number(0...9)] : one
  }

  mutating func payload() -> [UInt8] {
    (0..<number(0...70)).map { _ in number(0...255) }
  }

  mutating func address() -> IPAddress {
    switch number(0...6) {
    case 0: .loopback4
    case 1: .loopback6
    case 2: .v6(high: 0, low: 0xFFFF_7F00_0001)
    case 3: .v6(high: number(0...3), low: number(0...0x1_0000_0000))
    case 4: .v6(high: 0x2001_0DB8_0000_0000, low: any())
    case 5: .v6(high: any(), low: any())
    default: .v4(any())
    }
  }

  mutating func endpoint() -> Endpoint { Endpoint(address(), any()) }

  mutating func socketAddress() -> SocketAddress {
    switch number(0...4) {
    case 0: .unspecified
    case 1: .local(text())
    case 2: .other(family: any())
    default: .internet(endpoint())
    }
  }

  mutating func facts() -> SocketFacts {
    let kinds = TransportKind.allCases
    var facts = SocketFacts(id: SocketID(any()), kind: kinds[number(0...kinds.count - 1)])
    facts.local = maybe { $0.endpoint() }
    facts.peer = maybe { $0.endpoint() }
    facts.state = maybe { $0.any() }
    facts.streamOffset = maybe { $0.any() }
    facts.readOffset = maybe { $0.any() }
    facts.queue = maybe { AcceptQueue(waiting: $0.number(0...9), backlog: $0.number(0...4096)) }
    return facts
  }

  mutating func source() -> CallSource {
    CallSource(
      file: text(), line: maybe { $0.any() }, function: maybe { $0.text() },
      module: maybe { $0.text() }, offset: maybe { $0.any() })
  }

  mutating func arguments() -> CallArguments {
    var arguments = CallArguments()
    arguments.descriptor = maybe { $0.any() }
    arguments.other = maybe { $0.any() }
    arguments.family = maybe { $0.any() }
    arguments.type = maybe { $0.any() }
    arguments.proto = maybe { $0.any() }
    arguments.count = maybe { $0.any() }
    arguments.flags = maybe { $0.any() }
    arguments.backlog = maybe { $0.any() }
    arguments.option = maybe { SocketOption(level: $0.any(), name: $0.any()) }
    arguments.value = maybe { $0.any() }
    arguments.lingerSeconds = maybe { $0.any() }
    arguments.receives = number(0...1) == 0
    arguments.timeout = maybe { $0.any() }
    arguments.watched = some { $0.any() }
    arguments.wakesOne = maybe { $0.number(0...1) == 0 }
    arguments.address = maybe { $0.socketAddress() }
    arguments.messageLengths = some { $0.any() }
    arguments.addresses = some { random in random.maybe { $0.socketAddress() } }
    arguments.closes = holding()
    arguments.segmentSizes = some { $0.any() }
    arguments.passed = some { SocketID($0.any()) }
    arguments.payload = payload()
    arguments.nulls = maybe { $0.any() }
    arguments.addressRoom = maybe { $0.any() }
    arguments.beganBefore = number(0...1) == 0
    arguments.again = maybe { $0.number(1...1000) }
    arguments.source = maybe { $0.source() }
    return arguments
  }

  mutating func outcome() -> CallOutcome {
    let error: Int32? = maybe { $0.number(1...4095) }
    var outcome = CallOutcome(
      result: error.map { -Int64($0) } ?? any(), error: error.map(Errno.init))
    if number(0...9) == 0 { outcome.result = any() }
    outcome.payload = payload()
    outcome.address = maybe { $0.socketAddress() }
    outcome.messageLengths = some { $0.any() }
    outcome.ready = some { $0.any() }
    outcome.value = maybe { $0.any() }
    outcome.paused = maybe { $0.number(0...1) == 0 }
    outcome.isTrapped = number(0...1) == 0
    return outcome
  }

  mutating func sockets() -> [SocketID] { some { SocketID($0.any()) } }

  /// The beginning or the end of a call.
  mutating func call(_ id: Int, returns: Bool) -> CallEvent.What {
    if returns {
      return .returned(
        id: id, outcome: outcome(), socket: maybe { $0.facts() }, made: maybe { $0.facts() },
        ready: sockets())
    }
    let calls = SystemCall.allCases
    return .entered(
      id: id, call: calls[number(0...calls.count - 1)], arguments: arguments(),
      socket: maybe { $0.facts() })
  }

  mutating func held() -> HeldSocket {
    var held = HeldSocket(any(), facts())
    held.sent = maybe { $0.any() }
    held.isQuiet = number(0...1) == 0
    held.unread = maybe { $0.any() }
    held.queue = maybe { $0.any() }
    return held
  }

  mutating func holding() -> [HeldDescriptor] {
    some { random in
      var facts = random.facts()
      // Of descriptors that are only named, no more is asked.
      (facts.readOffset, facts.queue) = (nil, nil)
      return HeldDescriptor(random.any(), facts)
    }
  }

  /// What happens to a process.
  mutating func life() -> CallEvent.What {
    switch number(0...12) {
    case 8: .sharing(process: any())
    case 9: .parted
    case 10: .holding(holding())
    case 11: .letGo
    case 0: .started(parent: any(), name: text())
    case 1:
      .executed(name: text(), command: some { $0.text() }, closed: sockets(), entered: any())
    case 2: .named(text())
    case 3: .exiting(holds: sockets())
    case 4: .exited(status: maybe { $0.any() }, signal: maybe { $0.any() })
    case 5: .signalled(any())
    case 6: .holds(descriptor: any(), facts())
    case 7: .held(held())
    default: .blind(text())
    }
  }

  /// A cause of any kind and reason.
  mutating func cause(_ kind: Cause.Kind, _ reason: Cause.Reason) -> Cause {
    var cause = Cause(kind, reason)
    cause.calls = some { CallID($0.number(0...99_999)) }
    cause.packet = maybe { $0.number(0...99_999) }
    cause.closers = some { CallID($0.number(1...99)) }
    cause.trigger = maybe { CallID($0.number(1...99)) }
    cause.bytes = maybe { random in
      let low = random.number(0...1_000_000)
      return low..<(low + random.number(0...70_000))
    }
    cause.process = maybe { ProcessName(id: $0.any(), name: $0.text()) }
    cause.unread = maybe { $0.number(1...99_999) }
    cause.swappedPort = maybe { UInt16($0.number(1...65_535)) }
    cause.isDelayed = number(0...1) == 0
    return cause
  }
}
