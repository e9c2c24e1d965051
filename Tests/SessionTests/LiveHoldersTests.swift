import Glibc
import Process
import Testing

/// Sockets that programs hold which cannot be traced: 32-bit ones, and those outside the trace.
@Suite(.serialized, .ownNetwork) struct LiveHoldersTests {
  /// Writes on an inherited socket, then connects twice: one closes, the other ends by exit.
  private static let foreign = """
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>
    #include <sys/socket.h>
    #include <netinet/in.h>
    #include <arpa/inet.h>
    int main(int count, char **words) {
      struct sockaddr_in to;
      memset(&to, 0, sizeof to);
      to.sin_family = AF_INET;
      to.sin_port = htons(atoi(words[1]));
      to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      if (count != 3 || write(atoi(words[2]), "inherited", 9) != 9) return 1;
      int one = socket(AF_INET, SOCK_STREAM, 0), two = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(one, (struct sockaddr *)&to, sizeof to) != 0) return 1;
      if (write(one, "foreign", 7) != 7 || close(one) != 0) return 1;
      return connect(two, (struct sockaddr *)&to, sizeof to);
    }
    """

  /// Serves that program, and goes on with the socket that it had.
  private static let host = """
    import socket, subprocess, sys
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    client = socket.create_connection(("127.0.0.1", port))
    server, _ = listener.accept()
    subprocess.run([sys.argv[1], str(port), str(client.fileno())], pass_fds=[client.fileno()],
                   check=True)
    assert server.recv(9, socket.MSG_WAITALL) == b"inherited"
    for text in (b"foreign", b""):
        other, _ = listener.accept()
        assert other.recv(7, socket.MSG_WAITALL) == text
        other.close()
    client.sendall(b"after")
    assert server.recv(5, socket.MSG_WAITALL) == b"after"
    """

