import Calls

/// Numbers of the names that strace writes (Linux on x86 and ARM).
enum StraceNames {
  /// The number that names joined by `|` make; names that are not known count nothing.
  static func number(_ value: StraceValue?) -> Int32? {
    switch value {
    case .number(let number, _): return Int32(truncatingIfNeeded: number)
    case .words(let words):
      guard words != ["NULL"] else { return nil }
      return words.reduce(0) { $0 | (Int32($1) ?? HeaderNames.number(of: $1) ?? 0) }
    default: return nil
    }
  }

  /// The number that an option's value is: SO_ERROR has the name of an error.
  static func value(_ value: StraceValue?) -> Int32? {
    if case .words(let words)? = value, let error = words.first.flatMap({ errors[$0] }) {
      return error
    }
    return number(value)
  }

  // MARK: errors and signals

  /// The number of an error's name, such as `ECONNREFUSED` (errno(3)).
  static func error(_ name: String) -> Errno? { errors[name].map { Errno($0) } }

  /// The number of a signal's name, such as `SIGPIPE` (signal(7)).
  static func signal(_ name: String) -> Int32? { signals[name] }

  /// A list of names, the first of which has number 1; `-` has none.
  private static func numbered(_ list: String) -> [String: Int32] {
    var numbers: [String: Int32] = [:]
    for (index, name) in list.split(whereSeparator: \.isWhitespace).enumerated() where name != "-" {
      numbers[String(name)] = Int32(index + 1)
    }
    return numbers
  }

  private static let errors = numbered(
    """
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT
    ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG
    ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP
    - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL
    ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV
    ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC
    ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ
    EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT
    EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET
    ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH
    EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM
    EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE
    ERFKILL EHWPOISON
    """)

  private static let signals = numbered(
    """
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2
    SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG
    SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS
    """)
}
