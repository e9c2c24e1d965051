import Glibc

/// What the process was given at its start.
public enum Environment {
  /// The value of an environment variable; nil where it is not set.
  ///
  /// C: `getenv`
  public static func value(of name: String) -> String? {
    // The string ends with a zero byte and is copied at once; nothing here changes the environment.
    guard let text = unsafe getenv(name) else { return nil }
    return unsafe String(cString: text)
  }

  /// Whether the locale's characters are those of UTF-8 (locale(7)).
  public static var isUTF8: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.lazy.compactMap { value(of: $0) }.first { !$0.isEmpty } ?? ""
    let charset = locale.lowercased()
    return charset.contains("utf-8") || charset.contains("utf8")
  }

  /// The path of this program, symbolic links resolved; nil where /proc is not mounted.
  ///
  /// C: `readlink` of /proc/self/exe
  public static var executable: String? {
    let room = Int(PATH_MAX)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      // readlink writes at most `room` bytes, which the buffer has.
      let written = unsafe buffer.withMemoryRebound(to: CChar.self) {
        guard let start = $0.baseAddress else { return 0 }
        return unsafe readlink("/proc/self/exe", start, room)
      }
      count = max(0, written)
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// The operating system, such as `Linux 6.1.0 x86_64`.
  ///
  /// C: `uname`
  public static var system: String {
    var name = utsname()
    // uname fills the structure it is given; its fields are arrays that end with a zero byte.
    guard unsafe uname(&name) == 0 else { return "" }
    func text<Field>(_ field: Field) -> String {
      unsafe withUnsafeBytes(of: field) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    return [text(name.sysname), text(name.release), text(name.machine)].joined(separator: " ")
  }

  /// Whether a file exists and this process may execute it.
  ///
  /// C: `access`
  public static func canExecute(_ path: String) -> Bool {
    // The path is a string that ends with a zero byte, as long as the call lasts.
    unsafe access(path, X_OK) == 0
  }

  /// Whether a file exists and this process may read it.
  ///
  /// C: `access`
  public static func canRead(_ path: String) -> Bool {
    // The path is a string that ends with a zero byte, as long as the call lasts.
    unsafe access(path, R_OK) == 0
  }
}

/// What the system says of an errno(3).
public enum SystemMessage {
  /// Words such as `Permission denied`.
  ///
  /// C: `strerror`
  public static func text(_ error: Int32) -> String {
    // The string ends with a zero byte and is copied before the next call could change it.
    guard let text = unsafe strerror(error) else { return "error \(error)" }
    return unsafe String(cString: text)
  }
}