  @Test func aProgramOf32BitsIsRefusedInWords() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Array(Self.foreign.utf8), to: "foreign.c")
    let binary = folder.path + "/foreign"
    let built = try runText(["cc", "-m32", "-o", binary, source])
    try Machine.require(built.status == 0, "there is no compiler for 32 bits: \(built.errorText)")
    let script = try folder.write(Array(Self.host.utf8), to: "host.py")
    let outcome = try Live.run([
      "run", "--private", "--lines", "-o", folder.path + "/lines", "--", "python3", script, binary,
    ])
    #expect(outcome.status == 0)
    let told = outcome.errorText.split(separator: "\n").filter { $0.contains("32-bit") }
    #expect(told.count == 1)
    #expect(told.first?.contains("Build it for 64 bits") ?? false)
    let recorded = Recorded(try runText(["cat", folder.path + "/lines"]).text)
    #expect(recorded.says("not seen: a 32-bit program"))
    let data = recorded.packets.filter { $0.length > 0 }
    #expect(data.map(\.length) == [9, 7, 5])
    // What it wrote, on its own socket too, is nobody's; the program's own bytes after it are found again.
    #expect(data.first?.cause.hasPrefix("unknown: not all calls seen") ?? false)
    #expect(data.dropFirst().first?.cause.hasPrefix("unknown: not all calls seen") ?? false)
    #expect(data.last.map { recorded.names($0) } == ["sendto"])
    // It ends with a socket open, which the kernel was asked for at its exit.
    #expect(recorded.packets.contains { $0.cause.hasPrefix("exit of foreign") })
  }

  /// A thread parts from its process's descriptors; both then have another socket under one number.
  private static let apart = """
    #define _GNU_SOURCE
    #include <pthread.h>
    #include <sched.h>
    #include <unistd.h>
    #include <sys/socket.h>
    #include <netinet/in.h>
    #include <arpa/inet.h>
    static struct sockaddr_in place;
    static int gates[2], done[2];
    static int dial(void) {
      int own = socket(AF_INET, SOCK_STREAM, 0);
      return connect(own, (struct sockaddr *)&place, sizeof place) == 0 ? own : -1;
    }
    static void *leave(void *unused) {
      char byte;
      unshare(CLONE_FILES);
      int own = dial();
      write(done[1], "", 1);
      read(gates[0], &byte, 1);
      write(own, "thread", 6);
      close(own);
      return unused;
    }
    int main(void) {
      socklen_t length = sizeof place;
      char bytes[16];
      pthread_t thread;
      int own, one, two, listening = socket(AF_INET, SOCK_STREAM, 0);
      place.sin_family = AF_INET;
      place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      bind(listening, (struct sockaddr *)&place, length);
      listen(listening, 8);
      getsockname(listening, (struct sockaddr *)&place, &length);
      pipe(gates);
      pipe(done);
      pthread_create(&thread, 0, leave, 0);
      read(done[0], bytes, 1);
      own = dial();
      write(gates[1], "", 1);
      pthread_join(thread, 0);
      write(own, "main", 4);
      one = accept(listening, 0, 0);
      two = accept(listening, 0, 0);
      return read(one, bytes, 16) == 6 && read(two, bytes, 16) == 4 && close(own) == 0 ? 0 : 1;
    }
    """

  @Test func aThreadWithDescriptorsOfItsOwn() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(Array(Self.apart.utf8), to: "apart.c")
    let binary = folder.path + "/apart"
    let built = try runText(["cc", "-w", "-pthread", "-o", binary, source])
    try #require(built.status == 0, "\(built.errorText)")
    let lines = folder.path + "/lines"
    let outcome = try Live.run(["run", "--private", "--lines", "-o", lines, "--", binary])
    #expect(outcome.status == 0)
    let recorded = Recorded(try runText(["cat", lines]).text)
    #expect(recorded.says("not seen: a thread that has descriptors of its own"))
    let data = recorded.packets.filter { $0.length > 0 }
    #expect(data.map(\.length) == [6, 4])
    #expect(data.first?.calls == [] && data.last.map { recorded.names($0) } == ["write"])
    #expect(data.last?.calls.count == 1)
  }

  /// A program that is not traced opens both ends and keeps a copy of the client's; the traced one
  /// inherits it, writes and closes: its close() sends nothing, and the FIN is nobody's.
  @Test(.needs(isAllowedToCapture, "capturing needs root")) func aHolderOutsideTheTrace() throws {
    let folder = try TemporaryFolder()
    let host = """
      import os, socket, subprocess, sys, time
      listener = socket.create_server(("127.0.0.1", 0))
      client = socket.create_connection(listener.getsockname())
      server, _ = listener.accept()
      inner = ("import os, sys; os.write(%d, b'traced'); os.close(%d); print('closed', flush=True); sys.stdin.read()"
               % (client.fileno(), client.fileno()))
      child = subprocess.Popen(sys.argv[1:] + ["python3", "-c", inner],
                               pass_fds=[client.fileno()], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
      assert server.recv(6, socket.MSG_WAITALL) == b"traced"
      assert child.stdout.readline() == b"closed\\n"
      time.sleep(0.3)  # what follows a close() by so much is not its doing
      client.close()
      assert server.recv(1) == b""
      server.close()
      child.stdin.close()
      sys.exit(child.wait())
      """
    let script = try folder.write(Array(host.utf8), to: "host.py")
    let lines = folder.path + "/lines"
    let outcome = try runText([
      "python3", script,
      Installed.shared?.sockline ?? "", "run", "--host", "--lines", "-o", lines, "--",
    ])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let recorded = Recorded(try runText(["cat", lines]).text)
    let close = recorded.calls.values.first { $0.name == "close" && $0.connection != "-" }
    #expect(close != nil)
    let ends = recorded.packets.filter { $0.flags.contains("FIN") }
    #expect(ends.count == 2)
    let cause = "unknown: long after c2, by a timer or an unseen holder"
    #expect(ends.first?.cause.hasPrefix(cause) ?? false, "\(ends)")
    #expect(ends.first.map { recorded.names($0) } == [])
  }

  /// Socket activation: the listening socket was there before the trace, and its connections are
  /// explained as if listen() had been seen.
  @Test(.needs(isAllowedToCapture, "capturing needs root"))
  func aListeningSocketFromBefore() throws {
    let folder = try TemporaryFolder()
    let host = """
      import socket, subprocess, sys
      listener = socket.create_server(("127.0.0.1", 0))
      inner = (\"\"\"
      import socket
      listener = socket.socket(fileno=%d)
      client = socket.create_connection(listener.getsockname())
      server, _ = listener.accept()
      client.sendall(b"hello")
      assert server.recv(5, socket.MSG_WAITALL) == b"hello"
      client.close()
      assert server.recv(1) == b""
      server.close()
      \"\"\" % listener.fileno())
      sys.exit(subprocess.call(sys.argv[1:] + ["python3", "-c", inner],
                               pass_fds=[listener.fileno()]))
      """
    let script = try folder.write(Array(host.utf8), to: "host.py")
    let lines = folder.path + "/lines"
    let outcome = try runText([
      "python3", script,
      Installed.shared?.sockline ?? "", "run", "--host", "--lines", "-o", lines, "--",
    ])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let recorded = Recorded(try runText(["cat", lines]).text)
    let told = recorded.packets.filter { $0.flags != "ACK" }.map { packet in
      "\(packet.flags) \(packet.calls.isEmpty ? "kernel" : recorded.names(packet).joined())"
    }
    #expect(
      told == [
        "SYN connect", "SYN,ACK kernel", "PSH,ACK sendto", "FIN,ACK close", "FIN,ACK close",
      ])
    #expect(!recorded.packets.contains { $0.cause.hasPrefix("untraced") })
  }
}
