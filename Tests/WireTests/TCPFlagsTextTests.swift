import Testing
import Wire

@Suite struct TCPFlagsTextTests {
  @Test(
    arguments: [
      ([], "none", ""), (.syn, "S", "SYN"), ([.syn, .ack], "S.", "SYN,ACK"), (.ack, ".", "ACK"),
      ([.psh, .ack], "P.", "PSH,ACK"), ([.fin, .ack], "F.", "FIN,ACK"), (.rst, "R", "RST"),
      ([.rst, .ack], "R.", "RST,ACK"), ([.syn, .ece, .cwr], "SEC", "SYN,ECE,CWR"),
      ([.syn, .ece, .cwr, .ae], "SECe", "SYN,ECE,CWR,AE"), ([.urg, .ack], "U.", "ACK,URG"),
      (TCPFlags(rawValue: 0x1FF), "SFRPUECe.", "FIN,SYN,RST,PSH,ACK,URG,ECE,CWR,AE"),
    ] as [(TCPFlags, String, String)])
  func texts(flags: TCPFlags, letters: String, words: String) {
    #expect(flags.tcpdumpText == letters)
    #expect(flags.words == words)
  }
}
