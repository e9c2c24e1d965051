#if Pictures
  import CRsvg

  /// The fonts installed on this machine.
  ///
  /// C: fontconfig 2.11 or later
  public enum Fonts {
    /// Whether one font has all of these letters; nil where fontconfig cannot be asked.
    ///
    /// C: `FcFontList` with the letters as `charset`
    public static func has(_ letters: [Unicode.Scalar]) -> Bool? {
      guard let pattern = unsafe FcPatternCreate() else { return nil }
      defer { unsafe FcPatternDestroy(pattern) }
      guard let set = unsafe FcCharSetCreate() else { return nil }
      defer { unsafe FcCharSetDestroy(set) }
      for letter in letters { unsafe FcCharSetAddChar(set, letter.value) }
      guard unsafe FcPatternAddCharSet(pattern, FC_CHARSET, set) != 0 else { return nil }
      guard let wanted = unsafe FcObjectSetCreate() else { return nil }
      defer { unsafe FcObjectSetDestroy(wanted) }
      guard unsafe FcObjectSetAdd(wanted, FC_FAMILY) != 0,
        let fonts = unsafe FcFontList(nil, pattern, wanted)
      else { return nil }
      defer { unsafe FcFontSetDestroy(fonts) }
      return unsafe fonts.pointee.nfont > 0
    }
  }
#else
  /// The fonts installed on this machine: unknown without fontconfig.
  public enum Fonts {
    /// Always nil.
    public static func has(_ letters: [Unicode.Scalar]) -> Bool? { nil }
  }
#endif
