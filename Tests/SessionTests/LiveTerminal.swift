import Process

/// A program on a terminal of its own, with somebody at the keyboard.
enum LiveTerminal {
  /// What the terminal showed, and the program's exit status, negative where a signal ended it.
  struct Outcome {
    var shown: String
    var status: Int?
  }

  /// Types and waits, then waits for the end.
  ///
  /// - Parameter steps: `wait:TEXT` until the terminal shows it, `send:KEYS`, with the escapes of
  ///   Python; `again:KEYS` sends them until the program ends.
  static func run(_ steps: [String], _ command: [String]) throws -> Outcome {
    let outcome = try runText(
      ["/usr/bin/python3", "-c", keyboard] + steps + ["--"] + command, timeout: .seconds(300))
    let lines = outcome.text.split(separator: "\n", omittingEmptySubsequences: false)
    let last = lines.last { $0.hasPrefix("status ") }
    return Outcome(
      shown: outcome.text + outcome.errorText, status: last.flatMap { Int($0.dropFirst(7)) })
  }

  private static let keyboard = """
    import os, pty, select, signal, sys, time
    cut = sys.argv.index('--')
    steps, command = sys.argv[1:cut], sys.argv[cut + 1:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    seen, mark, end, again, quiet = b'', 0, time.time() + 40, b'', 0

    def more():
        global seen, quiet
        if not select.select([terminal], [], [], 0.1)[0]:
            quiet += 1
            try:
                if again and quiet % 5 == 0: os.write(terminal, again)
            except OSError: return False
            return True
        try: piece = os.read(terminal, 65536)
        except OSError: return False
        seen += piece
        return bool(piece)

    for step in steps:
        kind, text = step.split(':', 1)
        text = text.encode().decode('unicode_escape').encode()
        if kind == 'send':
            os.write(terminal, text)
            continue
        if kind == 'again':
            again = text
            continue
        while text not in seen[mark:] and time.time() < end and more(): pass
        at = seen.find(text, mark)
        if at < 0:
            print('never came:', text)
            break
        mark = at + len(text)
    while time.time() < end and more(): pass
    if time.time() >= end: os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    sys.stdout.write(seen.decode(errors='replace').replace('\\r\\n', '\\n'))
    print('\\nstatus', os.waitstatus_to_exitcode(status))
    """
}
