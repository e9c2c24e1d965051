#if SourceLines && canImport(CDwarf)
  import CDwarf
  import Glibc

  /// A program or library at its address in memory.
  @safe final class LoadedModule {
    private let module: OpaquePointer
    private let name: String
    private let isSystem: Bool
    private var information: DebugInformation?
    private var isOpened = false
    private var known: [Question: [SourceFrame]] = [:]
    private let bias: Dwarf_Addr

    /// `module` is one of libdwfl's, and lives as long as its session.
    init(_ module: OpaquePointer) {
      unsafe self.module = module
      // The name is owned by the session; the other values are not asked for.
      let path = unsafe dwfl_module_info(module, nil, nil, nil, nil, nil, nil, nil)
      let whole = unsafe path.map { unsafe String(cString: $0) } ?? ""
      name = String(whole.split(separator: "/").last ?? "?")
      isSystem = UserCode.isSystem(module: whole)
      var bias: Dwarf_Addr = 0
      // The file stays open as long as the session lasts.
      _ = unsafe dwfl_module_getelf(module, &bias)
      self.bias = bias
    }

    /// An address as an offset in the file.
    func offset(of address: Dwarf_Addr) -> UInt64 { address &- bias }

    /// The functions at an address, innermost first; without debug information it is one.
    ///
    /// - Parameter door: where a call from there led into another file: the function that it
    ///   reached, if known.
    func frames(at address: Dwarf_Addr, door: String?? = nil) -> [SourceFrame] {
      let question = Question(address: address, door: door)
      if let frames = known[question] { return frames }
      let frames = find(address, door)
      known[question] = frames
      return frames
    }

    private struct Question: Hashable {
      var address: Dwarf_Addr
      var door: String??
    }

    private func find(_ address: Dwarf_Addr, _ door: String??) -> [SourceFrame] {
      if isSystem {
        return [SourceFrame(function: symbol(address), module: name, owner: .library)]
      }
      open()
      let inlined = information?.frames(at: address, module: name, door: door) ?? []
      if !inlined.isEmpty { return inlined }
      return [SourceFrame(function: symbol(address), module: name, owner: .user)]
    }

    private func open() {
      guard !isOpened else { return }
      isOpened = true
      var bias: Dwarf_Addr = 0
      guard let dwarf = unsafe dwfl_module_getdwarf(module, &bias) else { return }
      unsafe information = DebugInformation(dwarf, bias: bias)
    }

    /// The function that an address is in, by the symbol table.
    private func symbol(_ address: Dwarf_Addr) -> String? {
      var offset: GElf_Off = 0
      var symbol = GElf_Sym()
      // The variables outlive the call; the name lives as long as the session.
      let name = unsafe dwfl_module_addrinfo(module, address, &offset, &symbol, nil, nil, nil)
      // A symbol that ends before the address is another function.
      guard let name = unsafe name, offset < symbol.st_size,
        [STT_FUNC, STT_GNU_IFUNC].contains(Int32(symbol.st_info & 0xF))
      else { return nil }
      return unsafe String(cString: name)
    }
  }
#endif
