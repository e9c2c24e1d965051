import Glibc
import Process
import Testing

/// Runs sockline attached to programs.
enum Attached {
  /// Whether the tests may trace what others started, whatever the machine says of that.
  static var isPossible: Bool { geteuid() == 0 }

  /// Runs a script in an empty folder, where `begin PID...` attaches, `end` ends that by a signal
  /// and `finish` waits for its end; both then print the lines, the exit status, and whether a replay
  /// of the recording prints the same.
  static func script(
    _ text: String, arguments: String = "--lines -w recording.pcapng",
    timeout: Duration = .seconds(300)
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    for (name, program) in programs {
      _ = try runText(["tee", folder.path + "/" + name], input: Array(program.utf8))
    }
    let script = functions(arguments) + text
    _ = try runText(["tee", folder.path + "/script"], input: Array(script.utf8))
    return try Live.script("cd \(folder.path); exec sh ./script", timeout: timeout)
  }

  private static func functions(_ arguments: String) -> String {
    """
    await_port() { until ss -Hlnt "sport = :$1" | grep -q .; do sleep 0.05; done; }
    is_traced() { ! grep -qs '^TracerPid:.0$' /proc/$1/task/*/status; }
    # The first line is drawn when all are traced.
    begin() {
      held=$(sockets "$@")
      : > lines
      $s attach "$@" \(arguments) > lines & attached=$!
      for one in "$@"; do until is_traced $one; do sleep 0.02; done; done
      until [ -s lines ]; do sleep 0.02; done
      all="$*"
    }
    sockets() { for one in "$@"; do ls -l /proc/$one/fd; done | grep -c socket:; }
    # What came meanwhile has been closed again.
    end() {
      until [ "$(sockets $all)" -le "$held" ]; do sleep 0.02; done
      kill -TERM $attached; finish
    }
    # Starts a server, `t`, and its client, which ask and answer until there is a file `enough`.
    load() {
      python3 load.py server & t=$!
      await_port 8000
      python3 load.py client & client=$!
      until [ -e count ]; do sleep 0.02; done
    }
    # Waits until the client of the load has done so many rounds more.
    rounds() {
      seen=$(cat count)
      until [ "$(cat count)" -ge $((seen + $1)) ] 2>/dev/null; do sleep 0.02; done
    }
    finish() {
      wait $attached; status=$?
      cat lines
      echo "status $status"
      [ -e recording.pcapng ] || return
      $s replay --lines recording.pcapng > again
      # What a live run alone has to say.
      grep -v -e '^source lines: ' -e '^recording.pcapng: ' lines > drawn
      cmp drawn again && echo same
    }

    """
  }

  private static let programs = [
    // Both ends talk until there is a file `enough`.
    "talk.py": """
    import os, select, socket, sys, time
    if sys.argv[1] == "server":
        listener = socket.create_server(("127.0.0.1", 8000))
        own, _ = listener.accept()
        count = 0
        try:
            while own.recv(1000):
                count += 1
                own.sendall(b"answer %d " % count * 20)
        except ConnectionResetError:
            pass
        own.close()
    else:
        own = socket.create_connection(("127.0.0.1", 8000))
        count = 0
        while count < 3 or not os.path.exists("enough"):
            count += 1
            own.sendall(b"question")
            own.recv(1000)
            if count == 3: open("talking", "w").close()
            time.sleep(0.05)
        for i in range(3):
            own.sendall(b"question")
            own.recv(1000)
        if sys.argv[2] == "unread":
            own.sendall(b"question")
            select.select([own], [], [])
        own.close()
    """,
    // Threads that wait in every way there is, until there is a file `enough`; says who heard EINTR.
    "waits.py": """
    import ctypes, os, select, socket, threading, time
    c = ctypes.CDLL(None, use_errno=True)
    class Time(ctypes.Structure): _fields_ = [("s", ctypes.c_long), ("n", ctypes.c_long)]
    class Poll(ctypes.Structure):
        _fields_ = [("fd", ctypes.c_int), ("events", ctypes.c_short), ("r", ctypes.c_short)]
    room = ctypes.create_string_buffer(4096)
    pair = socket.socketpair()
    listener = socket.create_server(("127.0.0.1", 8000))
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, bytes([9] + [0] * 15))
    epoll = select.epoll()
    epoll.register(listener.fileno(), select.EPOLLIN)
    poll = Poll(listener.fileno(), 1, 0)
    word = ctypes.c_int(0)
    long = lambda: ctypes.byref(Time(9, 0))
    futex = 202 if os.uname().machine == "x86_64" else 98
    waits = {
        "epoll_wait": lambda: c.epoll_wait(epoll.fileno(), room, 9, 9000),
        "epoll_wait for ever": lambda: c.epoll_wait(epoll.fileno(), room, 9, -1),
        "poll": lambda: c.poll(ctypes.byref(poll), 1, 9000),
        "select": lambda: c.select(0, None, None, None, long()),
        "accept": lambda: c.accept(listener.fileno(), None, None),
        "recv": lambda: c.recv(client.fileno(), room, 9, 0),
        "recv with SO_RCVTIMEO": lambda: c.recv(server.fileno(), room, 9, 0),
        "recv of AF_UNIX": lambda: c.recv(pair[0].fileno(), room, 9, 0),
        "nanosleep": lambda: c.nanosleep(long(), None),
        "futex": lambda: c.syscall(futex, ctypes.byref(word), 0, 0, long(), None, 0),
        "futex for ever": lambda: c.syscall(futex, ctypes.byref(word), 0, 0, None, None, 0),
    }
    begun = {}
    def wait(name, call):
        begun[threading.get_native_id()] = name
        while True:
            if call() < 0 and ctypes.get_errno() == 4: print("EINTR in", name, flush=True)
    for name, call in waits.items():
        threading.Thread(target=wait, args=(name, call), daemon=True).start()
    def is_waiting(thread, name):
        words = open("/proc/self/task/%d/syscall" % thread).read().split()
        if name.startswith("futex"):
            return words[0] == str(futex) and int(words[1], 16) == ctypes.addressof(word)
        return words[0] not in ("running", str(futex))
    while len(begun) < len(waits) or not all(is_waiting(*one) for one in list(begun.items())):
        time.sleep(0.01)
    open("waiting", "w").close()
    while not os.path.exists("enough"): time.sleep(0.02)
    os._exit(0)
    """,
    // A server of threads, and a client that checks what it answers until there is a file `enough`.
    "load.py": """
    import os, socket, sys, threading, time
    def serve(own):
        while data := own.recv(65536): own.sendall(data)
        own.close()
    if sys.argv[1] == "server":
        listener = socket.create_server(("127.0.0.1", 8000))
        while True: threading.Thread(target=serve, args=listener.accept()[:1]).start()
    count = 0
    while not os.path.exists("enough"):
        with socket.create_connection(("127.0.0.1", 8000)) as own:
            for size in [1, 100, 20000, 7]:
                own.sendall(bytes([size % 251]) * size)
                data = b""
                while len(data) < size:
                    more = own.recv(size - len(data))
                    if not more: sys.exit("short")
                    data += more
                if data != bytes([size % 251]) * size: sys.exit("wrong")
        count += 1
        open("count.new", "w").write(str(count))
        time.sleep(0.005)
        os.rename("count.new", "count")
    print("all well" if count > 20 else "only %d" % count)
    """,
  ]
}
