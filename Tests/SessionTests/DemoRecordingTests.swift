import Glibc
import Process
import Testing

/// `sockline demo` where programs cannot be traced: it says why, and draws the shipped recording.
@Suite(.ownNetwork) struct DemoRecordingTests {
  /// Installs a seccomp filter that refuses ptrace(2) as containers do, and runs a command in it.
  /// The numbers: PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_RET_ERRNO with EPERM.
  private static let confined = """
    import ctypes, os, struct, sys
    number = {"x86_64": 101, "aarch64": 117}[os.uname().machine]
    rows = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(rows), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0
    os.execv(sys.argv[1], sys.argv[1:])
    """

  /// The demo of the build, which finds the captures of the source tree.
  private func demo(
    _ arguments: [String], in wrapper: [String] = ["python3", "-c", confined]
  ) throws -> Outcome {
    try runText(
      ["env", "-u", "NO_COLOR", "LC_ALL=C.UTF-8"] + wrapper + [Command.path, "demo"] + arguments)
  }

  /// The same recording, replayed by its name.
  private func replay(_ name: String, _ arguments: [String] = []) throws -> String {
    let path = ShippedCaptures.folder + name
    return try runText(
      ["env", "-u", "NO_COLOR", "LC_ALL=C.UTF-8", Command.path, "replay", path] + arguments
    ).text
  }

  @Test(
    arguments: [
      (["tcp"], "demo-tcp"), (["udp"], "demo-udp"), (["tcp", "--c"], "demo-tcp-c"),
      (["udp", "--c"], "demo-udp-c"),
    ])
  func theRecordingIsDrawnAndSaidToBeOne(arguments: [String], name: String) throws {
    let outcome = try demo(arguments + ["--width", "104"])
    #expect(outcome.status == 0)
    let title = "a recording of sockline demo \(arguments.joined(separator: " ")), not live\n"
    #expect(outcome.text == title + (try replay(name + ".pcapng", ["--width", "104"])))
    #expect(
      outcome.errorText.hasPrefix(
        "sockline: Programs cannot be traced here: a seccomp filter around this process, as "
          + "in a container, forbids it (EPERM).\n"))
    #expect(
      outcome.errorText.hasSuffix(
        "A recording is drawn instead; `sockline doctor` has the fixes.\n"))
  }

  @Test func aTracerAroundItIsNamed() throws {
    let outcome = try demo(
      ["udp"], in: ["strace", "-f", "-qq", "-e", "trace=none", "-o", "/dev/null"])
    #expect(outcome.status == 0)
    #expect(outcome.errorText.contains("cannot be traced here: this process is itself traced, by"))
    #expect(outcome.text.hasPrefix("a recording of sockline demo udp, not live\n"))
  }

  @Test func whatWasAskedOfTheLadderHolds() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/ladder.txt"
    let showing = ["--lines", "--call", "connect", "--ascii"]
    let outcome = try demo(["tcp", "-o", file] + showing)
    #expect(outcome.status == 0 && outcome.text == "")
    let drawn = String(decoding: try contents(of: file), as: UTF8.self)
    #expect(drawn.hasSuffix(try replay("demo-tcp.pcapng", showing)))
    #expect(drawn.contains(" connect(fd 3, "))
  }

  /// A recording is no answer to someone who wants to make one.
  @Test func nothingIsRecordedInItsPlace() throws {
    let folder = try TemporaryFolder()
    let outcome = try demo(["tcp", "-w", folder.path + "/a.pcapng"])
    #expect(outcome.status == 125)
    #expect(outcome.errorText.contains("Programs cannot be traced"))
    #expect(!outcome.text.contains("a recording of"))
  }

  /// An installed sockline, which has nothing of the source tree, as a user with no right at all.
  @Test(.needs(Machine.isRoot, "only root becomes another user"))
  func anInstalledOneFindsItAndNamesBothObstacles() throws {
    let folder = try TemporaryFolder()
    let script = """
      cd \(folder.path) && umask 022 && mkdir -p bin libexec/sockline share/sockline/captures
      cp \(Command.path) bin && cp \(Command.folder)/SocklineDemo libexec/sockline
      cp \(ShippedCaptures.folder)demo-tcp.pcapng share/sockline/captures
      chmod -R a+rX .
      exec \(Invoker.ordinary.prefix.joined(separator: " ")) unshare -Urn sh -c '
        echo 0 > /proc/sys/user/max_user_namespaces
        exec setpriv --bounding-set=-all --inh-caps=-all strace -f -qq -e trace=none -o /dev/null \
          bin/sockline demo tcp --width 104'
      """
    let outcome = try runText(["env", "LC_ALL=C.UTF-8", "sh", "-c", script])
    try Machine.require(!outcome.errorText.contains("unshare:"), "\(outcome.errorText)")
    #expect(outcome.status == 0)
    #expect(outcome.errorText.contains("Programs cannot be traced here: "))
    #expect(outcome.errorText.contains("\nPackets cannot be captured either: "))
    #expect(
      outcome.text == "a recording of sockline demo tcp, not live\n"
        + (try replay("demo-tcp.pcapng", ["--width", "104"])))
  }
}
