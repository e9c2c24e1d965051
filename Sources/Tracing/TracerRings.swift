import Calls

/// io_uring(7): a process that has created a ring sends and receives without calls.
///
/// That this is possible is reported once. The state of its sockets is asked for at each of its
/// io_uring_enter() calls, and at its ordinary calls: which sockets exist, their ends, and how far
/// their streams are.
extension Tracer {
  /// For a process with more descriptors, only the first ones are asked about.
  private static let mostDescriptors = 1024

  /// io_uring_setup() or io_uring_enter() is entered.
  func enteredRing(_ call: SystemCall, _ thread: TracedThread) -> StoppedThread.Way {
    if call == .ioUringEnter {
      guard thread.process.usesRing else { return .on }
      refresh(thread.process, thread)
    }
    thread.ringCall = call
    return .toReturn
  }

  /// The call has returned.
  func leftRing(_ call: SystemCall, _ thread: TracedThread, _ result: Int64) {
    let process = thread.process
    if call == .ioUringEnter { return refresh(process, thread) }
    if result >= 0 { tellRing(process, thread.id) }
  }

  /// Reports, once, that a process can send without calls.
  func tellRing(_ process: TracedProcess, _ thread: Int32) {
    guard !process.usesRing else { return }
    process.usesRing = true
    emit(
      .blind(
        "io_uring: it sends and receives without calls; later calls are placed by the kernel's offset"
      ), process: process.id, thread: thread)
  }

  /// Reports what has changed about the sockets of a process since the last report.
  private func refresh(_ process: TracedProcess, _ thread: TracedThread) {
    let numbers = ProcessFiles.numbers(
      in: process.folder + "/fd", atMost: Tracer.mostDescriptors)
    for number in numbers where process.closing[number] == nil {
      if case .socket(let id, _) = process.known(number), book.isClosing(id) { continue }
      guard case .socket(let facts) = book.ask(process, number, names: true, stream: true),
        !book.isClosing(facts.id)
      else {
        process.told[number] = nil
        if case .socket = process.known(number) { process.set(number, nil, &book) }
        continue
      }
      process.set(number, .socket(facts.id, facts.kind), &book)
      guard process.told.updateValue(facts, forKey: number) != facts else { continue }
      emit(.holds(descriptor: number, facts), process: process.id, thread: thread.id)
    }
  }

  /// The socket of a call as it is now, where calls that were not seen may have changed it.
  func current(_ facts: SocketFacts, _ number: Int32, _ process: TracedProcess) -> SocketFacts {
    guard process.asksStreams, !book.isClosing(facts.id),
      case .socket(let now) = book.ask(process, number, names: true, stream: true),
      now.id == facts.id
    else { return facts }
    return now
  }
}
