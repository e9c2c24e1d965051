extension TCPFlags {
  /// The flags in one letter each, as tcpdump prints them: `S`, `S.`, `P.`, `F.`, `R`, `.`.
  ///
  /// The order is `SFRPUEC`, then `e` for AE and `.` for ACK; `none` where no flag is set. tcpdump
  /// differs in three things: it has `W` for CWR, the `.` before `U`, and `F` before `S`.
  public var tcpdumpText: String { TCPFlags.allLetters[Int(rawValue & TCPFlags.all)] }

  /// All bits of the header.
  private static let all: UInt16 = 0x1FF
  /// The letters of each of the 512 sets, which every segment shown asks for.
  private static let allLetters = (0...all).map { TCPFlags(rawValue: $0).madeLetters }
  /// The names of each of the sets.
  private static let allWords = (0...all).map { TCPFlags(rawValue: $0).madeWords }

  private var madeLetters: String {
    let letters: [(TCPFlags, Character)] = [
      (.syn, "S"), (.fin, "F"), (.rst, "R"), (.psh, "P"), (.urg, "U"), (.ece, "E"), (.cwr, "C"),
      (.ae, "e"), (.ack, "."),
    ]
    let text = String(letters.filter { contains($0.0) }.map(\.1))
    return text.isEmpty ? "none" : text
  }

  /// The flags by name with commas between: `SYN,ACK`, `PSH,ACK`, `FIN,ACK`.
  ///
  /// The order is that of the header from FIN on, but ACK, URG, ECE, CWR and AE stand last.
  public var words: String { TCPFlags.allWords[Int(rawValue & TCPFlags.all)] }

  private var madeWords: String {
    let names: [(TCPFlags, String)] = [
      (.fin, "FIN"), (.syn, "SYN"), (.rst, "RST"), (.psh, "PSH"), (.ack, "ACK"), (.urg, "URG"),
      (.ece, "ECE"), (.cwr, "CWR"), (.ae, "AE"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ",")
  }
}
