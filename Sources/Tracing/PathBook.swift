import CPtrace
public import Calls

/// Finds by which path in its code a program makes a call, and reports each path once.
///
/// What is read at a stop is the top of the stack. Two calls are taken to have the same path if the
/// program counter is equal and all words of the stack that may be code addresses are equal and in
/// equal positions; all return addresses are among these. Finding out what code that is takes much
/// longer, and is left to others.
@safe public final class PathBook {
  private let tell: (CallPath) -> Void
  private let limit: Int
  private var known: [UInt64: CallSource] = [:]
  private var nextMap = 1
  private var refreshes = 0
  /// The memory that stacks are read into.
  private let room: UnsafeMutableRawPointer

  /// Bytes of the stack that are looked at.
  public static let window = 8_192
  /// The most paths that are reported.
  public static let usualLimit = 2_000

  /// Makes a book without paths.
  ///
  /// - Parameters:
  ///   - limit: the most paths that are reported; calls by others have no source.
  ///   - tell: gets each new path, on the tracer's thread.
  public init(limit: Int = usualLimit, tell: @escaping (CallPath) -> Void) {
    self.tell = tell
    self.limit = limit
    unsafe room = UnsafeMutableRawPointer.allocate(byteCount: PathBook.window, alignment: 64)
  }

  deinit { unsafe room.deallocate() }

  /// The path by which a thread came to its call, still to be looked up; nil where it cannot be
  /// determined.
  func source(of stopped: StoppedThread, _ process: TracedProcess) -> CallSource? {
    guard stopped.stack != 0 else { return nil }
    // The kernel writes at most as many bytes as the buffer has, and returns how many.
    let size = unsafe tracer_read(stopped.id, stopped.stack, room, UInt64(PathBook.window))
    guard size >= 8 else { return nil }
    let isNew = process.code == nil
    if isNew { refresh(process) }
    let link = tracer_link(stopped.id)
    var hash = self.hash(process, stopped, link, Int(size))
    if let known = known[hash] { return known }
    if !isNew, refreshes < limit * 2 {
      // A library may have been loaded; no known path can have changed.
      refreshes += 1
      refresh(process)
      hash = self.hash(process, stopped, link, Int(size))
    }
    guard let code = process.code?.map else { return nil }
    return known[hash] ?? note(hash, stopped, process, code, Int(size))
  }

  private func hash(
    _ process: TracedProcess, _ stopped: StoppedThread, _ link: UInt64, _ size: Int
  ) -> UInt64 {
    guard let code = process.code else { return 0 }
    // Whole words that were read, and as many mappings as there are.
    return unsafe code.mappings.withUnsafeBufferPointer { mappings in
      let words = unsafe room.assumingMemoryBound(to: UInt64.self)
      let seed = stopped.counter &+ UInt64(code.map.number) << 48
      return unsafe tracer_path(
        seed, link, words, UInt64(size / 8), mappings.baseAddress, UInt64(mappings.count))
    }
  }

  /// Gives a new path its number, and reports it.
  private func note(
    _ hash: UInt64, _ stopped: StoppedThread, _ process: TracedProcess, _ code: CodeMap, _ size: Int
  ) -> CallSource? {
    guard known.count < limit, refreshes < limit * 2 else { return nil }
    var registers = tracer_registers()
    // The C part fills the one structure it is given.
    guard unsafe tracer_registers(stopped.id, &registers) == 0 else { return nil }
    let number = known.count + 1
    let source = CallSource(path: number)
    known[hash] = source
    let values = unsafe withUnsafeBytes(of: registers.values) {
      unsafe Array($0.bindMemory(to: UInt64.self).prefix(Int(registers.count)))
    }
    // `size` bytes were read into the buffer.
    let stack = unsafe [UInt8](UnsafeRawBufferPointer(start: room, count: size))
    tell(
      CallPath(
        number: number, process: process.id, code: code, counter: registers.counter,
        registers: values, stackPointer: stopped.stack, stack: stack))
    return source
  }

  /// Reads where a process's code is mapped. If no code was mapped or unmapped, the map stays the
  /// same.
  private func refresh(_ process: TracedProcess) {
    let text = ProcessFiles.maps(process.asked)
    guard !text.isEmpty, text != process.code?.map.text else { return }
    var fresh = CodeMap(number: nextMap, text: text)
    if let old = process.code?.map, old.codeLines == fresh.codeLines {
      fresh.number = old.number
    } else {
      nextMap += 1
    }
    process.code = CodePlaces(fresh)
  }
}

/// Where a process's code is mapped, and where its other memory.
struct CodePlaces {
  let map: CodeMap
  let mappings: [tracer_mapping]

  init(_ map: CodeMap) {
    self.map = map
    mappings = map.parts.map {
      tracer_mapping(start: $0.start, end: $0.end, is_code: $0.isCode ? 1 : 0)
    }
  }
}
