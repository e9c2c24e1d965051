import Calls
import Wire

/// Which threads created which: the log may report a thread's birth after its first lines.
struct FollowedBirths {
  private var waiting: [Int32: [Birth]] = [:]

  struct Birth {
    var parent: Int32
    var isThread: Bool
    var sharesFiles: Bool
  }

  init(_ acts: [StraceAct], _ calls: [StraceCall]) {
    for act in acts {
      guard case .returned(let index) = act.what,
        case .cloned(let isThread, let sharesFiles) = calls[index].effect,
        let result = calls[index].outcome?.result, result > 0
      else { continue }
      waiting[Int32(clamping: result), default: []].append(
        Birth(parent: calls[index].thread, isThread: isThread, sharesFiles: sharesFiles))
    }
  }

  /// Takes the next birth of a thread with this number.
  mutating func take(_ thread: Int32) -> Birth? {
    guard var births = waiting[thread], !births.isEmpty else { return nil }
    defer { waiting[thread] = births }
    return births.removeFirst()
  }
}

/// Threads and processes: begun, executed.
extension Follower {
  /// The process of a thread, which begins here if nothing was reported about it before.
  mutating func process(of thread: Int32, at time: Int64) -> FollowedProcess {
    if let known = threads[thread] { return known }
    return bear(thread, at: time)
  }

  /// A thread begins.
  @discardableResult
  mutating func bear(_ thread: Int32, at time: Int64) -> FollowedProcess {
    if let known = threads[thread] { return known }
    guard let birth = births.take(thread), let parent = threads[birth.parent] else {
      let process = FollowedProcess(
        thread, name: names[thread] ?? "?", descriptors: FollowedDescriptors())
      return begin(process, thread)
    }
    if birth.isThread { return begin(parent, thread) }
    let descriptors =
      birth.sharesFiles
      ? parent.descriptors : FollowedDescriptors(copying: parent.descriptors)
    if birth.sharesFiles { descriptors.owners += 1 }
    let process = FollowedProcess(
      thread, name: names[thread] ?? parent.name, descriptors: descriptors)
    introduce(parent, birth.parent, at: time)
    process.isTold = true
    tell(.started(parent: parent.id, name: process.name), process, thread, at: time)
    return begin(process, thread)
  }

  private mutating func begin(_ process: FollowedProcess, _ thread: Int32) -> FollowedProcess {
    process.threads.insert(thread)
    threads[thread] = process
    processes[process.id] = process
    return process
  }

  /// A process runs another program: its other threads are gone, and descriptors marked
  /// close-on-exec are closed.
  mutating func execute(
    _ call: StraceCall, _ path: String, _ command: [String], _ process: FollowedProcess,
    _ time: Int64
  ) {
    for other in process.threads where other != process.id {
      threads[other] = nil
      process.threads.remove(other)
    }
    process.threads.insert(process.id)
    threads[process.id] = process
    if process.descriptors.owners > 1 {
      process.descriptors.owners -= 1
      process.descriptors = FollowedDescriptors(copying: process.descriptors)
    }
    var closed: Set<SocketID> = []
    var dropped: [FollowedSocket] = []
    for number in process.descriptors.closeOnExec {
      if let socket = process.descriptors.sockets[number] {
        closed.insert(socket.facts.id)
        dropped.append(socket)
      }
      process.descriptors.set(number, nil)
    }
    closed.subtract(dropped.filter(\.isElsewhere).map(\.facts.id))
    closed.subtract(process.descriptors.sockets.values.map(\.facts.id))
    process.descriptors.closeOnExec = []
    process.descriptors.epolls = [:]
    let own = Array(path.utf8).split(separator: UInt8(ascii: "/")).last ?? []
    process.name = String(decoding: own.prefix(15), as: UTF8.self)
    introduce(process, process.id, at: call.entered)
    tell(
      .executed(
        name: process.name, command: command,
        closed: closed.sorted { $0.rawValue < $1.rawValue }, entered: call.entered),
      process, process.id, at: call.resumed ?? time, until: call.resumed ?? call.limit)
  }
}
