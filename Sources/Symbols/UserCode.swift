/// Tells the user's code from that of libraries, by the names of files.
///
/// Libraries of the system and of the languages are passed over on the way from a call to the line
/// that wanted it. What is not known is the user's.
enum UserCode {
  /// Whether a program or library, by its file's name, belongs to the system or to a language.
  static func isSystem(module name: String) -> Bool {
    systemModules.contains { name.hasPrefix($0) } || name.hasPrefix("[")
  }

  /// Libraries of C, C++ and Swift, the loader, and checkers that stand in front of the library of C.
  private static let systemModules = [
    "libc.so", "libc-2", "libc.musl", "ld-linux", "ld-musl", "ld-2", "libpthread", "libdl.so",
    "libm.so", "libm-2", "librt.so", "libresolv", "libnss_", "libanl", "libstdc++", "libc++",
    "libgcc_s", "libswift", "lib_Foundation", "libFoundation", "libdispatch", "libBlocksRuntime",
    "lib_Internal", "libasan", "libtsan", "libubsan", "liblsan", "libhwasan",
  ]

  /// Whether a source file belongs to a language's own library, or was brought by a package manager.
  static func isLibrary(file path: String) -> Bool {
    libraryFolders.contains { path.contains($0) } || path.hasPrefix("/usr/include/")
      || path.hasPrefix("<")
  }

  private static let libraryFolders = [
    "/rustc/", "/rustlib/src/", "/.cargo/registry/", "/cargo/registry/", "/.cargo/git/",
    "/usr/lib/gcc/", "/usr/lib/llvm", "/include/c++/", "/pkg/mod/", "/.build/checkouts/",
    "/SourcePackages/checkouts/", "/swift/stdlib/", "/swift-corelibs-", "/glibc-", "/sysdeps/",
  ]

  /// Whether a file of Go belongs to Go's own library: `net/dial.go`, in whatever folder Go stands.
  ///
  /// - Parameter package: the path of the package that the file belongs to, such as `net/http`; that
  ///   of a program is `main`.
  static func isGoLibrary(file path: String, package: String) -> Bool {
    guard let first = package.split(separator: "/").first, package != "main" else { return false }
    guard goPackages.contains(String(first)) else { return false }
    return path.contains("/src/" + package + "/") || path.hasPrefix(package + "/")
  }

  /// The package that a function of Go belongs to: that of `net/http.(*Server).Serve` is `net/http`.
  static func goPackage(ofFunction name: String) -> String? {
    let folder = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    return name[folder...].firstIndex(of: ".").map { String(name[..<$0]) }
  }

  /// The first parts of the names of Go's own packages (`go list std`).
  private static let goPackages: Set<String> = [
    "archive", "arena", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto",
    "database", "debug", "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash",
    "html", "image", "index", "internal", "io", "iter", "log", "maps", "math", "mime", "net", "os",
    "path", "plugin", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings",
    "structs", "sync", "syscall", "testing", "text", "time", "unicode", "unique", "unsafe",
    "vendor", "weak",
  ]

  /// Whether a function is the door to a system call, as in a program that holds the library of C.
  static func isDoor(_ function: String) -> Bool {
    let name = function.hasPrefix("__libc_") ? function.dropFirst(7) : function.drop { $0 == "_" }
    return doors.contains(String(name.prefix { $0 != "@" }))
  }

  private static let doors: Set<String> = [
    "socket", "bind", "listen", "accept", "accept4", "connect", "shutdown", "close", "read",
    "write",
    "readv", "writev", "preadv2", "pwritev2", "pwritev64v2", "preadv64v2", "send", "recv", "sendto",
    "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "sendfile", "sendfile64", "splice",
    "tee", "dup", "dup2", "dup3", "fcntl", "fcntl64", "close_range", "setsockopt", "getsockopt",
    "poll", "ppoll", "select", "pselect", "pselect64", "epoll_wait", "epoll_pwait", "epoll_pwait2",
    "syscall", "close_nocancel", "write_nocancel", "read_nocancel", "fcntl64_nocancel",
  ]
}
