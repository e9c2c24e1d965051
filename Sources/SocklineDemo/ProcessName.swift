import Glibc

/// Gives this process a name that `ps` and other tools show, at most 15 bytes (proc(5), comm).
func nameProcess(_ name: String) {
  let file = unsafe open("/proc/self/comm", O_WRONLY)
  guard file >= 0 else { return }
  let bytes = Array(name.utf8)
  // As many bytes as the array has.
  _ = unsafe write(file, bytes, bytes.count)
  close(file)
}
