#if SourceLines && canImport(CDwarf)
  import CDwarf
  import Calls
  import Glibc

  /// A program with its libraries, as they were mapped in the memory of a process.
  @safe final class LoadedProgram {
    /// libdwfl's session.
    private let session: OpaquePointer
    private let callbacks: UnsafeMutablePointer<Dwfl_Callbacks>
    private let threadCallbacks: UnsafeMutablePointer<Dwfl_Thread_Callbacks>
    private var modules: [UInt: LoadedModule] = [:]
    /// The path that is being examined: libdwfl's source of memory and registers.
    fileprivate var path: CallPath?
    private var search = FrameSearch()
    /// The frame that was examined last.
    private var inner: (module: LoadedModule, function: String?)?

    /// The most frames that are examined for one path.
    private static let limit = 200

    /// Opens the files that code was mapped from.
    ///
    /// - Parameter process: the process; it may be gone.
    init?(_ code: CodeMap, process: Int32) {
      // Both structures live as long as the session, which keeps their addresses.
      unsafe callbacks = .allocate(capacity: 1)
      unsafe callbacks.initialize(to: unsafe Dwfl_Callbacks())
      unsafe callbacks.pointee.find_elf = unsafe dwfl_linux_proc_find_elf
      // Only files on this machine: no server is asked.
      unsafe callbacks.pointee.find_debuginfo = unsafe dwfl_build_id_find_debuginfo
      unsafe threadCallbacks = .allocate(capacity: 1)
      unsafe threadCallbacks.initialize(to: LoadedProgram.threads)
      guard let session = unsafe dwfl_begin(callbacks) else {
        unsafe callbacks.deallocate()
        unsafe threadCallbacks.deallocate()
        return nil
      }
      unsafe self.session = session
      unsafe dwfl_report_begin(session)
      for file in MappedFile.all(in: code.text) { report(file, process) }
      unsafe dwfl_report_end(session, nil, nil)
      // libdwfl calls back only while `source(of:)` runs, which keeps this object alive.
      let own = unsafe Unmanaged.passUnretained(self).toOpaque()
      guard unsafe dwfl_attach_state(session, nil, process, threadCallbacks, own) else {
        return nil
      }
    }

    deinit {
      unsafe dwfl_end(session)
      unsafe callbacks.deallocate()
      unsafe threadCallbacks.deallocate()
    }

    /// Adds a file, if the path still leads to the one that was mapped.
    private func report(_ file: MappedFile, _ process: Int32) {
      for folder in ["/proc/\(process)/", ""] {
        let place = folder.isEmpty ? file.path : folder + "root" + file.path
        let descriptor = unsafe open(place, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { continue }
        var found = stat()
        // The call fills the structure it is given; libdwfl takes ownership of the descriptor if it
        // reports a module.
        if unsafe fstat(descriptor, &found) == 0, UInt64(found.st_ino) == file.inode,
          unsafe dwfl_report_elf(session, file.path, file.path, descriptor, file.base, false) != nil
        {
          return
        }
        close(descriptor)
      }
    }

    /// The place in the user's code that a path came from.
    func source(of path: CallPath) -> CallSource? {
      self.path = path
      search = FrameSearch()
      inner = nil
      defer { self.path = nil }
      let own = unsafe Unmanaged.passUnretained(self).toOpaque()
      // libdwfl calls back while this runs, and never after.
      _ = unsafe dwfl_getthread_frames(
        session, path.process,
        { frame, own in
          guard let frame = unsafe frame, let own = unsafe own else { return LoadedProgram.stop }
          return unsafe Unmanaged<LoadedProgram>.fromOpaque(own).takeUnretainedValue().take(frame)
        }, own)
      return search.result
    }

    private static let goOn = Int32(DWARF_CB_OK)
    private static let stop = Int32(DWARF_CB_ABORT)

    /// Examines a frame, and returns whether the next one is wanted.
    private func take(_ frame: OpaquePointer) -> Int32 {
      var counter: Dwarf_Addr = 0
      var isActive = false
      // Both variables outlive the call.
      guard unsafe dwfl_frame_pc(frame, &counter, &isActive) else { return LoadedProgram.stop }
      // Code that a signal interrupted did not make the call: the handler did, seen or not.
      if isActive, !search.isEmpty { return LoadedProgram.stop }
      // A return address is that of the instruction after the call; so is the counter in a system
      // call.
      let address = counter &- 1
      guard let module = module(of: address) else { return LoadedProgram.stop }
      let isElsewhere = inner.map { $0.module !== module } ?? false
      let frames = module.frames(at: address, door: isElsewhere ? .some(inner?.function) : nil)
      inner = (module, frames.last?.function)
      search.take(frames, returnsTo: module.offset(of: counter))
      return search.isOver || search.count >= LoadedProgram.limit
        ? LoadedProgram.stop : LoadedProgram.goOn
    }

    private func module(of address: Dwarf_Addr) -> LoadedModule? {
      guard let found = unsafe dwfl_addrmodule(session, address) else { return nil }
      // Modules stay in place as long as the session lasts.
      let key = UInt(bitPattern: found)
      if let known = modules[key] { return known }
      let module = unsafe LoadedModule(found)
      modules[key] = module
      return module
    }

    // MARK: libdwfl's callbacks

    private static func program(_ own: UnsafeMutableRawPointer?) -> LoadedProgram? {
      unsafe own.map { unsafe Unmanaged<LoadedProgram>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Answers from the path that is being examined.
    private static var threads: Dwfl_Thread_Callbacks {
      var callbacks = Dwfl_Thread_Callbacks()
      unsafe callbacks.next_thread = { _, _, _ in 0 }
      unsafe callbacks.get_thread = { _, _, own, argument in
        unsafe argument?.pointee = unsafe own
        return true
      }
      unsafe callbacks.memory_read = { _, address, result, own in
        guard let word = unsafe LoadedProgram.program(own)?.path?.word(at: address) else {
          return false
        }
        unsafe result?.pointee = word
        return true
      }
      unsafe callbacks.set_initial_registers = { thread, own in
        guard let path = unsafe LoadedProgram.program(own)?.path, let thread = unsafe thread else {
          return false
        }
        unsafe dwfl_thread_state_register_pc(thread, path.counter)
        let count = UInt32(path.registers.count)
        return unsafe dwfl_thread_state_registers(thread, 0, count, path.registers)
      }
      return callbacks
    }
  }
#endif
