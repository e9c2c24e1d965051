#if SourceLines && canImport(CDwarf)
  import CDwarf

  /// Finds the functions around an address in the tree of a unit.
  enum FunctionTree {
    /// An entry of the tree: a function, or a place where one was inlined.
    @safe struct Scope {
      var entry: Dwarf_Die
    }

    /// The greatest depth of nested entries that is searched.
    private static let depth = 64

    /// The function at an address and those inlined into it there, innermost first.
    static func scopes(around place: Dwarf_Addr, in unit: Dwarf_Die) -> [Scope] {
      var chain: [Scope] = []
      _ = unsafe descend(unit, place, &chain, depth)
      return chain.reversed()
    }

    /// Searches an entry's children; true when the function was found.
    private static func descend(
      _ parent: Dwarf_Die, _ place: Dwarf_Addr, _ chain: inout [Scope], _ depth: Int
    ) -> Bool {
      var parent = unsafe parent
      var child = unsafe Dwarf_Die()
      // The entries outlive the calls, which fill them.
      guard depth > 0, unsafe dwarf_child(&parent, &child) == 0 else { return false }
      while true {
        switch unsafe kind(of: &child) {
        case .function:
          guard unsafe dwarf_haspc(&child, place) > 0 else { break }
          unsafe chain.append(Scope(entry: child))
          _ = unsafe descend(child, place, &chain, depth - 1)
          return true
        case .block:
          guard unsafe dwarf_haspc(&child, place) > 0 else { break }
          if unsafe descend(child, place, &chain, depth - 1) { return true }
        case .group:
          if unsafe descend(child, place, &chain, depth - 1) { return true }
        case .other: break
        }
        var next = unsafe Dwarf_Die()
        guard unsafe dwarf_siblingof(&child, &next) == 0 else { return false }
        unsafe child = next
      }
    }

    private enum Kind {
      case function, block, group, other
    }

    private static func kind(of entry: inout Dwarf_Die) -> Kind {
      // The entry outlives the call.
      switch unsafe Int(dwarf_tag(&entry)) {
      case DW_TAG_subprogram, DW_TAG_inlined_subroutine: .function
      case DW_TAG_lexical_block, DW_TAG_try_block, DW_TAG_catch_block: .block
      case DW_TAG_namespace, DW_TAG_module, DW_TAG_class_type, DW_TAG_structure_type,
        DW_TAG_enumeration_type, DW_TAG_interface_type:
        .group
      default: .other
      }
    }
  }
#endif
