extension TCPFlags {
  /// The flags in one letter each, as tcpdump prints them: `S`, `S.`, `P.`, `F.`, `R`, `.`.
  ///
  /// The order is `SFRPUEC`, then `e` for AE and `.` for ACK; `none` where no flag is set. tcpdump
  /// differs in three things: it has `W` for CWR, the `.` before `U`, and `F` before `S`.
  public var tcpdumpText: String {
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
  public var words: String {
    let names: [(TCPFlags, String)] = [
      (.fin, "FIN"), (.syn, "SYN"), (.rst, "RST"), (.psh, "PSH"), (.ack, "ACK"), (.urg, "URG"),
      (.ece, "ECE"), (.cwr, "CWR"), (.ae, "AE"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ",")
  }
}
