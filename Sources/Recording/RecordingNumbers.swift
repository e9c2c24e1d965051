import Calls
import CaptureFile
import Timeline

/// The numbers of packets, calls and processes of several recordings, made unique.
///
/// As long as a file has one recording, its own numbers are kept, even where packets were cut out.
/// From the first packet or call of another one, numbers are given in file order.
struct RecordingNumbers: Sendable {
  private var packets = Numbering()
  private var calls = Numbering()
  /// The recording that has a process with this ID.
  private var owners: [Int32: Int] = [:]

  /// What is added to a process ID that another recording has too: more than there are (pid_max,
  /// proc(5)).
  private static let offset: Int32 = 10_000_000

  /// The number of the next packet, which the file numbers `identifier`.
  mutating func packet(_ identifier: UInt64?, of run: Int?) -> Int {
    packets.number(identifier.flatMap { Int(exactly: $0) }, of: run)
  }

  /// The number by which a packet of a recording is known, if it was seen.
  func known(packet number: Int, of run: Int) -> Int? { packets.known(number, of: run) }

  mutating func process(_ id: Int32, of run: Int) -> Int32 {
    let owner = owners[id] ?? run
    owners[id] = owner
    return owner == run ? id : RecordingNumbers.shifted(id, run)
  }

  private static func shifted(_ id: Int32, _ run: Int) -> Int32 {
    id &+ offset &* Int32(clamping: run)
  }

  /// An event with the numbers of this reading.
  mutating func renumbered(_ event: Event, of run: Int) -> Event {
    switch event {
    case .packet: return event
    case .printed(var line):
      line.process = process(line.process, of: run)
      return .printed(line)
    case .call(let recorded):
      var event = recorded.bounded
      event.process = process(event.process, of: run)
      switch event.what {
      case .started(let parent, let name):
        let parent = parent == 0 ? 0 : process(parent, of: run)
        event.what = .started(parent: parent, name: name)
      case .entered(let id, let call, var arguments, let socket):
        arguments.again = arguments.again.flatMap { calls.known($0, of: run) }
        event.what = .entered(
          id: calls.number(id, of: run), call: call, arguments: arguments, socket: socket)
      case .returned(let id, let outcome, let socket, let made, let ready):
        event.what = .returned(
          id: calls.known(id, of: run) ?? calls.number(id, of: run), outcome: outcome,
          socket: socket, made: made, ready: ready)
      default: break
      }
      return .call(event)
    }
  }

  /// A stored cause with the numbers of this reading.
  func resolved(_ stored: Cause, of run: Int) -> Cause? {
    var cause = stored
    var isWhole = true
    func call(_ id: CallID) -> CallID {
      guard let number = calls.known(id.rawValue, of: run) else {
        isWhole = false
        return id
      }
      return CallID(number)
    }
    cause.calls = stored.calls.map(call)
    cause.closers = stored.closers.map(call)
    cause.trigger = stored.trigger.map(call)
    if let packet = stored.packet {
      guard let number = packets.known(packet, of: run) else { return nil }
      cause.packet = number
    }
    if let process = stored.process, let owner = owners[process.id], owner != run {
      cause.process?.id = RecordingNumbers.shifted(process.id, run)
    }
    return isWhole ? cause : nil
  }
}
