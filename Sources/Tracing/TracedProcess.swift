import Calls

/// A traced process, and what its descriptors stand for.
final class TracedProcess {
  let id: Int32
  /// The thread by which it is asked: its first one, while that lives.
  private(set) var asked: Int32
  /// To ask it for its descriptors; opened at the first question.
  private(set) lazy var handle = ProcessHandle(id)
  /// Its descriptors, which it may share with other processes.
  private(set) var table: DescriptorTable
  /// Whether the kernel did not tell of its descriptors when it was asked last.
  var refuses = false
  /// Whether that was told of.
  var isHidden = false
  /// Whether it stops at every call, since it has, or makes, a seccomp(2) filter of its own.
  var stopsAtAll = false
  /// Whether it has such a filter.
  var hasFilter = false
  /// Threads that are not about to go.
  var liveThreads = 1
  /// Whether it still is sockline's own code, before exec.
  var isPreparing = false
  /// A pipe that tells why exec failed; of processes that sockline started.
  var failure: Int32?
  /// What it has printed of a line that has no end yet.
  var line: [UInt8] = []
  /// Its name, as it was told last.
  var name = ""
  /// Whether it has made a call that was told; programs name themselves before that.
  var hasCalled = false
  /// Whether it has made a ring of io_uring(7), and so may send and receive without calls.
  var usesRing = false
  /// What was told of its sockets at its last io_uring_enter(), by descriptor.
  var told: [Int32: SocketFacts] = [:]
  /// Where its code lies, as it was read last; exec replaces it.
  var code: CodePlaces?
  /// Whether its sockets were told to be gone.
  var isExiting = false
  /// The sockets that its end lets go of.
  var exitDrops: [SocketID] = []
  /// Whether it runs a program of 32 bits, whose calls cannot be traced.
  var isForeign = false

  init(_ id: Int32, askedBy thread: Int32? = nil) {
    self.id = id
    asked = id
    table = DescriptorTable()
    if let thread { ask(by: thread) }
  }

  /// A process that was forked by `parent`: it holds the same descriptors, or shares them.
  init(_ id: Int32, forkedBy parent: TracedProcess, sharing: Bool, _ book: inout SocketBook) {
    self.id = id
    asked = id
    stopsAtAll = parent.stopsAtAll
    hasFilter = parent.hasFilter
    isForeign = parent.isForeign
    usesRing = parent.usesRing
    code = parent.code
    if sharing {
      table = parent.table
      table.sharers += 1
    } else {
      table = DescriptorTable(copying: parent.table, &book)
    }
  }

  /// Asks it by another thread from now on, or by the same one again.
  func ask(by thread: Int32) {
    asked = thread
    handle = thread == id ? ProcessHandle(id) : ProcessHandle(thread: thread)
    refuses = false
  }

  /// Where /proc shows what it has open: the folder of the thread by which it is asked, since that of
  /// a process whose first thread is gone is empty.
  var folder: String { "/proc/\(asked)" }

  /// Whether the kernel does not let its descriptors be seen (PR_SET_DUMPABLE of prctl(2), setuid
  /// programs).
  var hidesDescriptors: Bool { ProcessFiles.isHidden(folder + "/fd") }

  /// Whether other processes use the same descriptors.
  var sharesTable: Bool { table.sharers > 1 }

  /// Has a table of its own from now on, with what it shared.
  func part(_ book: inout SocketBook) {
    guard sharesTable else { return }
    table.sharers -= 1
    table = DescriptorTable(copying: table, &book)
  }

  /// Lets go of its table; with the last process that uses it, all descriptors are forgotten.
  func leaveTable(_ book: inout SocketBook) {
    if sharesTable {
      table.sharers -= 1
    } else {
      table.forgetAll(&book)
    }
    table = DescriptorTable()
  }

  /// What each descriptor that was seen stands for; others were not used yet.
  var descriptors: [Int32: DescriptorTable.Descriptor] { table.descriptors }

  /// Descriptors whose close() is in flight: what they stand for must not be duplicated now.
  var closing: [Int32: SocketFacts] {
    get { table.closing }
    set { table.closing = newValue }
  }

  /// The sockets it holds, once for each descriptor.
  var sockets: [SocketID] { table.sockets }

  /// What a descriptor is known to stand for.
  func known(_ number: Int32) -> DescriptorTable.Descriptor? { table.descriptors[number] }

  /// Whether the first argument of a call is a descriptor that nothing is told of.
  func isFile(_ registers: Registers) -> Bool {
    if case .other = known(Int32(truncatingIfNeeded: registers[0])) { true } else { false }
  }

  /// Notes what a descriptor stands for now.
  func set(_ number: Int32, _ descriptor: DescriptorTable.Descriptor?, _ book: inout SocketBook) {
    table.set(number, descriptor, &book)
  }
}
