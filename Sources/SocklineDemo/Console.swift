import Glibc

/// The port of the server, for TCP and for UDP.
let port: in_port_t = 3490

/// Prints one line on standard output, at once.
func say(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  // The count is that of `bytes`. If standard output is closed there is nobody to tell.
  _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
}

/// Bytes from the network as text: anything but a visible ASCII character becomes a dot, since it
/// might control the terminal.
func printable(_ bytes: ArraySlice<UInt8>) -> String {
  String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
}

/// Says which call failed and why, such as `bind: Address already in use`, and ends the program.
func fail(_ call: String) -> Never {
  // perror(3) reads errno and takes a string terminated by a zero byte, as Swift passes it.
  unsafe perror(call)
  exit(1)
}

/// Explains how to start the program, and ends it.
func endWithUsage() -> Never {
  let usage = Array("usage: SocklineDemo server|client tcp|udp\n".utf8)
  _ = unsafe write(STDERR_FILENO, usage, usage.count)
  exit(64)
}
