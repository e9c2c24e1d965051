import Calls

/// A traced process, and what its descriptors refer to.
final class TracedProcess {
  let id: Int32
  /// The thread through which it is asked: its first one, as long as that lives.
  private(set) var asked: Int32
  /// The handle for asking about its descriptors; opened at the first question.
  private(set) lazy var handle = ProcessHandle(id)
  /// Its descriptors, which it may share with other processes.
  private(set) var table: DescriptorTable
  /// Whether the kernel refused to show its descriptors when it was last asked.
  var refuses = false
  /// Whether that was reported.
  var isHidden = false
  /// Whether it stops at every call, because it has or installs a seccomp(2) filter of its own.
  var stopsAtAll = false
  /// Whether it has such a filter.
  var hasFilter = false
  /// Threads that are not about to exit.
  var liveThreads = 1
  /// Whether it still runs sockline's own code, before exec.
  var isPreparing = false
  /// The pipe that reports why exec failed; for processes that sockline started.
  var failure: Int32?
  /// The start of a printed line that has no end yet.
  var line: [UInt8] = []
  /// Its name as last reported.
  var name = ""
  /// Whether one of its calls was reported; programs name themselves before that.
  var hasCalled = false
  /// Whether it has created an io_uring(7) ring, and so may send and receive without calls.
  var usesRing = false
  /// Whether calls were left out.
  var hasGaps = false
  /// Whether each call asks how far its stream is, since not all that moves it was seen.
  var asksStreams: Bool { usesRing || hasGaps }
  /// What was reported about its sockets at its last io_uring_enter(), by descriptor.
  var told: [Int32: SocketFacts] = [:]
  /// Where its code is mapped, as last read; exec replaces it.
  var code: CodePlaces?
  /// Whether its sockets were reported to be gone.
  var isExiting = false
  /// The sockets that its exit lets go of.
  var exitDrops: [SocketID] = []
  /// Whether it runs a 32-bit program, whose calls cannot be traced.
  var isForeign = false

  init(_ id: Int32, askedBy thread: Int32? = nil) {
    self.id = id
    asked = id
    table = DescriptorTable()
    if let thread { ask(by: thread) }
  }

  /// A process forked by `parent`: it has the same descriptors, or shares them.
  init(_ id: Int32, forkedBy parent: TracedProcess, sharing: Bool, _ book: inout SocketBook) {
    self.id = id
    asked = id
    stopsAtAll = parent.stopsAtAll
    hasFilter = parent.hasFilter
    isForeign = parent.isForeign
    usesRing = parent.usesRing
    hasGaps = parent.hasGaps
    code = parent.code
    if sharing {
      table = parent.table
      table.sharers += 1
    } else {
      table = DescriptorTable(copying: parent.table, &book)
    }
  }

  /// Switches to another thread for asking, or reopens the same one.
  func ask(by thread: Int32) {
    asked = thread
    handle = thread == id ? ProcessHandle(id) : ProcessHandle(thread: thread)
    refuses = false
  }

  /// Where /proc shows its open files: the directory of the thread through which it is asked, since
  /// that of a process whose first thread has exited is empty.
  var folder: String { "/proc/\(asked)" }

  /// Whether the kernel does not show its descriptors (PR_SET_DUMPABLE of prctl(2), setuid
  /// programs).
  var hidesDescriptors: Bool { ProcessFiles.isHidden(folder + "/fd") }

  /// Whether other processes share its descriptors.
  var sharesTable: Bool { table.sharers > 1 }

  /// Gives it its own copy of a shared table.
  func part(_ book: inout SocketBook) {
    guard sharesTable else { return }
    table.sharers -= 1
    table = DescriptorTable(copying: table, &book)
  }

  /// Leaves its table; with the last process that uses it, all descriptors are forgotten.
  func leaveTable(_ book: inout SocketBook) {
    if sharesTable {
      table.sharers -= 1
    } else {
      table.forgetAll(&book)
    }
    table = DescriptorTable()
  }

  /// What each descriptor seen so far refers to; others have not been used yet.
  var descriptors: [Int32: DescriptorTable.Descriptor] { table.descriptors }

  /// Descriptors whose close() is in progress: what they refer to must not be duplicated now.
  var closing: [Int32: SocketFacts] {
    get { table.closing }
    set { table.closing = newValue }
  }

  /// The sockets it holds, once per descriptor.
  var sockets: [SocketID] { table.sockets }

  /// What a descriptor is known to refer to.
  func known(_ number: Int32) -> DescriptorTable.Descriptor? { table.descriptors[number] }

  /// Whether the first argument of a call is a descriptor that nothing is reported about.
  func isFile(_ registers: Registers) -> Bool {
    if case .other = known(Int32(truncatingIfNeeded: registers[0])) { true } else { false }
  }

  /// Records what a descriptor now refers to.
  func set(_ number: Int32, _ descriptor: DescriptorTable.Descriptor?, _ book: inout SocketBook) {
    table.set(number, descriptor, &book)
  }
}
