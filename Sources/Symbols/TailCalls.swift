#if SourceLines && canImport(CDwarf)
  import CDwarf

  /// Finds functions that ended in a tail call, so that their frames are gone.
  ///
  /// An optimising compiler lets such a function jump to the next one; the stack then shows its
  /// caller in its place. Where the caller called a function in its own file and one in another
  /// file was reached, that has happened; the call sites (DW_TAG_call_site) tell through which
  /// functions.
  enum TailCalls {
    /// The function that called the one that was reached.
    struct Last {
      var function: String?
      /// An address within its last call; nil where there are several candidates.
      var place: Dwarf_Addr?
    }

    /// The greatest number of tail calls in a row.
    private static let depth = 8

    /// The last of the functions that are gone; nil where there is none.
    ///
    /// - Parameters:
    ///   - returned: where the call on the stack returns to.
    ///   - door: the function that was reached, if its name is known.
    static func last(
      after returned: Dwarf_Addr, to door: String?, in unit: Dwarf_Die
    ) -> Last? {
      guard let outer = unsafe FunctionTree.scopes(around: returned &- 1, in: unit).last,
        let site = unsafe sites(in: outer.entry).first(where: { $0.returned == returned }),
        let called = unsafe site.definition
      else { return nil }
      var function = unsafe called
      for _ in 0..<depth {
        let name = unsafe DebugInformation.text(&function, UInt32(DW_AT_name))
        let tails = unsafe sites(in: function).filter(\.isTail)
        let fitting = tails.filter { $0.mayLead(to: door) }
        guard let tail = tails.count == 1 ? tails.first : fitting.count == 1 ? fitting.first : nil
        else { return Last(function: name, place: nil) }
        guard let next = unsafe tail.definition else {
          return Last(function: name, place: tail.returned &- 1)
        }
        unsafe function = next
      }
      return Last(function: nil, place: nil)
    }

    /// A place where a function calls another.
    @safe private struct Site {
      var returned: Dwarf_Addr
      var isTail: Bool
      /// The function that is called, if it is known and in this file.
      var definition: Dwarf_Die?
      /// The name of a function that is in another file.
      var declared: String?

      func mayLead(to door: String?) -> Bool {
        guard let door, let declared else { return false }
        return door.drop { $0 == "_" } == declared.drop { $0 == "_" }
      }
    }

    private static func sites(in function: Dwarf_Die) -> [Site] {
      var found: [Site] = []
      unsafe collect(function, &found, 64)
      return found
    }

    private static func collect(_ parent: Dwarf_Die, _ found: inout [Site], _ depth: Int) {
      var parent = unsafe parent
      var child = unsafe Dwarf_Die()
      // The entries outlive the calls, which fill them.
      guard depth > 0, unsafe dwarf_child(&parent, &child) == 0 else { return }
      while true {
        switch unsafe Int(dwarf_tag(&child)) {
        case DW_TAG_call_site, DW_TAG_GNU_call_site:
          if let site = unsafe site(&child) { found.append(site) }
        case DW_TAG_inlined_subroutine, DW_TAG_lexical_block:
          unsafe collect(child, &found, depth - 1)
        default: break
        }
        var next = unsafe Dwarf_Die()
        guard unsafe dwarf_siblingof(&child, &next) == 0 else { return }
        unsafe child = next
      }
    }

    private static func site(_ entry: inout Dwarf_Die) -> Site? {
      let returns = unsafe address(&entry, [DW_AT_call_return_pc, DW_AT_low_pc])
      let calls = unsafe address(&entry, [DW_AT_call_pc]).map { $0 + 1 }
      guard let returned = returns ?? calls else { return nil }
      // The entry outlives the calls.
      let isTail =
        unsafe dwarf_hasattr(&entry, UInt32(DW_AT_call_tail_call)) != 0
        || dwarf_hasattr(&entry, UInt32(DW_AT_GNU_tail_call)) != 0
      var site = unsafe Site(returned: returned, isTail: isTail, definition: nil, declared: nil)
      var attribute = unsafe Dwarf_Attribute()
      var origin = unsafe Dwarf_Die()
      for name in [DW_AT_call_origin, DW_AT_abstract_origin] {
        guard unsafe dwarf_attr(&entry, UInt32(name), &attribute) != nil,
          unsafe dwarf_formref_die(&attribute, &origin) != nil
        else { continue }
        if unsafe dwarf_hasattr_integrate(&origin, UInt32(DW_AT_declaration)) != 0 {
          site.declared = unsafe DebugInformation.text(&origin, UInt32(DW_AT_name))
        } else {
          unsafe site.definition = origin
        }
        break
      }
      return site
    }

    private static func address(_ entry: inout Dwarf_Die, _ names: [Int]) -> Dwarf_Addr? {
      var attribute = unsafe Dwarf_Attribute()
      var value: Dwarf_Addr = 0
      for name in names {
        // All variables outlive the calls.
        if unsafe dwarf_attr(&entry, UInt32(name), &attribute) != nil,
          unsafe dwarf_formaddr(&attribute, &value) == 0
        {
          return value
        }
      }
      return nil
    }
  }
#endif
