#if SourceLines && canImport(CDwarf)
  import CDwarf
  import Glibc

  /// The debug information of a file (DWARF, versions 2 to 5).
  ///
  /// All its units are walked: .debug_aranges, by which they could be found, is written by some
  /// compilers only.
  @safe struct DebugInformation {
    @safe private struct Unit {
      /// The unit that contains the lines.
      var lines: Dwarf_Die
      /// The unit that contains the functions: a different one where these are in a separate file.
      var functions: Dwarf_Die
    }

    private let bias: Dwarf_Addr
    private var units: [Unit] = []
    /// Where the sources of Go's own library were; empty where the paths were trimmed.
    private var goFolder = ""
    private var ranges: [(range: Range<Dwarf_Addr>, unit: Int)] = []

    /// Whether there are no units.
    var isEmpty: Bool { units.isEmpty }

    /// Reads where the units' code is.
    ///
    /// - Parameters:
    ///   - dwarf: a session of libdw, which outlives this.
    ///   - bias: what is added to the addresses in the file.
    init(_ dwarf: OpaquePointer, bias: Dwarf_Addr) {
      self.bias = bias
      var next: OpaquePointer?
      while true {
        var kind: UInt8 = 0
        var unit = unsafe Dwarf_Die()
        var split = unsafe Dwarf_Die()
        // All variables outlive the call, which fills them.
        let status = unsafe dwarf_get_units(dwarf, next, &next, nil, &kind, &unit, &split)
        guard status == 0 else { break }
        let isSkeleton = unsafe kind == UInt8(DW_UT_skeleton) && split.addr != nil
        add(unsafe Unit(lines: unit, functions: isSkeleton ? split : unit))
      }
    }

    private mutating func add(_ unit: Unit) {
      var unit = unit
      var base: Dwarf_Addr = 0
      var start: Dwarf_Addr = 0
      var end: Dwarf_Addr = 0
      var offset = 0
      let index = units.count
      while true {
        // The unit and the variables outlive the call.
        offset = unsafe dwarf_ranges(&unit.lines, offset, &base, &start, &end)
        guard offset > 0 else { break }
        // Code that the linker discarded is at address 0.
        if start > 0, start < end { ranges.append((start..<end, index)) }
      }
      if unsafe dwarf_srclang(&unit.lines) == DW_LANG_Go { unsafe noteGoFolder(&unit.lines) }
      units.append(unit)
    }

    /// Finds out where Go's own library was, from the unit of its package `runtime`.
    private mutating func noteGoFolder(_ unit: inout Dwarf_Die) {
      var files: OpaquePointer?
      var count = 0
      // Files and their names belong to the session.
      guard unsafe DebugInformation.text(&unit, UInt32(DW_AT_name)) == "runtime",
        unsafe dwarf_getsrcfiles(&unit, &files, &count) == 0
      else { return }
      for index in 0..<count {
        guard let name = unsafe dwarf_filesrc(files, index, nil, nil) else { continue }
        let path = unsafe String(cString: name)
        let own = "/src/runtime/proc.go"
        if path.hasPrefix("/"), path.hasSuffix(own) {
          goFolder = path.dropLast(own.count) + "/src/"
          return
        }
      }
    }

    /// The functions at an address, inlined ones first, with the line that each is at.
    ///
    /// - Parameter door: where the call from there led into another file: the function that it
    ///   reached, if known. A function whose frame was replaced by the next one then takes the
    ///   caller's place.
    func frames(
      at address: Dwarf_Addr, module: String, door: String?? = nil
    ) -> [SourceFrame] {
      let place = address &- bias
      guard let index = ranges.first(where: { $0.range.contains(place) })?.unit else { return [] }
      var unit = units[index]
      if let door, let last = unsafe TailCalls.last(after: place + 1, to: door, in: unit.functions)
      {
        return [tail(last, &unit, module)]
      }
      // The unit lives as long as the libdw session.
      let isGo = unsafe dwarf_srclang(&unit.lines) == DW_LANG_Go
      var position = unsafe position(of: place, &unit.lines)
      let folder = unsafe DebugInformation.text(&unit.lines, UInt32(DW_AT_comp_dir))
      var frames: [SourceFrame] = []
      for scope in unsafe FunctionTree.scopes(around: place, in: unit.functions) {
        var scope = scope
        // The entry outlives the calls.
        let name = unsafe DebugInformation.text(&scope.entry, UInt32(DW_AT_name))
        frames.append(frame(position, name, folder, module, isGo: isGo))
        position = unsafe DebugInformation.callSite(of: &scope.entry, &unit.lines)
      }
      if frames.isEmpty, position != nil {
        frames = [frame(position, nil, folder, module, isGo: false)]
      }
      return frames
    }

    /// The frame of a function that is gone, at the tail call that replaced it.
    private func tail(
      _ last: TailCalls.Last, _ unit: inout Unit, _ module: String
    ) -> SourceFrame {
      // The unit outlives the calls.
      let position = last.place.flatMap { unsafe self.position(of: $0, &unit.lines) }
      let folder = unsafe DebugInformation.text(&unit.lines, UInt32(DW_AT_comp_dir))
      return frame(position, last.function, folder, module, isGo: false)
    }

    // MARK: frames

    private struct Position {
      var file: String
      var line: Int
    }

    private func frame(
      _ position: Position?, _ function: String?, _ folder: String?, _ module: String, isGo: Bool
    ) -> SourceFrame {
      var frame = SourceFrame(function: function, module: module, owner: .user)
      guard let position else { return frame }
      var path = position.file
      if !path.hasPrefix("/"), let folder, folder.hasPrefix("/") { path = folder + "/" + path }
      let isGoLibrary =
        isGo
        && UserCode.isGoLibrary(file: position.file, function: function ?? "", folder: goFolder)
      if UserCode.isLibrary(file: path) || isGoLibrary { frame.owner = .library }
      frame.file = path
      frame.line = position.line
      return frame
    }

    /// The line of an address; nil where there is none, or for compiler-generated code.
    private func position(of place: Dwarf_Addr, _ unit: inout Dwarf_Die) -> Position? {
      // The line belongs to the session, and so does the file name.
      guard let line = unsafe dwarf_getsrc_die(&unit, place) else { return nil }
      var number: Int32 = 0
      guard unsafe dwarf_lineno(line, &number) == 0, number > 0,
        let file = unsafe dwarf_linesrc(line, nil, nil)
      else { return nil }
      return unsafe Position(file: String(cString: file), line: Int(number))
    }

    /// Where an inlined function was called.
    private static func callSite(
      of scope: inout Dwarf_Die, _ unit: inout Dwarf_Die
    ) -> Position? {
      var files: OpaquePointer?
      var count = 0
      guard let index = unsafe number(&scope, UInt32(DW_AT_call_file)),
        let line = unsafe number(&scope, UInt32(DW_AT_call_line)), line > 0,
        // The files belong to the session.
        unsafe dwarf_getsrcfiles(&unit, &files, &count) == 0, index < UInt64(count),
        let file = unsafe dwarf_filesrc(files, Int(index), nil, nil)
      else { return nil }
      return unsafe Position(file: String(cString: file), line: Int(clamping: line))
    }

    // MARK: attributes

    static func number(_ scope: inout Dwarf_Die, _ name: UInt32) -> UInt64? {
      var attribute = unsafe Dwarf_Attribute()
      var value: Dwarf_Word = 0
      // All variables outlive the calls.
      guard let found = unsafe dwarf_attr(&scope, name, &attribute),
        unsafe dwarf_formudata(found, &value) == 0
      else { return nil }
      return value
    }

    static func text(_ scope: inout Dwarf_Die, _ name: UInt32) -> String? {
      var attribute = unsafe Dwarf_Attribute()
      // The text belongs to the session.
      guard let found = unsafe dwarf_attr_integrate(&scope, name, &attribute),
        let text = unsafe dwarf_formstring(found)
      else { return nil }
      return unsafe String(cString: text)
    }
  }
#endif
